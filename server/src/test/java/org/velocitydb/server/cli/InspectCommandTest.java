package org.velocitydb.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.journal.storage.FileStorage;

final class InspectCommandTest
{
    private static final int RECORD_COUNT = 20;
    private static final int MEMTABLE_ENTRIES = 8;

    @TempDir
    private Path directory;

    private CommandLineFixture velocity;
    private Path data;

    /** Opened twice: what the second opening reads back from the journal, it flushes. */
    @BeforeEach
    void before()
    {
        velocity = new CommandLineFixture(directory);
        data = directory.resolve("velocitydb");
        for (int i = 0; i < 2; i++)
        {
            try (Store store = Store.open(new StoreContext().storage(new FileStorage(data))
                .memtableEntryCountMax(MEMTABLE_ENTRIES)
                .errorHandler(ex ->
                {
                    throw new AssertionError(ex);
                })))
            {
                for (int key = 0; key < RECORD_COUNT; key++)
                {
                    store.put(("key " + key).getBytes(UTF_8), ("value " + key).getBytes(UTF_8));
                }
            }
        }
    }

    @Test
    void shouldGiveAnOverviewOfTablesAndSegments()
    {
        assertEquals(ExitCode.OK, velocity.run("inspect", "--data-dir", "velocitydb"), velocity.err());

        assertTrue(
            velocity.out().startsWith("store " + data.toAbsolutePath().normalize() + "\nmanifest MANIFEST-"),
            velocity.out());
        assertTrue(velocity.out().contains("\nlevel 0: "), velocity.out());
        assertTrue(velocity.out().contains(" entries, 0 tombstones, sequences 1 to "), velocity.out());
        assertTrue(velocity.out().contains(", keys 0 \"key "), velocity.out());
        assertTrue(velocity.out().contains("\nsegment journal/0000000000000001.log: id=1"), velocity.out());
    }

    @Test
    void shouldPrintEveryKindOfFile() throws IOException
    {
        final String table = "velocitydb/tables/" + first("tables");
        final String segment = "velocitydb/journal/" + first("journal");

        assertEquals(ExitCode.OK, velocity.run("inspect", table));
        assertTrue(velocity.out().contains("  smallest key     0 \"key 0\""), velocity.out());
        assertEquals(ExitCode.OK, velocity.run("inspect", "--entries", table, segment));
        assertTrue(velocity.out().contains("    0 \"key 0\" sequence "), velocity.out());
        assertTrue(velocity.out().contains("\nsegment "), velocity.out());
        assertEquals(
            ExitCode.OK, velocity.run("inspect", "velocitydb/CURRENT", "velocitydb/" + first("MANIFEST-", "")));
        assertTrue(velocity.out().startsWith("current: manifest MANIFEST-"), velocity.out());
        assertTrue(velocity.out().contains("  32 edit: "), velocity.out());
        assertEquals(ExitCode.OK, velocity.run("inspect", "--data-dir", "velocitydb", "CURRENT"));
    }

    @Test
    void shouldTakeFilesThatLieElsewhereAndAreCalledOtherwise() throws IOException
    {
        for (final String name : List.of("tables/" + first("tables"), "journal/" + first("journal")))
        {
            Files.copy(data.resolve(name), directory.resolve("copy"));
            assertEquals(ExitCode.OK, velocity.run("inspect", "copy"), velocity.err());
            assertTrue(velocity.out().contains("copy"), velocity.out());
            Files.delete(directory.resolve("copy"));
        }
        Files.copy(data.resolve(first("MANIFEST-", "")), directory.resolve("copy"));
        assertEquals(ExitCode.OK, velocity.run("inspect", "copy"), velocity.err());
    }

    @Test
    void shouldGoOnWithTheNextFileAfterOneThatIsDamagedOrNotOurs() throws IOException
    {
        final Path table = data.resolve("tables/" + first("tables"));
        final byte[] bytes = Files.readAllBytes(table);
        bytes[20] ^= 1;
        Files.write(table, bytes);
        Files.writeString(directory.resolve("notes.txt"), "notes");

        assertEquals(ExitCode.CORRUPTION,
            velocity.run("inspect", table.toString(), "notes.txt", "absent", "velocitydb/CURRENT"));

        assertTrue(velocity.err().contains("checksum differs"), velocity.err());
        assertTrue(velocity.err().contains(", directory=" + table.getParent() + "\n"), velocity.err());
        assertEquals(3, velocity.err().lines().count(), velocity.err());
        assertTrue(velocity.err().contains("neither name nor magic number"), velocity.err());
        assertTrue(velocity.err().contains("no such file: "), velocity.err());
        assertTrue(velocity.out().contains("current: manifest "), velocity.out());
        assertEquals(ExitCode.FAILURE, velocity.run("inspect", "notes.txt", "velocitydb/CURRENT"));
    }

    @Test
    void shouldSayThatAFileIsOfAFormatThatItDoesNotKnow() throws IOException
    {
        final Path manifest = data.resolve(first("MANIFEST-", ""));
        final byte[] bytes = Files.readAllBytes(manifest);
        bytes[24] = 99;
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 28);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(28, (int) crc.getValue());
        Files.write(manifest, bytes);

        assertEquals(ExitCode.FAILURE, velocity.run("inspect", manifest.toString()));

        assertTrue(velocity.err().contains("newer format"), velocity.err());
        assertTrue(velocity.err().contains("version=99"), velocity.err());
    }

    @Test
    void shouldStopWhereNobodyReadsAnyMore()
    {
        final PrintStream closed = new PrintStream(new OutputStream()
        {
            @Override
            public void write(final int b) throws IOException
            {
                throw new IOException("Broken pipe");
            }
        }, true, UTF_8);

        final PrintStream out = new PrintStream(new CheckedOutput(closed), false, UTF_8);

        assertThrows(OutputClosedException.class, () ->
        {
            for (int i = 0; i < 100_000; i++)
            {
                out.println("a line");
            }
        });
    }

    @Test
    void shouldPassOnEveryByteInOrder()
    {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final StringBuilder expected = new StringBuilder();
        try (PrintStream out = new PrintStream(
            new CheckedOutput(new PrintStream(bytes, false, UTF_8)), false, UTF_8))
        {
            for (int i = 0; i < 20_000; i++)
            {
                out.print(i + "\u00fc\n");
                expected.append(i).append("\u00fc\n");
            }
        }

        assertEquals(expected.toString(), bytes.toString(UTF_8));
    }

    private String first(final String subdirectory) throws IOException
    {
        return first("0", subdirectory);
    }

    private String first(final String prefix, final String subdirectory) throws IOException
    {
        try (Stream<Path> files = Files.list(data.resolve(subdirectory)))
        {
            return files.map(file -> file.getFileName().toString())
                .filter(name -> name.startsWith(prefix) && name.matches("[^.]*|.*\\.(log|sst)"))
                .sorted()
                .findFirst()
                .orElseThrow();
        }
    }
}
