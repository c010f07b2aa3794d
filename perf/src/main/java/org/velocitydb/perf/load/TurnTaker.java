package org.velocitydb.perf.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.HdrHistogram.Histogram;

/**
 * One of the servers that take turns: its connections, and the figures of its turns. Used on the generator's thread.
 */
final class TurnTaker implements AutoCloseable
{
    private static final long NS_PER_S = 1_000_000_000L;

    private final String name;
    private final Workload workload;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final double[] rates;
    private int turnCount;
    private Histogram latencyNs;

    private TurnTaker(final String name, final Workload workload, final int maxTurns)
    {
        this.name = name;
        this.workload = workload;
        rates = new double[maxTurns];
    }

    static TurnTaker connect(
        final String name,
        final LoadTarget target,
        final Workload workload,
        final int connectionCount,
        final int maxTurns)
        throws IOException
    {
        final TurnTaker taker = new TurnTaker(name, workload, maxTurns);
        try
        {
            for (int i = 0; i < connectionCount; i++)
            {
                taker.connections.add(target.connect());
            }
        }
        catch (final IOException | RuntimeException ex)
        {
            taker.close();
            throw ex;
        }
        return taker;
    }

    /**
     * Takes a turn.
     *
     * @param operationCount of it.
     * @param pipeline       requests outstanding on each connection of a closed loop.
     * @param perSecond      rate of an open loop, or 0 for a closed one.
     * @param isCounted      whether its figures count.
     */
    void takeTurn(final long operationCount, final int pipeline, final long perSecond, final boolean isCounted)
        throws IOException
    {
        final LoadResult result = perSecond > 0
            ? new OpenLoop(workload, operationCount, NS_PER_S / perSecond, connections).run()
            : new ClosedLoop(workload, operationCount, pipeline, connections).run();
        if (isCounted)
        {
            count(result);
        }
    }

    /** Adds the figures of one more turn. */
    void count(final LoadResult result)
    {
        rates[turnCount++] = result.operationsPerSecond();
        if (latencyNs == null)
        {
            latencyNs = result.latencyNs();
        }
        else
        {
            latencyNs.add(result.latencyNs());
        }
    }

    String name()
    {
        return name;
    }

    /** Operations a second, the median of the turns. */
    double medianRate()
    {
        return median(Arrays.copyOf(rates, turnCount));
    }

    /**
     * How many times the rate of another server this one had: the median of the ratios within each turn, which what
     * slows the machine for longer than a turn leaves alone.
     */
    double ratioTo(final TurnTaker other)
    {
        final double[] ratios = new double[Math.min(turnCount, other.turnCount)];
        for (int i = 0; i < ratios.length; i++)
        {
            ratios[i] = rates[i] / other.rates[i];
        }
        return median(ratios);
    }

    /** Latency of an operation over all turns, in microseconds. */
    double percentileUs(final double percentile)
    {
        return latencyNs.getValueAtPercentile(percentile) / 1e3;
    }

    private static double median(final double[] values)
    {
        Arrays.sort(values);
        final int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    @Override
    public void close() throws IOException
    {
        for (final LoadConnection connection : connections)
        {
            connection.close();
        }
    }
}
