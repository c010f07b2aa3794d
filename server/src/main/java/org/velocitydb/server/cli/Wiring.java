package org.velocitydb.server.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The one place where commands meet what they run.
 */
final class Wiring
{
    private Wiring()
    {
    }

    static CommandContext systemContext()
    {
        return new CommandContext(
            System.in,
            utf8(FileDescriptor.out),
            utf8(FileDescriptor.err),
            new SystemTerminal(),
            System.getenv(),
            Path.of(""),
            RunningServer::launch,
            ClientSqlSession::connect,
            new SystemBenchmarkTargets());
    }

    /** Results are UTF-8 whatever the locale: what one machine exports another reads. */
    private static PrintStream utf8(final FileDescriptor descriptor)
    {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
