package org.velocitydb.engine.table;

/**
 * How many keys one filter block can take, and how many probes serve best, for a wished rate of false positives.
 *
 * <p>Keys do not spread evenly over blocks: their number in a block follows Poisson's law, and the fuller blocks let
 * more through than the emptier ones save. A blocked filter therefore needs more bits for a key than the textbook
 * formula says. We add the rates of all block loads, weighted by how likely each load is, and look for the highest mean
 * load whose sum stays at the wished rate.
 */
final class FilterSizing
{
    private static final int SEARCH_STEPS = 24;
    private static final double MAX_LOAD = 500.0;

    private final double keysPerBlock;
    private final int probes;

    FilterSizing(final double falsePositiveRate)
    {
        double bestLoad = 0;
        int bestProbes = 1;
        for (int i = 1; i <= FilterDescriptor.MAX_PROBES; i++)
        {
            final double load = highestLoad(falsePositiveRate, i);
            if (load <= bestLoad)
            {
                // More probes serve better up to a point, and worse from there on.
                break;
            }
            bestLoad = load;
            bestProbes = i;
        }
        keysPerBlock = bestLoad;
        probes = bestProbes;
    }

    int probes()
    {
        return probes;
    }

    int blockCount(final int keyCount)
    {
        return Math.max(1, (int) Math.ceil(keyCount / keysPerBlock));
    }

    private static double highestLoad(final double falsePositiveRate, final int probes)
    {
        double low = 0;
        double high = MAX_LOAD;
        for (int i = 0; i < SEARCH_STEPS; i++)
        {
            final double middle = (low + high) / 2;
            if (rate(middle, probes) <= falsePositiveRate)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    private static double rate(final double load, final int probes)
    {
        final int lastCount = (int) (load + 12 * Math.sqrt(load) + 20);
        final double clearAfterKey = Math.pow(1.0 - 1.0 / FilterDescriptor.BLOCK_BITS, probes);
        double likelihood = Math.exp(-load);
        double clear = 1.0;
        double rate = 0;
        for (int count = 0; count <= lastCount; count++)
        {
            rate += likelihood * Math.pow(1.0 - clear, probes);
            likelihood *= load / (count + 1);
            clear *= clearAfterKey;
        }
        return rate;
    }
}
