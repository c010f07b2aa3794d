package org.velocitydb.perf.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.function.Consumer;

import org.HdrHistogram.Histogram;

/**
 * Requests at a fixed rate, over some connections in turn, whether earlier ones have been answered or not, as users
 * send them who know nothing of each other. A latency counts from when its request was due, so a stall is charged to
 * every request that came meanwhile, also to those that could not be sent since too many were outstanding.
 *
 * <p>Used for one run, on one thread, which yields but never sleeps between requests; allocation-free between the first
 * request and the last answer.
 */
final class OpenLoop
{
    private static final long LATENCY_MAX_NS = 60_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long SILENCE_MAX_NS = 30_000_000_000L;
    /** Requests that wait on one connection, beyond which further ones wait here. */
    private static final int OUTSTANDING_MAX = 256;

    private final Workload workload;
    private final long operationCount;
    private final long intervalNs;
    private final List<LoadConnection> connections;
    private final Histogram latencyNs = new Histogram(LATENCY_MAX_NS, SIGNIFICANT_DIGITS);
    private final Consumer<SelectionKey> onReady = this::onReady;
    private long answeredCount;
    private long answeredNs;

    /**
     * One connection's requests, each in a slot whose number plus one is its correlation id. The slots are taken from a
     * stack, since answers may come in another order than requests went; the order of sending is kept for protocols
     * that have no ids.
     */
    private static final class Lane
    {
        private final LoadConnection connection;
        private final long[] dueNs = new long[OUTSTANDING_MAX];
        private final int[] freeSlots = new int[OUTSTANDING_MAX];
        private final int[] sentSlots = new int[OUTSTANDING_MAX];
        private int freeCount = OUTSTANDING_MAX;
        private long sentCount;
        private long answeredCount;

        Lane(final LoadConnection connection)
        {
            this.connection = connection;
            for (int i = 0; i < OUTSTANDING_MAX; i++)
            {
                freeSlots[i] = i;
            }
        }
    }

    OpenLoop(
        final Workload workload,
        final long operationCount,
        final long intervalNs,
        final List<LoadConnection> connections)
    {
        this.workload = workload;
        this.operationCount = operationCount;
        this.intervalNs = intervalNs;
        this.connections = connections;
    }

    LoadResult run() throws IOException
    {
        try (Selector selector = Selector.open())
        {
            final Lane[] lanes = new Lane[connections.size()];
            for (int i = 0; i < lanes.length; i++)
            {
                lanes[i] = new Lane(connections.get(i));
                connections.get(i).register(selector, lanes[i]);
            }

            final long startNs = System.nanoTime();
            answeredNs = startNs;
            long sentCount = 0;
            while (answeredCount < operationCount)
            {
                final long nowNs = System.nanoTime();
                sentCount = sendDue(lanes, sentCount, startNs, nowNs);
                if (selector.selectNow(onReady) == 0)
                {
                    if (nowNs - answeredNs > SILENCE_MAX_NS)
                    {
                        throw new LoadException("no answer comes: outstanding=" + (sentCount - answeredCount));
                    }
                    Thread.yield();
                }
            }
            return new LoadResult(
                workload.title() + "@" + Math.round(1e9 / intervalNs), connections.size(), 1,
                System.nanoTime() - startNs, latencyNs);
        }
    }

    private long sendDue(final Lane[] lanes, final long sentBefore, final long startNs, final long nowNs)
        throws IOException
    {
        long sentCount = sentBefore;
        while (sentCount < operationCount && startNs + sentCount * intervalNs - nowNs <= 0)
        {
            final Lane lane = lanes[(int) (sentCount % lanes.length)];
            if (lane.freeCount == 0)
            {
                return sentCount;
            }
            final int slot = lane.freeSlots[--lane.freeCount];
            lane.dueNs[slot] = startNs + sentCount * intervalNs;
            lane.sentSlots[(int) (lane.sentCount++ % OUTSTANDING_MAX)] = slot;
            final LoadConnection connection = lane.connection;
            connection.appended(workload.putRequest(connection.output(), connection.outputOffset(), slot + 1));
            connection.flush();
            sentCount++;
        }
        return sentCount;
    }

    private void onReady(final SelectionKey selected)
    {
        final Lane lane = (Lane) selected.attachment();
        try
        {
            if (selected.isReadable())
            {
                lane.connection.receive();
                takeAnswers(lane);
            }
            lane.connection.flush();
        }
        catch (final IOException ex)
        {
            throw new LoadException("connection failed: cause=" + ex.getMessage());
        }
    }

    private void takeAnswers(final Lane lane)
    {
        final LoadConnection connection = lane.connection;
        int length = workload.tryTakeAnswer(connection.input(), connection.inputOffset(), connection.available());
        while (length > 0)
        {
            connection.taken(length);
            answeredNs = System.nanoTime();
            final int oldest = lane.sentSlots[(int) (lane.answeredCount++ % OUTSTANDING_MAX)];
            final int slot = (int) workload.answeredId(oldest + 1) - 1;
            latencyNs.recordValue(Math.min(answeredNs - lane.dueNs[slot], LATENCY_MAX_NS));
            lane.freeSlots[lane.freeCount++] = slot;
            answeredCount++;
            length = workload.tryTakeAnswer(connection.input(), connection.inputOffset(), connection.available());
        }
    }
}
