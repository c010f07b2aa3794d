package org.velocitydb.server.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

import org.HdrHistogram.Histogram;
import org.velocitydb.server.cli.BenchmarkTargets.BenchmarkSession;
import org.velocitydb.server.cli.BenchmarkTargets.BenchmarkTarget;

/**
 * The two phases of a benchmark. Each thread has a session, a histogram and a share of the records; it sends an
 * operation when the one before has been answered, so a latency is what one caller sees, without a queue of its own
 * making.
 *
 * <p>Values follow from their record's number, so that a read can tell whether it got what was written.
 */
final class BenchmarkRun
{
    private static final long SEED = 0x56454C4FL;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long PROGRESS_PERIOD_MS = 500;

    private final CommandContext context;
    private final BenchmarkTarget target;
    private final long operationCount;
    private final int valueLength;
    private final int connectionCount;

    /** What one thread does with one record. */
    @FunctionalInterface
    private interface Operation
    {
        void perform(BenchmarkSession session, long record, byte[] value);
    }

    BenchmarkRun(
        final CommandContext context,
        final BenchmarkTarget target,
        final long operationCount,
        final int valueLength,
        final int connectionCount)
    {
        this.context = context;
        this.target = target;
        this.operationCount = operationCount;
        this.valueLength = valueLength;
        this.connectionCount = connectionCount;
    }

    BenchmarkReport write() throws InterruptedException
    {
        return run("write", false, (session, record, value) -> session.put(key(record), value));
    }

    BenchmarkReport read() throws InterruptedException
    {
        return run("read", true, (session, record, value) ->
        {
            if (!Arrays.equals(value, session.get(key(record))))
            {
                throw new CommandException(ExitCode.CORRUPTION,
                    "record is not what was written: key=" + new String(key(record), StandardCharsets.US_ASCII));
            }
        });
    }

    private BenchmarkReport run(final String name, final boolean isRandom, final Operation operation)
        throws InterruptedException
    {
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final List<Worker> workers = new ArrayList<>();
        final long startNs = System.nanoTime();
        for (int i = 0; i < connectionCount; i++)
        {
            final Worker worker = new Worker(i, isRandom, operation, failure);
            workers.add(worker);
            worker.thread.start();
        }
        for (final Worker worker : workers)
        {
            awaitShowingProgress(name, worker, workers);
        }
        final long elapsedNs = System.nanoTime() - startNs;
        if (failure.get() instanceof final RuntimeException ex)
        {
            throw ex;
        }
        if (failure.get() instanceof final Error ex)
        {
            throw ex;
        }
        final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
        workers.forEach((worker) -> latencies.add(worker.latencies));
        return new BenchmarkReport(name, elapsedNs, latencies);
    }

    private void awaitShowingProgress(final String name, final Worker worker, final List<Worker> workers)
        throws InterruptedException
    {
        final boolean isShown = context.terminal().isInteractive();
        while (worker.thread.isAlive())
        {
            worker.thread.join(PROGRESS_PERIOD_MS);
            if (isShown)
            {
                final long done = workers.stream().mapToLong((each) -> each.done).sum();
                final boolean isEnd = done == operationCount;
                context.err().print(isEnd ? "\r\u001b[K" : "\r" + name + " " + done * 100 / operationCount + " %");
                context.err().flush();
            }
        }
    }

    /** Twelve digits, so that the order of keys is the order of records. */
    private static byte[] key(final long record)
    {
        return String.format("key:%012d", record).getBytes(StandardCharsets.US_ASCII);
    }

    private static void fill(final byte[] value, final long record)
    {
        new SplittableRandom(record).nextBytes(value);
    }

    /** One thread and its share of the records. */
    private final class Worker implements Runnable
    {
        private final Thread thread;
        private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
        private final long from;
        private final long to;
        private final SplittableRandom random;
        private final Operation operation;
        private final AtomicReference<Throwable> failure;
        /** Written by the worker's thread, read by the one that shows the progress. */
        private volatile long done;

        Worker(
            final int index,
            final boolean isRandom,
            final Operation operation,
            final AtomicReference<Throwable> failure)
        {
            this.thread = new Thread(this, "benchmark-" + index);
            this.from = operationCount * index / connectionCount;
            this.to = operationCount * (index + 1) / connectionCount;
            this.random = isRandom ? new SplittableRandom(SEED + index) : null;
            this.operation = operation;
            this.failure = failure;
        }

        @Override
        public void run()
        {
            try (BenchmarkSession session = target.openSession())
            {
                final byte[] value = new byte[valueLength];
                for (long i = from; i < to && failure.get() == null; i++)
                {
                    final long record = random == null ? i : random.nextLong(operationCount);
                    fill(value, record);
                    final long startNs = System.nanoTime();
                    operation.perform(session, record, value);
                    latencies.recordValue(System.nanoTime() - startNs);
                    done = i + 1 - from;
                }
            }
            catch (final RuntimeException | Error ex)
            {
                failure.compareAndSet(null, ex);
            }
        }
    }
}
