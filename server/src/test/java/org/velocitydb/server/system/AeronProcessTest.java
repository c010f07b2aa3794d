package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.Publication;
import io.aeron.exceptions.AeronException;
import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.ConnectionLostException;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.aeron.AeronDefaults;

/**
 * The real server over Aeron: from the command line, and with a media driver in a process of its own that is killed.
 */
@Timeout(240)
class AeronProcessTest
{
    private static final long DRIVER_TIMEOUT_MS = 1_000;
    private static final byte[] KEY = "key".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path directory;
    private Path driverDirectory;
    private String ipc;

    @BeforeEach
    void before() throws IOException
    {
        driverDirectory = Path.of("/dev/shm").resolve("velocitydb-process-" + ProcessHandle.current().pid());
        ipc = "aeron:ipc?dir=" + driverDirectory;
        Files.writeString(directory.resolve("password"), ServerFiles.PASSWORD);
    }

    @AfterEach
    void after()
    {
        IoUtil.delete(driverDirectory.toFile(), true);
    }

    @Test
    void shouldServeTheCommands() throws IOException
    {
        configure("embedded");
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            assertTrue(
                server.err().contains("Aeron: ipc, stream 5432, media driver in " + driverDirectory), server.err());
            assertEquals("key\r\n1\r\n", done("sql", "--fingerprint", server.fingerprint(), "--format", "csv",
                "INSERT INTO kv (key, value) VALUES ('1', 'one'); SELECT key FROM kv"));

            final String measured = done("benchmark", "--operations", "100");
            assertTrue(measured.startsWith("target " + ipc + ", durability as the server is configured"), measured);
            assertTrue(measured.contains("\nread: 100 operations in "), measured);
        }
    }

    @Test
    void shouldServeAgainWhenItsDriverWasKilledAndStartedAgain() throws IOException
    {
        configure("external");
        VelocityProcess driver = startDriver();
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient tcp = server.login())
        {
            assertTrue(canPut(server));
            driver.kill();
            tcp.put(KEY, KEY);
            driver = startDriver();

            Await.until(() -> "it serves Aeron again: " + server, () -> canPut(server));

            assertArrayEquals(KEY, tcp.get(KEY).orElseThrow().value());
            assertTrue(server.isAlive());
        }
        finally
        {
            driver.close();
        }
    }

    @Test
    void shouldBreakConnectionsOfAServerThatWasKilledWhenTheNextOneStarts() throws IOException
    {
        configure("external");
        final VelocityProcess driver = startDriver(
            "-Daeron.client.liveness.timeout=300s", "-Daeron.publication.unblock.timeout=600s");
        VelocityProcess server = VelocityProcess.startServer(directory);
        try (VelocityClient client = VelocityClient.connect(ClientOptions.of(ipc)
            .requestTimeout(Duration.ofMinutes(10))
            .pingInterval(Duration.ofMinutes(10))
            .trustFingerprint(server.fingerprint())))
        {
            client.authenticate(ServerFiles.USER, ServerFiles.PASSWORD);
            client.put(KEY, KEY);
            server.signal("STOP");
            final CompletableFuture<?> unanswered = client.async().get(KEY);

            server.kill();
            server = VelocityProcess.startServer(directory);

            Await.until(() -> "the client knows: " + driver, unanswered::isDone);
            assertInstanceOf(
                ConnectionLostException.class, assertThrows(ExecutionException.class, unanswered::get).getCause());
            assertTrue(canPut(server));
        }
        finally
        {
            server.close();
            driver.close();
        }
    }

    @Test
    void shouldServeAgainAfterItStoodStillForSoLongThatTheDriverGaveItUp() throws IOException
    {
        configure("external");
        try (VelocityProcess driver = startDriver("-Daeron.client.liveness.timeout=2s");
            VelocityProcess server = VelocityProcess.startServer(directory);
            Aeron aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(driverDirectory.toString())
                .errorHandler((ex) ->
                {
                }));
            Publication witness = aeron.addPublication("aeron:ipc", AeronDefaults.STREAM_ID))
        {
            assertTrue(canPut(server));
            server.signal("STOP");
            Await.until(() -> "the driver gives it up: " + driver, () -> !witness.isConnected());

            server.signal("CONT");

            Await.until(() -> "it serves Aeron again: " + server, () -> canPut(server));
        }
    }

    private void configure(final String driver) throws IOException
    {
        ServerFiles.write(directory,
            "[aeron]\nipc = true\ndriver = \"" + driver + "\"\ndirectory = \"" + driverDirectory + "\"\n");
    }

    private VelocityProcess startDriver(final String... properties)
    {
        final List<String> args = new ArrayList<>(List.of(properties));
        args.addAll(List.of(
            "-Daeron.dir=" + driverDirectory,
            "-Daeron.dir.delete.on.start=true",
            "-Daeron.threading.mode=SHARED",
            "-cp", VelocityProcess.classPath(), "io.aeron.driver.MediaDriver"));
        final VelocityProcess driver = VelocityProcess.java(directory, args);
        Await.until(() -> "the driver runs: " + driver, this::isDriverActive);
        return driver;
    }

    private boolean isDriverActive()
    {
        try
        {
            return CommonContext.isDriverActive(driverDirectory.toFile(), DRIVER_TIMEOUT_MS, (text) ->
            {
            });
        }
        catch (final AeronException ex)
        {
            // It is just coming.
            return false;
        }
    }

    private boolean canPut(final VelocityProcess server)
    {
        try (VelocityClient client = VelocityClient.connect(
            ClientOptions.of(ipc).trustFingerprint(server.fingerprint())))
        {
            client.authenticate(ServerFiles.USER, ServerFiles.PASSWORD);
            client.put(KEY, KEY);
            return true;
        }
        catch (final VelocityException ex)
        {
            return false;
        }
    }

    /** What a command said that must succeed. */
    private String done(final String command, final String... args)
    {
        final String[] all = new String[args.length + 7];
        System.arraycopy(new String[]{ command, "--host", ipc, "--user", ServerFiles.USER, "--password-file",
            "password" }, 0, all, 0, 7);
        System.arraycopy(args, 0, all, 7, args.length);
        try (VelocityProcess process = VelocityProcess.run(directory, all))
        {
            assertEquals(0, process.awaitExit(), process::toString);
            assertFalse(process.out().isEmpty());
            return process.out();
        }
    }
}
