package org.velocitydb.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import org.velocitydb.journal.storage.CorruptionException;

final class RepairCommandTest
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
                store.put(key(i), ("value " + i).getBytes(UTF_8));
            }
        }
    }

    @Test
    void shouldSayThatThereIsNothingToRepair()
    {
        assertEquals(ExitCode.OK, velocity.run("repair"));

        assertTrue(velocity.out().contains("nothing to repair"), velocity.out());
    }

    @Test
    void shouldChangeNothingUntilToldTo() throws IOException
    {
        damage();
        final byte[] before = Files.readAllBytes(segment());

        assertEquals(ExitCode.CORRUPTION, velocity.run("repair", "--data-dir", "velocitydb"));

        assertTrue(velocity.out().contains("would be cut"), velocity.out());
        assertTrue(velocity.out().contains("--apply"), velocity.out());
        assertArrayEquals(before, Files.readAllBytes(segment()));
        assertThrows(CorruptionException.class, () -> Store.open(data));
    }

    @Test
    void shouldKeepWhatComesBeforeTheDamage() throws IOException
    {
        damage();

        assertEquals(ExitCode.OK, velocity.run("repair", "--apply"));

        try (Store store = Store.open(data))
        {
            assertArrayEquals("value 0".getBytes(UTF_8), store.get(key(0)));
            assertNull(store.get(key(RECORD_COUNT - 1)));
        }
    }

    @Test
    void shouldSayThatItMendsJournalsAlone() throws IOException
    {
        Files.writeString(data.resolve("CURRENT"), "nonsense");

        assertEquals(ExitCode.CORRUPTION, velocity.run("repair", "--apply"));

        assertTrue(velocity.err().contains("file=CURRENT"), velocity.err());
        assertTrue(velocity.err().contains(", directory=" + data.toAbsolutePath().normalize() + "\n"), velocity.err());
        assertTrue(velocity.err().endsWith("velocity: " + HelpText.NOT_TO_BE_REPAIRED + "\n"), velocity.err());
        assertEquals(2, velocity.err().lines().count(), velocity.err());
    }

    @Test
    void shouldRefuseAStoreThatIsOpen()
    {
        try (Store store = Store.open(data))
        {
            assertEquals(ExitCode.LOCKED, velocity.run("repair"));
            assertTrue(velocity.err().contains("pid " + ProcessHandle.current().pid()), velocity.err());
            assertNull(store.failure());
        }
    }

    /** Flips a byte of a value in the middle of the log: what was durable is not what was written. */
    private void damage() throws IOException
    {
        final byte[] bytes = Files.readAllBytes(segment());
        final int offset = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("value 10");
        bytes[offset] ^= 1;
        Files.write(segment(), bytes);
    }

    private Path segment() throws IOException
    {
        try (Stream<Path> files = Files.list(data.resolve("journal")))
        {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().findFirst().orElseThrow();
        }
    }

    private static byte[] key(final int i)
    {
        return ("key " + i).getBytes(UTF_8);
    }
}
