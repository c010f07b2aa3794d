package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.StorageLockedException;
import org.velocitydb.server.config.BindAddress;
import org.velocitydb.server.config.ServerConfig;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.server.users.UserFile;

/**
 * A whole server on threads of its own, reached through the Java client.
 */
class RunningServerTest
{
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final Argon2Phc HASH = Argon2Phc.hash("secret123".getBytes(StandardCharsets.UTF_8),
        new SecureRandom());

    @TempDir
    private Path directory;
    private Path usersFile;
    private RunningServer server;

    @BeforeEach
    void before()
    {
        usersFile = directory.resolve("velocity.toml");
        server = launch();
    }

    @AfterEach
    void after()
    {
        server.close();
    }

    @Test
    void shouldLogInWhichDirectoryTheFilesAreThatAFailureNames()
    {
        final Throwable failure = new IllegalStateException(
            new CorruptionException("checksum differs", "a file", 7, ""));

        assertEquals(
            "server, directory=" + directory.toAbsolutePath().normalize(), RunningServer.what(failure, directory));
        assertEquals("server", RunningServer.what(new IllegalStateException("another"), directory));
    }

    @Test
    void shouldKeepWhatWasWrittenWhenItIsStartedAgain()
    {
        try (VelocityClient client = connect())
        {
            assertEquals(HostKey.load(directory).fingerprint(), client.fingerprint());
            client.authenticate("alice", "secret123");
            client.insert("user:1", "alice");
        }
        server.close();
        server = launch();

        try (VelocityClient client = connect())
        {
            client.authenticate("alice", "secret123");
            assertEquals("alice", client.select("user:1").orElseThrow());
        }
    }

    @Test
    void shouldTakeUpAUserThatIsAddedWhileItRuns() throws Exception
    {
        new UserFile(usersFile).put("bob", HASH);

        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!canLogIn("bob"))
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new AssertionError("the user was not taken up");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    @Test
    void shouldNotShareItsDataDirectory()
    {
        assertThrows(StorageLockedException.class, this::launch);
    }

    @Test
    void shouldSayThatNothingFailedWhenItWasClosed() throws Exception
    {
        server.close();

        assertNull(server.awaitFailure());
    }

    private RunningServer launch()
    {
        final VelocityConfig config = VelocityConfig.builder()
            .server(ServerConfig.DEFAULTS.withBind(BindAddress.parse("127.0.0.1:0")).withDataDir(directory))
            .users(UserDirectory.of(Map.of("alice", HASH), Set.of()))
            .build();
        return RunningServer.launch(config, HostKey.loadOrCreate(directory), usersFile, () -> config);
    }

    private boolean canLogIn(final String name)
    {
        try (VelocityClient client = connect())
        {
            client.authenticate(name, "secret123");
            return true;
        }
        catch (final VelocityException ex)
        {
            return false;
        }
    }

    private VelocityClient connect()
    {
        return VelocityClient.connect(ClientOptions.of("127.0.0.1:" + server.localAddress().getPort())
            .knownServers(directory.resolve("known_servers")));
    }
}
