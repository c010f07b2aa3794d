package org.velocitydb.perf.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Starts the process that measures one system's works of one set, waits for it and reads its measurements. All stores
 * that live in a JVM get the same one.
 */
final class ChildProcess
{
    private static final long TIMEOUT_MINUTES = 30;
    private static final int FIRST_WITH_NATIVE_ACCESS = 24;

    private ChildProcess()
    {
    }

    /**
     * The command of a JVM that measures.
     *
     * @param system to measure.
     * @return the command, without the works.
     */
    static List<String> jvmCommand(final PeerSystem system)
    {
        final List<String> command = new ArrayList<>();
        Collections.addAll(
            command, Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseG1GC",
            // H2 keeps its pages as objects; the other stores hardly use the heap, and it grows only when used.
            "-Xmx4g", "-XX:MaxDirectMemorySize=4g",
            // Agrona, for VelocityDB.
            "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
            // LmdbJava points buffers at the pages of the map.
            "--add-opens", "java.base/java.nio=ALL-UNNAMED", "--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED");
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS)
        {
            Collections.addAll(
                command, "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");
        }
        Collections.addAll(
            command, "-cp", System.getProperty("java.class.path"), PeerProcess.class.getName(), "--system",
            system.toString());
        return command;
    }

    /**
     * Runs a process in an empty directory, which is gone afterwards.
     *
     * @param command   without the works.
     * @param works     of one set.
     * @param directory for the stores.
     * @param settings  how much.
     * @return what it measured.
     * @throws IOException          when it cannot be started, ends with an error, or was ended after half an hour.
     * @throws InterruptedException when the thread is interrupted.
     */
    static List<Measurement> run(
        final List<String> command, final List<Work> works, final Path directory, final BenchmarkSettings settings)
        throws IOException, InterruptedException
    {
        final List<String> complete = new ArrayList<>(command);
        Collections.addAll(
            complete, "--works", works.stream().map(Work::toString).collect(Collectors.joining(",")), "--directory",
            directory.toString());
        complete.addAll(settings.toArguments());
        Directories.delete(directory);
        Files.createDirectories(directory);
        final Process process = new ProcessBuilder(complete).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try
        {
            final List<Measurement> measurements = readAll(process);
            final int exitCode = process.waitFor();
            if (exitCode != 0)
            {
                throw new IOException("ended with an error: exitCode=" + exitCode);
            }
            return measurements;
        }
        finally
        {
            process.destroyForcibly().waitFor();
            Directories.delete(directory);
        }
    }

    private static List<Measurement> readAll(final Process process) throws IOException
    {
        final List<Measurement> measurements = new ArrayList<>();
        // A process that hangs is ended by the timer, which ends its output and so the loop below.
        final Thread timer = new Thread(() -> endAfterTimeout(process), "timeout");
        timer.setDaemon(true);
        timer.start();
        try (BufferedReader output = new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)))
        {
            for (String line = output.readLine(); line != null; line = output.readLine())
            {
                if (line.startsWith("{"))
                {
                    measurements.add(Measurement.ofJson(line));
                }
            }
        }
        finally
        {
            timer.interrupt();
        }
        return measurements;
    }

    private static void endAfterTimeout(final Process process)
    {
        try
        {
            if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES))
            {
                process.destroyForcibly();
            }
        }
        catch (final InterruptedException ex)
        {
            // The process's output has ended: nothing is left to watch.
        }
    }
}
