package org.velocitydb.perf.peers;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.velocitydb.perf.peers.EmbeddedStore.WriteMode;
import org.velocitydb.perf.peers.EmbeddedStore.Writers;
import org.velocitydb.perf.peers.Timing.Operation;

/**
 * Reads of a store that was filled, has settled, and whose records have all been read once: caches are warm. Each work
 * runs for a while before it is measured. The writer comes last, since it changes the store's shape.
 */
final class FilledWorks
{
    private final PeerRun run;
    private final BenchmarkSettings settings;
    private final Path directory;
    private final PeerRecords records;

    FilledWorks(final PeerRun run)
    {
        this.run = run;
        settings = run.settings();
        directory = run.directory().resolve("store");
        records = PeerRecords.random(settings.seed());
    }

    void run() throws Exception
    {
        try (EmbeddedStore store = run.system().open(directory, WriteMode.UNSYNCED, Writers.ONE))
        {
            fill(store);
            Directories.awaitSettled(directory, store, run.settings().settleNs());
            try (StoreSession session = store.newSession())
            {
                final RecordLoop loop = loop(session, 0);
                Timing.times(settings.recordCount(), loop.getEach());
                measure(Work.GET_FOUND, loop.getFound());
                measure(Work.GET_MISSING, loop.getMissing());
                measure(Work.SCAN, loop.scan(settings.scanCount()));
            }
            if (run.works().contains(Work.GET_BESIDE_PUT) || run.works().contains(Work.PUT_BESIDE_GET))
            {
                measureBeside(store);
            }
        }
    }

    private void fill(final EmbeddedStore store) throws Exception
    {
        try (StoreSession session = store.newSession())
        {
            loop(session, 0).fillInBatches(settings.batchCount());
        }
    }

    private RecordLoop loop(final StoreSession session, final int thread)
    {
        return new RecordLoop(session, records, settings.recordCount(), settings.seed() + thread);
    }

    private void measure(final Work work, final Operation operation) throws Exception
    {
        if (run.works().contains(work))
        {
            Timing.forNs(settings.warmUpNs(), operation);
            run.report(work, Timing.forNs(settings.durationNs(), operation), directory);
        }
    }

    private void measureBeside(final EmbeddedStore store) throws Exception
    {
        final ExecutorService threads = Executors.newFixedThreadPool(2);
        try (StoreSession reading = store.newSession(); StoreSession writing = store.newSession())
        {
            final RecordLoop reader = loop(reading, 1);
            final RecordLoop writer = loop(writing, 2);
            Timing.times(settings.recordCount(), reader.getEach());
            beside(threads, reader.getFound(), writer.putAny(), settings.warmUpNs());
            final Timing[] timings = beside(threads, reader.getFound(), writer.putAny(), settings.durationNs());
            run.report(Work.GET_BESIDE_PUT, timings[0], directory);
            run.report(Work.PUT_BESIDE_GET, timings[1], directory);
        }
        finally
        {
            threads.shutdown();
        }
    }

    private static Timing[] beside(
        final ExecutorService threads, final Operation read, final Operation write, final long durationNs)
        throws InterruptedException, ExecutionException
    {
        final Callable<Timing> reader = () -> Timing.forNs(durationNs, read);
        final Callable<Timing> writer = () -> Timing.forNs(durationNs, write);
        final Future<Timing> reads = threads.submit(reader);
        final Future<Timing> writes = threads.submit(writer);
        return new Timing[]{ reads.get(), writes.get() };
    }
}
