package org.velocitydb.perf.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.function.Consumer;

import org.HdrHistogram.Histogram;

/**
 * A fixed number of requests outstanding on each of some connections: each answer is followed by the next request. What
 * it measures is throughput at that concurrency; its latencies are those of a client that waits for an answer before it
 * asks again, and do not charge a stall to requests that would have come meanwhile.
 *
 * <p>Used for one run, on one thread; allocation-free between the first request and the last answer.
 */
final class ClosedLoop
{
    private static final long LATENCY_MAX_NS = 60_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long SILENCE_MAX_MS = 30_000;

    private final Workload workload;
    private final long operationCount;
    private final int pipeline;
    private final List<LoadConnection> connections;
    private final Histogram latencyNs = new Histogram(LATENCY_MAX_NS, SIGNIFICANT_DIGITS);
    private final Consumer<SelectionKey> onReady = this::onReady;
    private long sentCount;
    private long answeredCount;

    /** One connection's requests, each in a slot whose number plus one is its correlation id. */
    private static final class Lane
    {
        private final LoadConnection connection;
        private final long[] sentNs;
        private long answeredCount;

        Lane(final LoadConnection connection, final int pipeline)
        {
            this.connection = connection;
            sentNs = new long[pipeline];
        }
    }

    ClosedLoop(
        final Workload workload,
        final long operationCount,
        final int pipeline,
        final List<LoadConnection> connections)
    {
        if ((long) pipeline * workload.requestLengthMax() > LoadConnection.BUFFER_LENGTH)
        {
            throw new IllegalArgumentException("pipeline too deep: pipeline=" + pipeline);
        }
        this.workload = workload;
        this.operationCount = operationCount;
        this.pipeline = pipeline;
        this.connections = connections;
    }

    LoadResult run() throws IOException
    {
        try (Selector selector = Selector.open())
        {
            final Lane[] lanes = new Lane[connections.size()];
            for (int i = 0; i < lanes.length; i++)
            {
                lanes[i] = new Lane(connections.get(i), pipeline);
                connections.get(i).register(selector, lanes[i]);
            }

            final long startNs = System.nanoTime();
            for (final Lane lane : lanes)
            {
                for (int slot = 0; slot < pipeline; slot++)
                {
                    send(lane, slot, System.nanoTime());
                }
                lane.connection.flush();
            }
            while (answeredCount < sentCount)
            {
                if (selector.select(onReady, SILENCE_MAX_MS) == 0)
                {
                    throw new LoadException("no answer comes: outstanding=" + (sentCount - answeredCount));
                }
            }
            return new LoadResult(
                workload.title(), connections.size(), pipeline, System.nanoTime() - startNs, latencyNs);
        }
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
            final long nowNs = System.nanoTime();
            final int slot = (int) workload.answeredId(lane.answeredCount % pipeline + 1) - 1;
            lane.answeredCount++;
            answeredCount++;
            latencyNs.recordValue(Math.min(nowNs - lane.sentNs[slot], LATENCY_MAX_NS));
            send(lane, slot, nowNs);
            length = workload.tryTakeAnswer(connection.input(), connection.inputOffset(), connection.available());
        }
    }

    private void send(final Lane lane, final int slot, final long nowNs)
    {
        if (sentCount < operationCount)
        {
            sentCount++;
            lane.sentNs[slot] = nowNs;
            final LoadConnection connection = lane.connection;
            connection.appended(workload.putRequest(connection.output(), connection.outputOffset(), slot + 1));
        }
    }
}
