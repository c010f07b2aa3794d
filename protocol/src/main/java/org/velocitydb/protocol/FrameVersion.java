package org.velocitydb.protocol;

import java.nio.ByteBuffer;

/**
 * Tells the versions apart by the five bytes that all of them begin with.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |            Magic: 0x56454C4F, on the wire 4F 4C 45 56         |
 *  +---------------+-----------------------------------------------+
 *  |    Version    |  what follows depends on it                  ...
 *  +---------------+-----------------------------------------------+
 * </pre>
 */
public final class FrameVersion
{
    /** First four bytes of every frame: "VELO" read as a big-endian number, sent little-endian. */
    public static final int MAGIC = 0x56454C4F;
    /** The version that the original system published. */
    public static final int VERSION_1 = 1;
    /** Ours. */
    public static final int VERSION_2 = 2;
    /** Bytes that {@link #peek} needs for an answer. */
    public static final int PEEK_LENGTH = Integer.BYTES + Byte.BYTES;

    private FrameVersion()
    {
    }

    /**
     * Checks magic and version as far as they have come.
     *
     * @param buffer    little-endian.
     * @param offset    of the frame.
     * @param available bytes from there.
     * @return {@link Fault#NONE} if {@link #version} may be asked, else {@link Fault#INCOMPLETE}, {@link
     *         Fault#BAD_MAGIC} or {@link Fault#BAD_VERSION}.
     */
    public static Fault peek(final ByteBuffer buffer, final int offset, final int available)
    {
        if (available < Integer.BYTES)
        {
            return Fault.INCOMPLETE;
        }
        if (buffer.getInt(offset) != MAGIC)
        {
            return Fault.BAD_MAGIC;
        }
        if (available < PEEK_LENGTH)
        {
            return Fault.INCOMPLETE;
        }
        final int version = version(buffer, offset);
        return version == VERSION_1 || version == VERSION_2 ? Fault.NONE : Fault.BAD_VERSION;
    }

    /**
     * Version of the frame at an offset.
     *
     * @param buffer that holds it.
     * @param offset of the frame.
     * @return the version byte.
     */
    public static int version(final ByteBuffer buffer, final int offset)
    {
        return buffer.get(offset + Integer.BYTES) & 0xFF;
    }
}
