package org.velocitydb.engine.cache;

import org.agrona.BitUtil;
import org.agrona.UnsafeApi;

/**
 * Memory of one cached block: a header, then the block's bytes. In the machine's byte order because it never leaves
 * memory.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                              Key                              |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                            Length                             |
 *  +---------------------------------------------------------------+
 *  |                             Entry                             |
 *  +---------------------------------------------------------------+
 *  |  The block, decompressed                                     ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Key, length and block are written before the frame's address is published and never again until the frame is
 * freed, which is when no reader can hold the address. The entry is the owner's own: its place in {@link BlockQueues};
 * readers do not look at it.
 *
 * <p><b>Why each frame is an allocation of its own</b>, rather than a slot in a slab of its size class: in a slab,
 * evicting a block makes room for blocks of its class alone, so either the policy runs in each class by itself, or
 * memory stays with a class that nobody asks for any more. One thread allocates and frees, and blocks are nearly of one
 * length (a table's block length, and more only for long values), so what is freed fits what comes next and free
 * neighbours grow together again. The bound counts what an allocation takes with its
 * header and rounding, and not what the C library keeps in between.
 */
final class BlockFrame
{
    private static final int KEY_OFFSET = 0;
    private static final int LENGTH_OFFSET = KEY_OFFSET + Long.BYTES;
    private static final int ENTRY_OFFSET = LENGTH_OFFSET + Integer.BYTES;
    private static final int BLOCK_OFFSET = ENTRY_OFFSET + Integer.BYTES;

    /** What the C library puts before an allocation, and the multiple it rounds to (glibc malloc, 64 bits). */
    private static final int ALLOCATION_HEADER_LENGTH = 8;
    private static final int ALLOCATION_ALIGNMENT = 16;

    private BlockFrame()
    {
    }

    /** Memory that a block takes. */
    static long charge(final int lengthBytes)
    {
        return BitUtil.align((long) ALLOCATION_HEADER_LENGTH + BLOCK_OFFSET + lengthBytes, ALLOCATION_ALIGNMENT);
    }

    static long allocate(final long key, final int lengthBytes)
    {
        final long frame = UnsafeApi.allocateMemory((long) BLOCK_OFFSET + lengthBytes);
        UnsafeApi.putLong(frame + KEY_OFFSET, key);
        UnsafeApi.putInt(frame + LENGTH_OFFSET, lengthBytes);
        return frame;
    }

    static void free(final long frame)
    {
        UnsafeApi.freeMemory(frame);
    }

    static long key(final long frame)
    {
        return UnsafeApi.getLong(frame + KEY_OFFSET);
    }

    static int lengthBytes(final long frame)
    {
        return UnsafeApi.getInt(frame + LENGTH_OFFSET);
    }

    static long blockAddress(final long frame)
    {
        return frame + BLOCK_OFFSET;
    }

    static int entry(final long frame)
    {
        return UnsafeApi.getInt(frame + ENTRY_OFFSET);
    }

    static void entry(final long frame, final int entry)
    {
        UnsafeApi.putInt(frame + ENTRY_OFFSET, entry);
    }
}
