package org.velocitydb.journal;

/**
 * How files in the journal's directory are called: {@code 000000000000002a.log} is segment 42, {@code
 * 000000000000002a.tmp} a file that the writer is making into it, {@code 0000000000000007.spare} one that waits to
 * be used, and {@code 0000000000000007.blank} one that will be such a spare.
 */
final class SegmentNames
{
    static final String SEGMENT_SUFFIX = ".log";
    static final String TEMPORARY_SUFFIX = ".tmp";
    static final String SPARE_SUFFIX = ".spare";
    static final String BLANK_SUFFIX = ".blank";
    /** A reader's answer to a name that is not ours. */
    static final long NULL_ID = -1;

    private static final int DIGIT_COUNT = 16;

    private SegmentNames()
    {
    }

    static String name(final long id, final String suffix)
    {
        return String.format("%016x%s", id, suffix);
    }

    /**
     * Reads the number in a name.
     *
     * @param name   without directory.
     * @param suffix that it must have.
     * @return the number, or {@link #NULL_ID} for any other name.
     */
    static long id(final String name, final String suffix)
    {
        if (name.length() != DIGIT_COUNT + suffix.length() || !name.endsWith(suffix))
        {
            return NULL_ID;
        }
        long id = 0;
        for (int i = 0; i < DIGIT_COUNT; i++)
        {
            final char c = name.charAt(i);
            final boolean isDigit = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
            if (!isDigit)
            {
                return NULL_ID;
            }
            id = (id << 4) | Character.digit(c, 16);
        }
        return id < 0 ? NULL_ID : id;
    }
}
