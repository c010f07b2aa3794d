package org.velocitydb.perf.peers;

import java.io.IOException;

import org.velocitydb.perf.baseline.DiskBaseline;
import org.velocitydb.perf.baseline.DiskBaseline.Append;

/**
 * The disk's own rate of single durable appends: no store that waits for each record by itself can be faster.
 */
final class DiskWorks
{
    private static final int RECORD_LENGTH = PeerRecords.KEY_LENGTH + PeerRecords.VALUE_LENGTH;
    private static final int BLOCK_LENGTH = 4096;

    private final PeerRun run;

    DiskWorks(final PeerRun run)
    {
        this.run = run;
    }

    void run() throws IOException, InterruptedException
    {
        measure(Work.APPEND_FDATASYNC, RECORD_LENGTH, Append.FDATASYNC);
        measure(Work.APPEND_DIRECT, BLOCK_LENGTH, Append.DIRECT);
    }

    private void measure(final Work work, final int lengthBytes, final Append append)
        throws IOException, InterruptedException
    {
        if (!run.works().contains(work))
        {
            return;
        }
        final BenchmarkSettings settings = run.settings();
        DiskBaseline.measure(run.directory(), lengthBytes, append, Integer.MAX_VALUE, settings.warmUpNs());
        final DiskBaseline.Result result = DiskBaseline.measure(
            run.directory(), lengthBytes, append, Integer.MAX_VALUE, settings.durationNs());
        run.report(
            work, new Timing(result.appendCount(), result.elapsedNs(), result.latencyNs()), run.directory());
    }
}
