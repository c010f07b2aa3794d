package org.velocitydb.perf.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;

/**
 * What the harness does with the directories of stores.
 */
final class Directories
{
    private static final long BYTES_PER_KIB = 1024;
    private static final long SETTLE_INTERVAL_NS = 250_000_000;
    private static final long SETTLE_STEP_NS = 1_000_000;
    /** As many looks without a change are taken for rest: H2 writes its memory once a second, we tidy up after two. */
    private static final int SETTLE_LOOK_COUNT = 12;
    /** Of one core, while nothing but background work goes on. */
    private static final double IDLE_SHARE = 0.1;

    private Directories()
    {
    }

    /**
     * Disk space that a directory takes: blocks that are allocated, not lengths of files, since files may have holes or
     * be allocated beyond their end.
     *
     * @param directory to look at.
     * @return bytes, in whole KiB.
     * @throws IOException          when {@code du} cannot be run.
     * @throws InterruptedException when the thread is interrupted.
     */
    static long diskBytes(final Path directory) throws IOException, InterruptedException
    {
        // Files may come and go while du looks; what it says of them on its error output does not matter.
        final Process process = new ProcessBuilder("du", "-sk", directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return Long.parseLong(output.substring(0, output.indexOf('\t')).trim()) * BYTES_PER_KIB;
    }

    /**
     * Waits until a store has done by itself what it does in the background: its space does not change, and this
     * process uses next to no processor time. Gives up after a time.
     *
     * @param directory of the store.
     * @param store     that settles.
     * @param maxNs     longest wait.
     * @throws Exception when {@code du} cannot be run, or what the store throws.
     */
    static void awaitSettled(final Path directory, final EmbeddedStore store, final long maxNs) throws Exception
    {
        final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long diskBytes = -1;
        int quietCount = 0;
        for (int i = 0; i < maxNs / SETTLE_INTERVAL_NS && quietCount < SETTLE_LOOK_COUNT; i++)
        {
            final long cpuNs = system.getProcessCpuTime();
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < SETTLE_INTERVAL_NS)
            {
                store.onIdle();
                LockSupport.parkNanos(SETTLE_STEP_NS);
            }
            final double share = (double) (system.getProcessCpuTime() - cpuNs) / SETTLE_INTERVAL_NS;
            final long bytesNow = diskBytes(directory);
            quietCount = bytesNow == diskBytes && share < IDLE_SHARE ? quietCount + 1 : 0;
            diskBytes = bytesNow;
        }
    }

    /**
     * Deletes a directory with everything in it, where there is one.
     *
     * @param directory to delete.
     * @throws IOException when something cannot be deleted.
     */
    static void delete(final Path directory) throws IOException
    {
        if (!Files.exists(directory))
        {
            return;
        }
        final List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory))
        {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : paths)
        {
            Files.delete(path);
        }
    }
}
