package org.velocitydb.perf.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

import org.velocitydb.perf.peers.EmbeddedStore.WriteMode;
import org.velocitydb.perf.peers.Timing.Operation;

/**
 * A store of few records: what it takes above an empty one, then how fast it is.
 */
final class SmallWorks
{
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
        try (EmbeddedStore store = run.system().open(directory, WriteMode.UNSYNCED);
            StoreSession session = store.newSession())
        {
            final RecordLoop loop = new RecordLoop(session, records, recordCount, settings.seed());
            // The same reads in both states, so that code and buffers are not taken for the records' memory.
            Timing.times(recordCount, loop.getMissing());
            final ProcessMemory empty = memory();
            Timing.times(recordCount, loop.putEach());
            Timing.times(recordCount, loop.getEach());
            Directories.awaitSettled(directory);
            run.reportSpace(Work.SMALL_SPACE, memory().minus(empty), directory);

            measure(Work.SMALL_PUT, loop.putAny());
            measure(Work.SMALL_GET, loop.getFound());
        }
    }

    private static ProcessMemory memory() throws IOException
    {
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
