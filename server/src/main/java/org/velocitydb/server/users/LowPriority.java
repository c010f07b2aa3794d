package org.velocitydb.server.users;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Has the system prefer all other threads to the calling one. A password takes a processor for a tenth of a second and
 * more, and a flood of handshakes all of one; on a machine with none to spare an event loop would wait for its turn
 * behind that, a few milliseconds each time.
 *
 * <p>Java's own priorities mean nothing on Linux without a flag that warns at each start, so this asks {@code renice},
 * which needs no right to lower a priority. Where there is no such program or no Linux, nothing changes.
 */
public enum LowPriority
{
    /** A tenth of the weight of other threads: logins go on, slowly, on a machine that is busy for good. */
    LOGINS(10),
    /** A third of it: handshakes are a hundred times as cheap, and after a restart every client waits for one. */
    TLS_HANDSHAKES(5);

    /** Says of which thread it is read. */
    private static final Path THREAD_SELF = Path.of("/proc/thread-self");
    private static final long WAIT_S = 5;

    private final int niceness;

    LowPriority(final int niceness)
    {
        this.niceness = niceness;
    }

    /** Lowers the calling thread's priority, if that can be done. */
    public void take()
    {
        try
        {
            final String threadId = Files.readSymbolicLink(THREAD_SELF).getFileName().toString();
            new ProcessBuilder("renice", "-n", Integer.toString(niceness), "-p", threadId)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor(WAIT_S, TimeUnit.SECONDS);
        }
        catch (final IOException | UnsupportedOperationException ignore)
        {
            // Logins are then as important as everything else, which is how it would be without this class.
            return;
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }
}
