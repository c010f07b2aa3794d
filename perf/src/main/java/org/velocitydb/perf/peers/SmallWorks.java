package org.velocitydb.perf.peers;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

import org.velocitydb.perf.peers.EmbeddedStore.WriteMode;
import org.velocitydb.perf.peers.EmbeddedStore.Writers;
import org.velocitydb.perf.peers.Timing.Operation;

/**
 * A store of few records: what it takes above an empty one, then how fast it is.
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
        try (EmbeddedStore store = run.system().open(directory, WriteMode.UNSYNCED, Writers.ONE);
            StoreSession session = store.newSession())
        {
            final RecordLoop loop = new RecordLoop(session, records, recordCount, settings.seed());
            // Enough reads that code is compiled, so that the compiler's memory is not taken for the records' or given
            // back between the two looks.
            Timing.times((long) WARM_UP_PASS_COUNT * recordCount, loop.getMissing());
            final ProcessMemory empty = settledMemory(store);
            Timing.times(recordCount, loop.putEach());
            Timing.times(recordCount, loop.getEach());
            run.reportSpace(Work.SMALL_SPACE, settledMemory(store).minus(empty), directory);

            measure(Work.SMALL_PUT, loop.putAny());
            measure(Work.SMALL_GET, loop.getFound());
        }
    }

    private ProcessMemory settledMemory(final EmbeddedStore store) throws Exception
    {
        // The first collection lets the collector itself grow, and the heap shrink.
        ManagementFactory.getMemoryMXBean().gc();
        Directories.awaitSettled(directory, store);
        ManagementFactory.getMemoryMXBean().gc();
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
