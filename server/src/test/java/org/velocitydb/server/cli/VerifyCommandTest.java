package org.velocitydb.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.journal.storage.FileStorage;

final class VerifyCommandTest
{
    private static final int RECORD_COUNT = 20;

    @TempDir
    private Path directory;

    private CommandLineFixture velocity;
    private Path data;

    @BeforeEach
    void before()
    {
        velocity = new CommandLineFixture(directory);
        data = directory.resolve("velocitydb");
        try (Store store = Store.open(data))
        {
            for (int i = 0; i < RECORD_COUNT; i++)
            {
                store.put(("key " + i).getBytes(UTF_8), ("value " + i).getBytes(UTF_8));
            }
        }
    }

    @Test
    void shouldCallAnIntactStoreIntact()
    {
        assertEquals(ExitCode.OK, velocity.run("verify"), velocity.out());

        assertTrue(velocity.out().contains("20 records with 20 entries not in tables"), velocity.out());
        assertTrue(velocity.out().endsWith("intact: 0 errors, 0 notes\n"), velocity.out());
        assertEquals("", velocity.err());
    }

    @Test
    void shouldSayWhereTheDamageIs() throws IOException
    {
        final Path segment = segment(data);
        final byte[] bytes = Files.readAllBytes(segment);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("value 10")] ^= 1;
        Files.write(segment, bytes);

        assertEquals(ExitCode.CORRUPTION, velocity.run("verify", "--data-dir", "velocitydb"));

        assertTrue(
            velocity.out().startsWith("error: journal/" + segment.getFileName() + ", offset "), velocity.out());
        assertTrue(velocity.out().contains("\nstore     " + data.toAbsolutePath().normalize() + "\n"), velocity.out());
        assertTrue(velocity.out().endsWith("damaged: 1 error, 0 notes\n"), velocity.out());
    }

    @Test
    void shouldTakeACheckpointBesideTheOpenStoreThatItIsOf()
    {
        try (Store store = Store.open(data))
        {
            store.checkpoint("monday");

            assertEquals(ExitCode.LOCKED, velocity.run("verify"));
            assertTrue(velocity.err().contains("pid " + ProcessHandle.current().pid()), velocity.err());
            assertEquals(ExitCode.OK, velocity.run("verify", "--data-dir", "velocitydb/checkpoints/monday"),
                velocity.out());
            assertTrue(velocity.out().contains(" 20 entries, all up to sequence 20\n"), velocity.out());
            assertEquals(RECORD_COUNT, store.statistics().sequence());
        }
    }

    @Test
    void shouldRefuseADirectoryThatIsNotThereAndOneThatIsNoStore() throws IOException
    {
        assertEquals(ExitCode.FAILURE, velocity.run("verify", "--data-dir", "absent"));
        assertTrue(velocity.err().startsWith("velocity: no such directory: "), velocity.err());
        assertFalse(Files.exists(directory.resolve("absent")));

        Files.createDirectory(directory.resolve("empty"));
        assertEquals(ExitCode.CORRUPTION, velocity.run("verify", "--data-dir", "empty"));
        assertTrue(velocity.out().contains("no store here"), velocity.out());
        try (Stream<Path> files = Files.list(directory.resolve("empty")))
        {
            assertEquals(0, files.count());
        }
    }

    @Test
    void shouldShowProgressOnATerminalAlone()
    {
        // What the log holds beyond these few entries goes to tables when it is read back.
        Store.open(new StoreContext().storage(new FileStorage(data)).memtableEntryCountMax(8).errorHandler(ex ->
        {
            throw new AssertionError(ex);
        })).close();
        assertEquals(ExitCode.OK, velocity.run("verify"), velocity.out());
        assertEquals("", velocity.err());

        velocity.typing();
        assertEquals(ExitCode.OK, velocity.run("verify"), velocity.out());

        assertTrue(velocity.err().contains("\r\u001b[Ktables 100 %"), velocity.err());
        assertTrue(velocity.err().endsWith("\r\u001b[K"), velocity.err());
    }

    private static Path segment(final Path store) throws IOException
    {
        try (Stream<Path> files = Files.list(store.resolve("journal")))
        {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().findFirst().orElseThrow();
        }
    }
}
