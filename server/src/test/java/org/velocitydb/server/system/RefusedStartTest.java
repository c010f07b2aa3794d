package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.client.WriteRequest;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.server.cli.ExitCode;

/**
 * When the server does not start, its exit code and its message say why, and it has changed nothing.
 */
class RefusedStartTest
{
    private static final int MEMTABLE_COUNT = 1_000;
    private static final String CONFIGURATION = "[database]\nmax_memtable_size = " + MEMTABLE_COUNT + "\n";
    private static final int KEY_COUNT = 100;

    @TempDir
    private Path directory;

    @BeforeEach
    void configure() throws IOException
    {
        ServerFiles.write(directory, CONFIGURATION);
    }

    @Test
    void shouldNotStartOnADirectoryThatAnotherServerHas() throws IOException
    {
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            final String message = assertRefused(ExitCode.LOCKED);
            assertTrue(message.contains(Long.toString(server.pid())), message);
            client.ping();
            server.kill();
        }
        VelocityProcess.startServer(directory).close();
    }

    @Test
    void shouldNotStartOnAPortThatIsTaken() throws IOException
    {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()))
        {
            final String address = "127.0.0.1:" + holder.getLocalPort();
            final String message = assertRefused(ExitCode.FAILURE, "server", "--bind", address, "--data-dir", "data");
            assertTrue(message.contains(Integer.toString(holder.getLocalPort())), message);
        }
    }

    @Test
    void shouldNotStartWithASettingThatItDoesNotKnow() throws IOException
    {
        ServerFiles.write(directory, "[server]\nmax_conections = 7\n");

        final String message = assertRefused(ExitCode.CONFIGURATION);

        assertTrue(message.contains("velocity.toml:2") && message.contains("max_conections"), message);
        assertFalse(Files.exists(directory.resolve("data")));
    }

    @Test
    void shouldNotStartWithSettingsThatCannotBeDone() throws IOException
    {
        assertRefused(ExitCode.CONFIGURATION, "server", "--config", "absent.toml");

        ServerFiles.write(directory, "[database]\nmemory_budget = \"32MiB\"\nmax_memtable_size = \"64MiB\"\n");
        assertRefused(ExitCode.CONFIGURATION);

        ServerFiles.write(directory,
            "[tls]\nmode = \"required\"\ncertificate = \"absent.pem\"\nkey = \"absent.key\"\n");
        assertRefused(ExitCode.CONFIGURATION);
    }

    @Test
    void shouldNotStartWhereTheAdminPortIsTaken() throws IOException
    {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()))
        {
            ServerFiles.write(directory, "[admin]\nbind = \"127.0.0.1:" + holder.getLocalPort() + "\"\n");
            assertRefused(ExitCode.FAILURE);
        }
    }

    @Test
    void shouldNotStartWhereItsOwnFilesCannotBeUsed() throws IOException
    {
        Files.writeString(directory.resolve("data"), "no directory");
        assertRefused(ExitCode.FAILURE);
        Files.delete(directory.resolve("data"));

        VelocityProcess.startServer(directory).close();
        final Path hostKey = directory.resolve("data/host_key");
        final byte[] key = Files.readAllBytes(hostKey);
        Files.writeString(hostKey, "no key");
        assertRefused(ExitCode.FAILURE);
        if (Files.getFileStore(hostKey).supportsFileAttributeView("posix"))
        {
            Files.write(hostKey, key);
            Files.setPosixFilePermissions(hostKey, PosixFilePermissions.fromString("rw-r--r--"));
            assertRefused(ExitCode.FAILURE);
        }
    }

    @Test
    void shouldNotStartOnADamagedJournalAndNameFileAndOffset() throws IOException
    {
        fill();
        final Path segment = only("journal", ".log");
        final long offset = flip(segment, "value of 50");

        final String message = assertRefused(ExitCode.CORRUPTION);

        assertNames(message, segment, offset);
        flip(segment, offset);
        assertEverythingIsThere();
    }

    @Test
    void shouldCutATornTailAndGoOn() throws IOException
    {
        fill();
        // What was never acknowledged may be torn; here it is the end of the last record.
        final Path segment = only("journal", ".log");
        flip(segment, "value of " + (KEY_COUNT - 1));

        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            assertEquals(KEY_COUNT - 1L, count(client));
            client.insert("after", "the cut");
            server.kill();
        }
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            assertEquals("the cut", client.select("after").orElseThrow());
        }
    }

    @Test
    void shouldNotStartOnATableWhoseFooterIsDamagedAndNameTheFile() throws IOException
    {
        fillAndFlush();
        final Path table = only("tables", "");
        final long offset = Files.size(table) - 20;
        flip(table, offset);

        final String message = assertRefused(ExitCode.CORRUPTION);

        assertTrue(message.contains(table.getFileName().toString()), message);
        assertTrue(message.contains("offset="), message);
        flip(table, offset);
        assertEverythingIsThere();
    }

    @Test
    void shouldNotStartOnADamagedManifestAndNameTheFile() throws IOException
    {
        fillAndFlush();
        final Path manifest = only("", "MANIFEST-");
        flip(manifest, 40);

        final String message = assertRefused(ExitCode.CORRUPTION);

        assertTrue(message.contains(manifest.getFileName().toString()) && message.contains("offset="), message);
        flip(manifest, 40);
        assertEverythingIsThere();
    }

    @Test
    void shouldNotStartWhenATableIsGone() throws IOException
    {
        fillAndFlush();
        final Path table = only("tables", "");
        final Path away = directory.resolve("away");
        Files.move(table, away);

        final String message = assertRefused(ExitCode.CORRUPTION);

        assertTrue(message.contains(table.getFileName().toString()), message);
        Files.move(away, table);
        assertEverythingIsThere();
    }

    @Test
    void shouldNotStartWhenTheJournalIsGone() throws IOException
    {
        fillAndFlush();
        final Path segment = only("journal", ".log");
        final Path away = directory.resolve("away");
        Files.move(segment, away);

        final String message = assertRefused(ExitCode.CORRUPTION);

        assertTrue(message.contains("journal is missing"), message);
        Files.move(away, segment);
        assertEverythingIsThere();
    }

    @Test
    void shouldTellAReaderOfADamagedBlockAndServeTheOthers() throws IOException
    {
        fillAndFlush();
        flip(only("tables", ""), "value of 50");

        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            final VelocityException error = assertThrows(VelocityException.class, () -> client.select("key:050"));
            assertEquals(ErrorCode.CORRUPTION, error.code());
            assertEquals(ErrorCode.CORRUPTION,
                assertThrows(VelocityException.class, () -> client.query("SELECT * FROM kv")).code());
            assertEquals(10, client.select("other:999").orElseThrow().length());
            client.insert("key:050", "healed");
            assertEquals("healed", client.select("key:050").orElseThrow());
            assertTrue(server.isAlive());
            // Of the log there is no order with what a client is answered.
            server.awaitErr(Pattern.compile("file=.*offset="));
        }
    }

    // --- helpers

    /** Stores the keys one by one, each acknowledged before the next, and kills the server. */
    private void fill() throws IOException
    {
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            insertKeys(client);
            server.kill();
        }
    }

    /** As {@link #fill()}, and more, so that the keys are in a table and no longer in the journal that is replayed. */
    private void fillAndFlush() throws IOException
    {
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            insertKeys(client);
            final WriteRequest others = new WriteRequest();
            for (int i = 0; i < MEMTABLE_COUNT; i++)
            {
                others.put(("other:" + i).getBytes(StandardCharsets.UTF_8), new byte[10]);
            }
            client.batch(others);
            client.insert("another", "to have the memtable changed");
            Await.until(() -> "nothing is flushed: " + client.stats(), () -> (Long) figures(client)
                .get("flushes") > 0);
            server.kill();
        }
    }

    private static void insertKeys(final VelocityClient client)
    {
        for (int i = 0; i < KEY_COUNT; i++)
        {
            client.insert(key(i), "value of " + i);
        }
    }

    private static Map<?, ?> figures(final VelocityClient client)
    {
        return (Map<?, ?>) Json.object(client.stats()).get("database");
    }

    private static String key(final int i)
    {
        return String.format("key:%03d", i);
    }

    private static long count(final VelocityClient client)
    {
        return (Long) client.query("SELECT COUNT(*) FROM kv WHERE key LIKE 'key:%'").rows().get(0).values().get(0);
    }

    private void assertEverythingIsThere()
    {
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient client = server.login())
        {
            assertEquals((long) KEY_COUNT, count(client));
        }
    }

    private String assertRefused(final int exitCode)
    {
        return assertRefused(exitCode, "server", "--bind", "127.0.0.1:0", "--data-dir", "data");
    }

    private String assertRefused(final int exitCode, final String... args)
    {
        try (VelocityProcess server = VelocityProcess.run(directory, args))
        {
            Await.until(() -> "it neither starts nor ends: " + server,
                () -> !server.isAlive() || server.out().contains("listening"));
            assertFalse(server.isAlive(), "it started: " + server);
            assertEquals(exitCode, server.awaitExit(), server.toString());
            assertFalse(server.out().contains("listening"), server.toString());
            OperationsPage.assertExplains(refusal(server.err()), exitCode);
            return server.err();
        }
    }

    private static String refusal(final String err)
    {
        return err.lines().filter((line) -> line.startsWith("velocity: "))
            .findFirst()
            .orElseThrow(() -> new AssertionError("it does not say why: " + err));
    }

    /** The record that holds the damage begins a little before it. */
    private static void assertNames(final String message, final Path file, final long damagedOffset)
    {
        assertTrue(message.contains(file.getFileName().toString()), message);
        final Matcher offset = Pattern.compile("offset=(\\d+)").matcher(message);
        assertTrue(offset.find(), message);
        final long distance = damagedOffset - Long.parseLong(offset.group(1));
        assertTrue(distance >= 0 && distance < 512, message + ", damaged at " + damagedOffset);
    }

    private Path only(final String folder, final String part) throws IOException
    {
        try (Stream<Path> files = Files.list(directory.resolve("data").resolve(folder)))
        {
            final List<Path> found = files
                .filter((file) -> Files.isRegularFile(file) && file.getFileName().toString().contains(part))
                .sorted()
                .toList();
            assertEquals(1, found.size(), found.toString());
            return found.get(0);
        }
    }

    /** Damages the first place where a text stands, and says where that is. */
    private static long flip(final Path file, final String text) throws IOException
    {
        final int offset = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(text);
        assertTrue(offset > 0, "no such text in " + file);
        flip(file, offset);
        return offset;
    }

    private static void flip(final Path file, final long offset) throws IOException
    {
        try (java.io.RandomAccessFile access = new java.io.RandomAccessFile(file.toFile(), "rw"))
        {
            access.seek(offset);
            final int before = access.read();
            access.seek(offset);
            access.write(before ^ 0x20);
        }
    }
}
