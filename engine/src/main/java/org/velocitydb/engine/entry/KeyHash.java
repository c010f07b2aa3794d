package org.velocitydb.engine.entry;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;

/**
 * The 64-bit hash of an internal key: xxHash64 with seed 0. A read computes it once and hands it to every filter and
 * cache that it asks. Filters on disk are built from it, so it never changes. Allocation-free; any thread.
 */
public final class KeyHash
{
    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;
    private static final int STRIPE_LENGTH = 4 * Long.BYTES;

    private KeyHash()
    {
    }

    /**
     * Hashes a key.
     *
     * @param key         buffer that holds the key.
     * @param offset      of the key.
     * @param lengthBytes of the key.
     * @return the hash; all 64 bits are good.
     */
    public static long hash(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        final int end = offset + lengthBytes;
        int position = offset;
        long hash;
        if (lengthBytes >= STRIPE_LENGTH)
        {
            final int stripesEnd = offset + (lengthBytes & -STRIPE_LENGTH);
            hash = hashStripes(key, offset, stripesEnd);
            position = stripesEnd;
        }
        else
        {
            hash = PRIME_5;
        }
        hash += lengthBytes;
        for (; position + Long.BYTES <= end; position += Long.BYTES)
        {
            hash ^= round(0, key.getLong(position, ByteOrder.LITTLE_ENDIAN));
            hash = Long.rotateLeft(hash, 27) * PRIME_1 + PRIME_4;
        }
        if (position + Integer.BYTES <= end)
        {
            hash ^= (key.getInt(position, ByteOrder.LITTLE_ENDIAN) & 0xFFFF_FFFFL) * PRIME_1;
            hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
            position += Integer.BYTES;
        }
        for (; position < end; position++)
        {
            hash ^= (key.getByte(position) & 0xFFL) * PRIME_5;
            hash = Long.rotateLeft(hash, 11) * PRIME_1;
        }
        return avalanche(hash);
    }

    private static long hashStripes(final DirectBuffer key, final int begin, final int end)
    {
        long lane1 = PRIME_1 + PRIME_2;
        long lane2 = PRIME_2;
        long lane3 = 0;
        long lane4 = -PRIME_1;
        for (int i = begin; i < end; i += STRIPE_LENGTH)
        {
            lane1 = round(lane1, key.getLong(i, ByteOrder.LITTLE_ENDIAN));
            lane2 = round(lane2, key.getLong(i + Long.BYTES, ByteOrder.LITTLE_ENDIAN));
            lane3 = round(lane3, key.getLong(i + 2 * Long.BYTES, ByteOrder.LITTLE_ENDIAN));
            lane4 = round(lane4, key.getLong(i + 3 * Long.BYTES, ByteOrder.LITTLE_ENDIAN));
        }
        long hash = Long.rotateLeft(lane1, 1) + Long.rotateLeft(lane2, 7) + Long.rotateLeft(lane3, 12) +
            Long.rotateLeft(lane4, 18);
        hash = merge(hash, lane1);
        hash = merge(hash, lane2);
        hash = merge(hash, lane3);
        return merge(hash, lane4);
    }

    private static long round(final long lane, final long word)
    {
        return Long.rotateLeft(lane + word * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(final long hash, final long lane)
    {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }

    private static long avalanche(final long hash)
    {
        long mixed = hash;
        mixed ^= mixed >>> 33;
        mixed *= PRIME_2;
        mixed ^= mixed >>> 29;
        mixed *= PRIME_3;
        mixed ^= mixed >>> 32;
        return mixed;
    }
}
