package org.velocitydb.perf.peers;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

import org.velocitydb.perf.peers.EmbeddedStore.WriteMode;
import org.velocitydb.perf.peers.EmbeddedStore.Writers;
import org.velocitydb.perf.peers.Timing.Operation;

/**
 * A store of few records: what it takes above an empty one, then how fast it is.
 *
 * <p>The memory is a small difference between two large numbers, and most of what moves them is the JVM: its compiler
 * takes some ten MiB when a loop gets hot, and gives it back or not; the heap touches more of its pages. So all is done
 * once before with a store that is thrown away, and what is free of the C library's memory goes back to the system
 * before each look.
 */
final class SmallWorks
{
    private static final int WARM_UP_PASS_COUNT = 20;

    private final PeerRun run;
    private final BenchmarkSettings settings;
    private final Path directory;

    SmallWorks(final PeerRun run)
    {
        this.run = run;
        settings = run.settings();
        directory = run.directory().resolve("store");
    }

    void run() throws Exception
    {
        final PeerRecords records = PeerRecords.random(settings.seed());
        final int recordCount = settings.smallRecordCount();
        warmUp(records);
        try (EmbeddedStore store = run.system().open(directory, WriteMode.UNSYNCED, Writers.ONE);
            StoreSession session = store.newSession())
        {
            final RecordLoop loop = new RecordLoop(session, records, recordCount, settings.seed());
            final ProcessMemory empty = settledMemory(store, directory);
            Timing.times(recordCount, loop.putEach());
            Timing.times(recordCount, loop.getEach());
            run.reportSpace(Work.SMALL_SPACE, settledMemory(store, directory).minus(empty), directory);

            measure(Work.SMALL_PUT, loop.putAny());
            measure(Work.SMALL_GET, loop.getFound());
        }
    }

    private void warmUp(final PeerRecords records) throws Exception
    {
        final Path scratch = run.directory().resolve("warm-up");
        final int recordCount = settings.smallRecordCount();
        try (EmbeddedStore store = run.system().open(scratch, WriteMode.UNSYNCED, Writers.ONE);
            StoreSession session = store.newSession())
        {
            final RecordLoop loop = new RecordLoop(session, records, recordCount, settings.seed());
            Timing.times((long) WARM_UP_PASS_COUNT * recordCount, loop.getMissing());
            for (int i = 0; i < WARM_UP_PASS_COUNT; i++)
            {
                Timing.times(recordCount, loop.putEach());
                Timing.times(recordCount, loop.getEach());
            }
            settledMemory(store, scratch);
        }
        Directories.delete(scratch);
    }

    private ProcessMemory settledMemory(final EmbeddedStore store, final Path directory) throws Exception
    {
        // The first collection lets the collector itself grow, and the heap shrink.
        ManagementFactory.getMemoryMXBean().gc();
        Directories.awaitSettled(directory, store, settings.settleNs());
        ManagementFactory.getMemoryMXBean().gc();
        ProcessMemory.trim();
        return ProcessMemory.read();
    }

    private void measure(final Work work, final Operation operation) throws Exception
    {
        if (run.works().contains(work))
        {
            Timing.forNs(settings.warmUpNs(), operation);
            run.report(work, Timing.forNs(settings.durationNs(), operation), directory);
        }
    }
}
