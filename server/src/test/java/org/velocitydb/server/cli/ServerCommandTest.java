package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.StorageLockedException;
import org.velocitydb.server.config.BindAddress;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.users.PasswordVerifier;

class ServerCommandTest
{
    private static final String USERS = "[users]\nalice = \"$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$" +
        "aGFzaGhhc2hoYXNoaGFzaA\"\n";

    @TempDir
    private Path directory;
    private CommandLineFixture velocity;
    private VelocityConfig launched;
    private Path usersFile;
    private int closeCount;

    @BeforeEach
    void before()
    {
        velocity = new CommandLineFixture(directory).nodeLauncher((config, hostKey, file, loader) ->
        {
            launched = config;
            usersFile = file;
            return new EndedNode(null);
        });
    }

    @Test
    void shouldPrintOneLineWithThePortThatTheSystemChose() throws IOException
    {
        write(USERS);

        assertEquals(ExitCode.OK, velocity.run("server", "--bind", "127.0.0.1:0"));

        final String fingerprint = HostKey.load(directory.resolve("velocitydb")).fingerprint();
        assertEquals("velocity: listening on 127.0.0.1:5432, fingerprint " + fingerprint + "\n", velocity.out());
        assertEquals("", velocity.err());
        assertEquals(1, closeCount);
    }

    @Test
    void shouldPreferTheCommandLineToTheFile() throws IOException
    {
        write("[server]\nbind = \"127.0.0.1:1\"\ndata_dir = \"file\"\nmax_connections = 7\n" + USERS);

        velocity.run("server", "--bind", "[::1]:2", "--data-dir", "line");

        assertEquals(BindAddress.parse("[::1]:2"), launched.server().bind());
        assertEquals(directory.resolve("line"), launched.server().dataDir());
        assertEquals(7, launched.server().limits().maxConnections());
        assertEquals(directory.resolve("velocity.toml"), usersFile);
        assertFalse(Files.exists(directory.resolve("file")));
    }

    @Test
    void shouldMakeAFirstUserWithTheDefaultsWhereThereIsNothing() throws IOException
    {
        assertEquals(ExitCode.OK, velocity.run("server"));

        final Matcher printed = Pattern.compile(
            "velocity: created user admin in velocity.toml, password (\\S{20,}) \\(shown this once\\)\n")
            .matcher(velocity.err());
        assertTrue(printed.matches(), velocity.err());
        assertNotNull(launched.users().verify(
            "admin", printed.group(1).getBytes(StandardCharsets.UTF_8), PasswordVerifier.argon2()));

        assertEquals(ExitCode.OK, velocity.run("server"));
        assertEquals("", velocity.err());
        assertEquals(Set.of("admin"), launched.users().names());
    }

    @Test
    void shouldMakeAFirstUserWhereThereAreOnlyPlaceholders() throws IOException
    {
        write("[users]\nadmin = \"$argon2id$v=19$m=65536,t=3,p=4$...\" # later\n" +
            "alice = \"$argon2id$v=19$m=65536,t=3,p=4$...\"\n");

        velocity.run("server");

        assertEquals(Set.of("admin"), launched.users().names());
        assertEquals(Set.of("alice"), launched.users().disabledNames());
        final VelocityConfig written = VelocityConfig.load(directory.resolve("velocity.toml"));
        assertEquals(launched.users().toString(), written.users().toString());
        assertTrue(velocity.err().contains("warning: velocity.toml:3: user has no password yet"), velocity.err());
    }

    @Test
    void shouldTellByTheExitCodeWhyItDidNotStart() throws IOException
    {
        write(USERS);

        velocity.nodeLauncher((config, hostKey, file, loader) ->
        {
            throw new StorageLockedException("locked by another: file=LOCK");
        });
        assertEquals(ExitCode.LOCKED, velocity.run("server"));
        assertTrue(velocity.err().startsWith("velocity: locked by another: file=LOCK, directory=/"), velocity.err());

        velocity.nodeLauncher((config, hostKey, file, loader) ->
        {
            throw new IllegalStateException("recovery failed", new CorruptionException("journal damaged: offset=5"));
        });
        assertEquals(ExitCode.CORRUPTION, velocity.run("server"));
        assertTrue(velocity.err().endsWith(HelpText.DAMAGED_1 + "\n" + HelpText.DAMAGED_2 + "\n"), velocity.err());
    }

    @Test
    void shouldTellWhatEndedIt() throws IOException
    {
        write(USERS);
        velocity.nodeLauncher(
            (config, hostKey, file,
                loader) -> new EndedNode(new CommandException(ExitCode.FAILURE, "force failed: file=x")));

        assertEquals(ExitCode.FAILURE, velocity.run("server"));

        assertEquals("velocity: force failed: file=x\n", velocity.err());
        assertEquals(1, closeCount);
    }

    private void write(final String toml) throws IOException
    {
        Files.writeString(directory.resolve("velocity.toml"), toml);
    }

    /** A server that ends as soon as it has begun. */
    private final class EndedNode implements NodeLauncher.RunningNode
    {
        private final Throwable failure;

        EndedNode(final Throwable failure)
        {
            this.failure = failure;
        }

        @Override
        public InetSocketAddress localAddress()
        {
            return new InetSocketAddress("127.0.0.1", 5432);
        }

        @Override
        public Throwable awaitFailure()
        {
            return failure;
        }

        @Override
        public void reload()
        {
            throw new UnsupportedOperationException("it has ended");
        }

        @Override
        public void close()
        {
            closeCount++;
        }
    }
}
