package org.velocitydb.perf.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

import org.HdrHistogram.Histogram;
import org.velocitydb.perf.peers.EmbeddedStore.WriteMode;
import org.velocitydb.perf.peers.EmbeddedStore.Writers;

/**
 * Fills a new store and measures each put. A store that is thrown away is filled first, to a tenth, so that code is
 * compiled; after the random fill, disk space and the time to open are measured too.
 */
final class FillWorks
{
    private static final int WARM_UP_SHARE = 10;

    private final PeerRun run;
    private final WorkSet set;
    private final BenchmarkSettings settings;
    private final PeerRecords records;

    FillWorks(final PeerRun run, final WorkSet set)
    {
        this.run = run;
        this.set = set;
        settings = run.settings();
        records = set == WorkSet.PUT_SEQUENTIAL
            ? PeerRecords.sequential(settings.seed())
            : PeerRecords.random(settings.seed());
    }

    void run() throws Exception
    {
        warmUp();
        final Path directory = run.directory().resolve("store");
        try (EmbeddedStore store = run.system().open(directory, WriteMode.UNSYNCED, Writers.ONE))
        {
            final Timing timing = fill(store, settings.recordCount());
            switch (set)
            {
                case PUT_RANDOM -> run.report(Work.PUT_RANDOM, timing, directory);
                case PUT_SEQUENTIAL -> run.report(Work.PUT_SEQUENTIAL, timing, directory);
                default -> run.report(Work.PUT_BATCH, timing, directory);
            }
            if (set == WorkSet.PUT_RANDOM)
            {
                Directories.awaitSettled(directory, store, run.settings().settleNs());
            }
        }
        if (set == WorkSet.PUT_RANDOM)
        {
            run.reportSpace(Work.DISK_SPACE, ProcessMemory.read(), directory);
            reopen(directory);
        }
    }

    private void warmUp() throws Exception
    {
        final Path directory = run.directory().resolve("warm-up");
        try (EmbeddedStore store = run.system().open(directory, WriteMode.UNSYNCED, Writers.ONE))
        {
            fill(store, Math.max(1, settings.recordCount() / WARM_UP_SHARE));
        }
        Directories.delete(directory);
        // What it leaves on the heap shall not be charged to the store that is measured.
        ManagementFactory.getMemoryMXBean().gc();
    }

    private Timing fill(final EmbeddedStore store, final int recordCount) throws Exception
    {
        try (StoreSession session = store.newSession())
        {
            final RecordLoop loop = new RecordLoop(session, records, recordCount, settings.seed());
            if (set != WorkSet.PUT_BATCH)
            {
                return Timing.times(recordCount, loop.putEach());
            }
            return loop.fillInBatches(settings.batchCount());
        }
    }

    private void reopen(final Path directory) throws Exception
    {
        final long startNs = System.nanoTime();
        try (EmbeddedStore store = run.system().open(directory, WriteMode.UNSYNCED, Writers.ONE);
            StoreSession session = store.newSession())
        {
            new RecordLoop(session, records, settings.recordCount(), settings.seed()).getEach().run(0);
            report(directory, System.nanoTime() - startNs);
        }
    }

    private void report(final Path directory, final long elapsedNs) throws IOException, InterruptedException
    {
        final Histogram histogram = Timing.newHistogram();
        histogram.recordValue(elapsedNs);
        run.report(Work.REOPEN, new Timing(1, elapsedNs, histogram), directory);
    }
}
