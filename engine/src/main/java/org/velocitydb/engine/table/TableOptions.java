package org.velocitydb.engine.table;

/**
 * How tables are written. Readers need none of it: what they must know is in the file.
 *
 * @param blockLengthBytes       target length of a data block; an entry that is longer makes a longer block.
 * @param bloomFalsePositiveRate share of absent keys that a filter lets through.
 * @param compression            of blocks, where it pays.
 */
public record TableOptions(int blockLengthBytes, double bloomFalsePositiveRate, Compression compression)
{
    /** A page of most file systems and processors: one read brings one block. */
    public static final int DEFAULT_BLOCK_LENGTH = 4096;
    /** One table in a thousand is read in vain. */
    public static final double DEFAULT_BLOOM_FALSE_POSITIVE_RATE = 0.001;

    private static final int MIN_BLOCK_LENGTH = 64;
    private static final int MAX_BLOCK_LENGTH = 1024 * 1024;
    private static final double MIN_RATE = 0.000_001;
    private static final double MAX_RATE = 0.5;

    /**
     * Checks the ranges.
     */
    public TableOptions
    {
        if (blockLengthBytes < MIN_BLOCK_LENGTH || blockLengthBytes > MAX_BLOCK_LENGTH)
        {
            throw new IllegalArgumentException("block length out of range: value=" + blockLengthBytes + ", min=" +
                MIN_BLOCK_LENGTH + ", max=" + MAX_BLOCK_LENGTH);
        }
        if (!(bloomFalsePositiveRate >= MIN_RATE && bloomFalsePositiveRate <= MAX_RATE))
        {
            throw new IllegalArgumentException("bloom false positive rate out of range: value=" +
                bloomFalsePositiveRate + ", min=" + MIN_RATE + ", max=" + MAX_RATE);
        }
    }

    /**
     * Options without compression.
     *
     * @param blockLengthBytes       target length of a data block.
     * @param bloomFalsePositiveRate share of absent keys that a filter lets through.
     */
    public TableOptions(final int blockLengthBytes, final double bloomFalsePositiveRate)
    {
        this(blockLengthBytes, bloomFalsePositiveRate, Compression.NONE);
    }

    /**
     * The options to use where nobody asked for others.
     *
     * @return default options.
     */
    public static TableOptions defaults()
    {
        return new TableOptions(DEFAULT_BLOCK_LENGTH, DEFAULT_BLOOM_FALSE_POSITIVE_RATE);
    }
}
