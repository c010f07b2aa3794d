package org.velocitydb.perf.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a process is to measure, and whom to tell.
 *
 * @param system    to measure.
 * @param works     of one set.
 * @param directory of the stores, empty.
 * @param settings  how much.
 * @param results   gets what was measured.
 */
record PeerRun(
    PeerSystem system,
    Set<Work> works,
    Path directory,
    BenchmarkSettings settings,
    Consumer<Measurement> results)
{
    void report(final Work work, final Timing timing, final Path store) throws IOException, InterruptedException
    {
        if (works.contains(work))
        {
            results.accept(
                Measurement.of(system, work, timing, ProcessMemory.read(), Directories.diskBytes(store)));
        }
    }

    void reportSpace(final Work work, final ProcessMemory memory, final Path store)
        throws IOException, InterruptedException
    {
        if (works.contains(work))
        {
            results.accept(Measurement.ofSpace(system, work, memory, Directories.diskBytes(store)));
        }
    }
}
