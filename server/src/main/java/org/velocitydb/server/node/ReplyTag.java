package org.velocitydb.server.node;

/**
 * The third word that travels with a command through the writer: in which form its answer is to be given, and when the
 * request came. One int: 4 bits of form, 28 bits of microseconds, which wrap after four minutes.
 */
final class ReplyTag
{
    static final int FORM_V1_SQL = 1;
    static final int FORM_V2_WRITE = 2;
    static final int FORM_V2_SQL = 3;
    static final int FORM_RESP = 8;

    private static final int FORM_BITS = 4;
    private static final int FORM_MASK = (1 << FORM_BITS) - 1;
    private static final int TIME_MASK = -1 >>> FORM_BITS;
    private static final long NS_PER_US = 1_000;

    private ReplyTag()
    {
    }

    static int of(final int form, final long receivedNs)
    {
        return form | (int) (receivedNs / NS_PER_US & TIME_MASK) << FORM_BITS;
    }

    static int form(final int tag)
    {
        return tag & FORM_MASK;
    }

    /**
     * How long ago the request came.
     *
     * @param tag   of the command.
     * @param nowNs the present.
     * @return microseconds, right up to four minutes.
     */
    static long elapsedUs(final int tag, final long nowNs)
    {
        return nowNs / NS_PER_US - (tag >>> FORM_BITS) & TIME_MASK;
    }
}
