package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Layout and arithmetic of a table's filter: a Bloom filter cut into blocks of one cache line each, so that asking for
 * a key costs one miss at most. It begins at a multiple of 64 in the file.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Block 0: 512 bits; bit i is bit (i mod 8) of byte (i / 8)   ...
 *  +---------------------------------------------------------------+
 *  |  Block 1 ...                                                 ...
 *  +---------------------------------------------------------------+
 *  |  Number of probes                                             |
 *  +---------------------------------------------------------------+
 *  |  Checksum of all above; see {@link TableChecksum}             |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>A key with hash h ({@link org.velocitydb.engine.entry.KeyHash}) belongs to block {@code (h >>> 32) * blocks >>>
 * 32}. Its bits there come from a second number, nine bits to the probe and seven probes to the number, of which the
 * first is {@code x = mix(h)} and each further one {@code x = mix(x)}; probe i of a number reads bits 9i to 9i + 8.
 * {@code mix(x)} is {@code y = x * 0x9E3779B97F4A7C15, y ^ (y >>> 32)}. A key may be in the table only if all its bits
 * are set.
 */
final class FilterDescriptor
{
    static final int BLOCK_LENGTH = 64;
    static final int BLOCK_BITS = BLOCK_LENGTH * Byte.SIZE;
    static final int MAX_PROBES = 28;
    static final int TRAILER_LENGTH = Integer.BYTES + TableChecksum.LENGTH;

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final int PROBE_BITS = 9;
    private static final int PROBE_MASK = BLOCK_BITS - 1;
    private static final int PROBES_PER_NUMBER = Long.SIZE / PROBE_BITS;

    private FilterDescriptor()
    {
    }

    static int probes(final DirectBuffer file, final int offset, final int lengthBytes)
    {
        return file.getInt(offset + lengthBytes - TRAILER_LENGTH, ByteOrder.LITTLE_ENDIAN);
    }

    static void add(
        final MutableDirectBuffer blocks, final int blockCount, final int probes, final long hash)
    {
        final int base = blockOffset(hash, blockCount);
        long bits = hash;
        int left = probes;
        while (left > 0)
        {
            bits = mix(bits);
            long slice = bits;
            for (int i = Math.min(left, PROBES_PER_NUMBER); i > 0; i--)
            {
                final int bit = (int) slice & PROBE_MASK;
                final int index = base + (bit >>> 3);
                blocks.putByte(index, (byte) (blocks.getByte(index) | (1 << (bit & 7))));
                slice >>>= PROBE_BITS;
            }
            left -= PROBES_PER_NUMBER;
        }
    }

    static boolean mayContain(
        final DirectBuffer file, final int offset, final int blockCount, final int probes, final long hash)
    {
        final int blockOffset = offset + blockOffset(hash, blockCount);
        // One check for all probes: they stay within the block.
        file.boundsCheck(blockOffset, BLOCK_LENGTH);
        final byte[] array = file.byteArray();
        final long base = file.addressOffset() + blockOffset;
        long bits = hash;
        int left = probes;
        while (left > 0)
        {
            bits = mix(bits);
            long slice = bits;
            for (int i = Math.min(left, PROBES_PER_NUMBER); i > 0; i--)
            {
                final int bit = (int) slice & PROBE_MASK;
                if ((UnsafeApi.getByte(array, base + (bit >>> 3)) & (1 << (bit & 7))) == 0)
                {
                    return false;
                }
                slice >>>= PROBE_BITS;
            }
            left -= PROBES_PER_NUMBER;
        }
        return true;
    }

    private static int blockOffset(final long hash, final int blockCount)
    {
        return (int) (((hash >>> 32) * blockCount) >>> 32) * BLOCK_LENGTH;
    }

    private static long mix(final long number)
    {
        final long product = number * MULTIPLIER;
        return product ^ (product >>> 32);
    }
}
