package org.velocitydb.server.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.velocitydb.server.config.BindAddress;
import org.velocitydb.server.config.SyncMode;

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
            (config, hostKey, usersFile) -> absent("server"),
            (server, userName, password) -> absent("sql"),
            new BenchmarkTargets()
            {
                @Override
                public BenchmarkTarget embedded(final Path dataDir, final SyncMode durability)
                {
                    return absent("benchmark");
                }

                @Override
                public BenchmarkTarget remote(final BindAddress server, final String userName, final char[] password)
                {
                    return absent("benchmark");
                }
            });
    }

    /** Results are UTF-8 whatever the locale: what one machine exports another reads. */
    private static PrintStream utf8(final FileDescriptor descriptor)
    {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static <T> T absent(final String command)
    {
        throw new CommandException(ExitCode.FAILURE, "not in this build: " + command);
    }
}
