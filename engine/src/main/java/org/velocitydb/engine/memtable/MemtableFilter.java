package org.velocitydb.engine.memtable;

import org.agrona.UnsafeApi;

/**
 * Says of most keys that are not in a memtable that they are not, at the cost of one word. Most reads find their key
 * in a table, and without this each would first go down the whole tree, a cache miss a level, to find nothing there.
 *
 * <p>A Bloom filter cut into words of 64 bits (a "register-blocked" filter, as in Lang, Neumann, Kemper, Boncz,
 * "Performance-Optimal Filtering", VLDB 2019): a key has one word, and four bits in it. With a word to every 512 bytes
 * of the memtable it stays in a core's cache, and errs for one key in a thousand where entries are of a hundred bytes,
 * for one in thirty where they are tiny.
 *
 * <p>One writer sets bits; any thread asks. Plain accesses are enough: a word is aligned and written as a whole, bits
 * only come, and the sequence that makes an entry visible is released after its bits and acquired before they are asked
 * for.
 */
final class MemtableFilter implements AutoCloseable
{
    private static final int BYTES_PER_WORD = 512;
    private static final int PROBE_BITS = 6;
    private static final int PROBE_MASK = (1 << PROBE_BITS) - 1;

    private final Arena arena;
    private final long base;
    private final long wordMask;

    /**
     * Reserves an empty filter.
     *
     * @param memtableBytes capacity of the memtable.
     */
    MemtableFilter(final long memtableBytes)
    {
        final long lengthBytes = lengthBytes(memtableBytes);
        arena = new Arena(lengthBytes);
        base = arena.address();
        wordMask = lengthBytes / Long.BYTES - 1;
        UnsafeApi.setMemory(base, lengthBytes, (byte) 0);
    }

    /**
     * Memory of a filter.
     *
     * @param memtableBytes capacity of the memtable.
     * @return bytes.
     */
    static long lengthBytes(final long memtableBytes)
    {
        return Long.highestOneBit(Math.max(1, memtableBytes / BYTES_PER_WORD)) * Long.BYTES;
    }

    /**
     * Adds a key; the writer only.
     *
     * @param keyHash of the key.
     */
    void add(final long keyHash)
    {
        final long address = address(keyHash);
        UnsafeApi.putLong(address, UnsafeApi.getLong(address) | bits(keyHash));
    }

    /**
     * Whether a key may have been added.
     *
     * @param keyHash of the key.
     * @return false if it was not.
     */
    boolean mayContain(final long keyHash)
    {
        final long bits = bits(keyHash);
        return (UnsafeApi.getLong(address(keyHash)) & bits) == bits;
    }

    private long address(final long keyHash)
    {
        return base + ((keyHash >>> Integer.SIZE & wordMask) << 3);
    }

    private static long bits(final long keyHash)
    {
        return 1L << (keyHash & PROBE_MASK) | 1L << (keyHash >>> PROBE_BITS & PROBE_MASK) |
            1L << (keyHash >>> 2 * PROBE_BITS & PROBE_MASK) | 1L << (keyHash >>> 3 * PROBE_BITS & PROBE_MASK);
    }

    @Override
    public void close()
    {
        arena.close();
    }
}
