package org.velocitydb.engine.cache;

import java.util.SplittableRandom;

/**
 * A trace of block accesses made from a seed: draws from a Zipf distribution over a set of blocks, and now and then a
 * scan over blocks that are asked for this once. Which block is how popular is shuffled by a hash.
 */
final class BlockTrace
{
    private final double[] cumulative;
    private final int scanInterval;
    private final int scanLength;
    private final SplittableRandom random;
    private int accessCount;
    private int scanLeft;
    private int nextScanned;
    private boolean isScan;

    BlockTrace(
        final int blockCount, final double exponent, final int scanInterval, final int scanLength, final long seed)
    {
        cumulative = new double[blockCount];
        double sum = 0;
        for (int i = 0; i < blockCount; i++)
        {
            sum += 1 / Math.pow(i + 1, exponent);
            cumulative[i] = sum;
        }
        this.scanInterval = scanInterval;
        this.scanLength = scanLength;
        random = new SplittableRandom(seed);
        nextScanned = blockCount;
    }

    /** The next block asked for. */
    int next()
    {
        if (scanLeft > 0)
        {
            scanLeft--;
            isScan = true;
            return nextScanned++;
        }
        isScan = false;
        accessCount++;
        if (scanInterval > 0 && accessCount % scanInterval == 0)
        {
            scanLeft = scanLength;
        }
        return rank(random.nextDouble() * cumulative[cumulative.length - 1]);
    }

    /** Whether the last access belonged to a scan. */
    boolean isScan()
    {
        return isScan;
    }

    private int rank(final double point)
    {
        int low = 0;
        int high = cumulative.length - 1;
        while (low < high)
        {
            final int middle = (low + high) >>> 1;
            if (cumulative[middle] < point)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }
}
