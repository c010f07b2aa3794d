package org.velocitydb.perf.load;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * The records of the key space: keys of 16 decimal digits, values of 100 bytes cut from a run of random ones. The same
 * seed asks for the same keys in the same order.
 */
final class Records
{
    static final int KEY_LENGTH = 16;
    static final int VALUE_LENGTH = 100;

    private static final int VALUE_POOL_LENGTH = 64 * 1024;
    private static final int RADIX = 10;

    private final SplittableRandom random;
    private final byte[] valuePool = new byte[VALUE_POOL_LENGTH];
    private final int keyCount;

    Records(final int keyCount, final long seed)
    {
        this.keyCount = keyCount;
        random = new SplittableRandom(seed);
        new Random(seed).nextBytes(valuePool);
    }

    int keyCount()
    {
        return keyCount;
    }

    int nextIndex()
    {
        return random.nextInt(keyCount);
    }

    static int putKey(final ByteBuffer buffer, final int offset, final int index)
    {
        int rest = index;
        for (int i = KEY_LENGTH - 1; i >= 0; i--)
        {
            buffer.put(offset + i, (byte) ('0' + rest % RADIX));
            rest /= RADIX;
        }
        return offset + KEY_LENGTH;
    }

    int putValue(final ByteBuffer buffer, final int offset)
    {
        final int poolOffset = random.nextInt(VALUE_POOL_LENGTH - VALUE_LENGTH);
        buffer.put(offset, valuePool, poolOffset, VALUE_LENGTH);
        return offset + VALUE_LENGTH;
    }
}
