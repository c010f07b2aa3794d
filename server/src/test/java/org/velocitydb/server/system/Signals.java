package org.velocitydb.server.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Sends signals to processes, where the system knows such.
 */
public final class Signals
{
    private Signals()
    {
    }

    /**
     * Sends a signal. Once STOP was sent, none of the process' threads runs any more: the system says that it was
     * delivered while threads on other processors still go on for a while, in which a server answers.
     *
     * @param process that gets it.
     * @param name    as the system calls it, without SIG.
     */
    public static void send(final Process process, final String name)
    {
        try
        {
            if (new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor() != 0)
            {
                throw new AssertionError("no such signal, or process: signal=" + name + ", pid=" + process.pid());
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a signal was sent", ex);
        }
        if ("STOP".equals(name))
        {
            Await.until(() -> "it does not stop: pid=" + process.pid(), () -> areStopped(process.pid()));
        }
    }

    /** Whether all threads of a process are stopped; true where the system does not tell. */
    private static boolean areStopped(final long pid)
    {
        final Path threads = Path.of("/proc", Long.toString(pid), "task");
        if (!Files.isDirectory(threads))
        {
            return true;
        }
        try (Stream<Path> each = Files.list(threads))
        {
            return each.allMatch(Signals::isStopped);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** The state is the letter behind the name, which is in brackets; see proc(5). */
    private static boolean isStopped(final Path thread)
    {
        try
        {
            // In a byte for each byte: a thread may be called whatever it likes.
            final String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        }
        catch (final NoSuchFileException ex)
        {
            // It has ended meanwhile.
            return true;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
