package org.velocitydb.perf.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import org.HdrHistogram.Histogram;
import org.velocitydb.perf.peers.EmbeddedStore.WriteMode;
import org.velocitydb.perf.peers.EmbeddedStore.Writers;

/**
 * Durable puts of new records into a store that begins empty. All threads take the numbers of their records from one
 * count.
 */
final class DurableWorks
{
    private final PeerRun run;
    private final BenchmarkSettings settings;
    private final Path directory;
    private final PeerRecords records;
    private final AtomicLong nextNumber = new AtomicLong();

    DurableWorks(final PeerRun run)
    {
        this.run = run;
        settings = run.settings();
        directory = run.directory().resolve("store");
        records = PeerRecords.random(settings.seed());
    }

    void run() throws Exception
    {
        if (run.works().contains(Work.DURABLE_1))
        {
            try (EmbeddedStore store = run.system().open(directory, WriteMode.DURABLE, Writers.ONE))
            {
                onThreads(store, 1, settings.warmUpNs());
                run.report(Work.DURABLE_1, onThreads(store, 1, settings.durationNs()), directory);
            }
        }
        try (EmbeddedStore store = run.system().open(directory, WriteMode.DURABLE, Writers.MANY))
        {
            if (run.works().contains(Work.DURABLE_64))
            {
                onThreads(store, settings.threadCount(), settings.warmUpNs());
                run.report(
                    Work.DURABLE_64, onThreads(store, settings.threadCount(), settings.durationNs()), directory);
            }
            if (run.works().contains(Work.DURABLE_ASYNC) && store.hasAsyncPuts())
            {
                measureAsync(store);
            }
        }
    }

    private Timing onThreads(final EmbeddedStore store, final int threadCount, final long durationNs)
        throws Exception
    {
        final ExecutorService threads = Executors.newFixedThreadPool(threadCount);
        try
        {
            final CyclicBarrier start = new CyclicBarrier(threadCount);
            final Callable<Timing> writer = () ->
            {
                try (StoreSession session = store.newSession())
                {
                    final RecordLoop loop = new RecordLoop(session, records, 1, 0);
                    start.await();
                    return Timing.forNs(durationNs, index -> loop.durablePut(nextNumber.getAndIncrement()));
                }
            };
            final List<Future<Timing>> futures = new ArrayList<>();
            for (int i = 0; i < threadCount; i++)
            {
                futures.add(threads.submit(writer));
            }
            return sum(futures);
        }
        finally
        {
            threads.shutdown();
        }
    }

    private static Timing sum(final List<Future<Timing>> futures) throws Exception
    {
        long operations = 0;
        long elapsedNs = 0;
        final Histogram histogram = Timing.newHistogram();
        for (final Future<Timing> future : futures)
        {
            final Timing timing = future.get();
            operations += timing.operations();
            elapsedNs = Math.max(elapsedNs, timing.elapsedNs());
            histogram.add(timing.latencyNs());
        }
        return new Timing(operations, elapsedNs, histogram);
    }

    private void measureAsync(final EmbeddedStore store) throws Exception
    {
        try (StoreSession session = store.newSession())
        {
            final AsyncLoop loop = new AsyncLoop(session, records, settings.outstandingCount(), nextNumber);
            loop.run(settings.warmUpNs());
            run.report(Work.DURABLE_ASYNC, loop.run(settings.durationNs()), directory);
        }
    }
}
