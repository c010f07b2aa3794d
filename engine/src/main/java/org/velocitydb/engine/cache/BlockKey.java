package org.velocitydb.engine.cache;

/**
 * A block's name in one long, so that it travels through rings and tables without an object: the table's number above
 * the block's offset in the table's file.
 *
 * <pre>
 *   63                            31 30                           0
 *  +--------------------------------+------------------------------+
 *  |          Table Number          |         Block Offset         |
 *  +--------------------------------+------------------------------+
 * </pre>
 *
 * <p>Table numbers are never used twice, so a key names the same bytes for ever. Those beyond 33 bits, which no store
 * will reach, have no key, and their blocks are not cached.
 */
final class BlockKey
{
    /** No block: no table has a negative number. */
    static final long NULL_KEY = -1;

    private static final int OFFSET_BITS = 31;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private BlockKey()
    {
    }

    static long of(final long tableNumber, final int blockOffset)
    {
        final boolean hasKey = tableNumber >>> (Long.SIZE - 1 - OFFSET_BITS) == 0 && blockOffset >= 0;
        return hasKey ? tableNumber << OFFSET_BITS | blockOffset : NULL_KEY;
    }

    static long tableNumber(final long key)
    {
        return key >>> OFFSET_BITS;
    }

    static int blockOffset(final long key)
    {
        return (int) (key & OFFSET_MASK);
    }

    /** Spreads a key over all bits: the finalizer of SplittableRandom (Stafford's variant 13), which is a bijection. */
    static long hash(final long key)
    {
        long hash = key;
        hash = (hash ^ (hash >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return hash ^ (hash >>> 31);
    }
}
