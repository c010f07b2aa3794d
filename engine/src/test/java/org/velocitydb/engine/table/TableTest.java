package org.velocitydb.engine.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.StorageFullException;

class TableTest
{
    /** Made by another program, in another language, from the drawings alone. */
    private static final String GOLDEN = """
        0c01020005000000010000000500000000000000a31400000001610000040007
        0000006278010163d28ff04b0000000000000000000000000000000000000000
        0040100020000000400000000000000001000000000000000000000000040000
        4000000208004044000000050002004080000000000000000000000000000000
        09000000854a06f4000000000000000000000000000000000000000000000000
        0000000000000000000000000000000000000000000000000000000000000000
        0000000000000000ffffffffffffffffffffffffffffffffffffffffffffffff
        ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        000000002c0000000000000000000000010000000500000069f8b95800000000
        0200000000000000010000000000000000000000000000000500000000000000
        0600000000000000ffffffffffffff7fffffffffffffff7f0d00000000000000
        0068e5cf8b010000000000000000000006000000060000000000000161620000
        00016163996ba93c2c0000004000000048000000c00000009c00000060010000
        6800000000000000010000000000000008020000000000000200000035d9ce1c
        56454c4f43535354""";

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final TableReadContext context = new TableReadContext();
    private final EntryView view = new EntryView();
    private final Model model = new Model();

    @BeforeEach
    void makeDirectory()
    {
        storage.makeDirectory(TableNames.DIRECTORY);
    }

    @Test
    void shouldNameFilesByNumber()
    {
        assertEquals("tables/00000000000000ff.sst", TableNames.of(255));
        assertEquals(255, TableNames.number("00000000000000ff.sst"));
        for (final String name : List.of("ff.sst", "00000000000000FF.sst", "00000000000000ff.tmp",
            "f0000000000000ff.sst"))
        {
            assertEquals(TableNames.NULL_TABLE_NUMBER, TableNames.number(name), name);
        }
    }

    /** The format is frozen: whoever changes it adds a version and keeps this test. */
    @Test
    void shouldWriteTheBytesOfVersionTwo()
    {
        model.entries.put(new byte[]{ 0, 0, 0, 1, 'a', 'b' }, ModelEntry.value(5, Model.bytes("x")));
        model.entries.put(new byte[]{ 0, 0, 0, 1, 'a', 'c' }, ModelEntry.tombstone(6));

        model.write(storage, TableOptions.defaults(), 1);

        assertEquals(GOLDEN, HexFormat.ofDelimiter("").formatHex(read(TableNames.of(1))).replaceAll("(.{64})", "$1\n"));
    }

    @Test
    void shouldRefuseKeysThatDoNotAscend()
    {
        try (TableWriter writer = new TableWriter(storage, TableOptions.defaults()))
        {
            writer.begin(1, 0);
            add(writer, "b");

            assertThrows(IllegalArgumentException.class, () -> add(writer, "b"));
            assertThrows(IllegalArgumentException.class, () -> add(writer, "a"));
            assertThrows(IllegalArgumentException.class, () -> add(writer, ""));
            add(writer, "bb");
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenAbandoned()
    {
        try (TableWriter writer = new TableWriter(storage, TableOptions.defaults()))
        {
            writer.begin(1, 0);
            add(writer, "b");
            writer.abandon();
            assertFalse(storage.exists(TableNames.of(1)));

            writer.begin(2, 0);
            add(writer, "a");
            assertEquals(1, writer.finish().entryCount());
            writer.begin(3, 0);
        }
        assertEquals(List.of("0000000000000002.sst"), storage.list(TableNames.DIRECTORY));
        assertEquals(0, storage.openHandles());
    }

    @Test
    void shouldBeUsableAgainAfterAFullDisk()
    {
        try (TableWriter writer = new TableWriter(storage, TableOptions.defaults()))
        {
            storage.capacityBytes(100);
            writer.begin(1, 0);
            add(writer, "b");
            assertThrows(StorageFullException.class, writer::finish);
            writer.abandon();
            storage.capacityBytes(Long.MAX_VALUE);
            writer.begin(2, 0);
            add(writer, "b");
            writer.finish();
        }
        assertEquals(List.of("0000000000000002.sst"), storage.list(TableNames.DIRECTORY));
    }

    @Test
    void shouldCompareTheWholeKeyWhateverFingerprintItHas()
    {
        final List<String> keys = List.of("prefix-a", "prefix-b", "prefix-cc");
        keys.forEach(key -> model.entries.put(Model.bytes(key), ModelEntry.value(1, Model.bytes(key))));
        model.write(storage, TableOptions.defaults(), 1);
        try (Table table = Table.open(storage, 1, context))
        {
            final Block block = new Block();
            table.wrapBlock(0, block, context.blockBuffer(), context);
            assertEquals("prefix-".length(), block.prefixLength());
            for (final String absent : List.of("prefix-x", "trefix-a", "prefix_b", "prefix-", "prefix-aa", "p"))
            {
                for (int fingerprint = 0; fingerprint < 256; fingerprint++)
                {
                    assertFalse(
                        block.get(new UnsafeBuffer(Model.bytes(absent)), 0, absent.length(), fingerprint, view),
                        "key=" + absent + ", fingerprint=" + fingerprint);
                }
            }
            for (final String key : keys)
            {
                final UnsafeBuffer bytes = new UnsafeBuffer(Model.bytes(key));
                assertTrue(block.get(bytes, 0, key.length(), KeyHash.hash(bytes, 0, key.length()), view), key);
            }
        }
    }

    @Test
    void shouldWalkFromShortKeysToOnesThatAreLongerThanAnyBefore()
    {
        model.entries.put(Model.bytes("prefix-a"), ModelEntry.value(1, Model.bytes("1")));
        model.entries.put(Model.bytes("prefix-" + "b".repeat(300)), ModelEntry.value(2, Model.bytes("2")));
        model.entries.put(Model.bytes("prefix-" + "c".repeat(3000)), ModelEntry.value(3, Model.bytes("3")));
        model.write(storage, TableOptions.defaults(), 1);
        try (Table table = Table.open(storage, 1, context))
        {
            model.assertSameWalk(new TableCursor(context).reset(table));
        }
    }

    @Test
    void shouldThrowRatherThanReadAClosedTable()
    {
        model.entries.put(Model.bytes("a"), ModelEntry.value(1, Model.bytes("x")));
        model.write(storage, TableOptions.defaults(), 1);
        final Table table = Table.open(storage, 1, context);
        final TableCursor cursor = new TableCursor(context).reset(table);
        table.retain();
        assertFalse(table.release());
        assertTrue(table.release());
        table.close();
        table.close();

        assertThrows(IllegalStateException.class, cursor::seekFirst);
        assertThrows(IllegalStateException.class, () -> table.mayContain(1));
        assertThrows(IllegalStateException.class, table::retain);
    }

    @Test
    void shouldAllocateNothingWhenReadingOnceWarm()
    {
        for (int i = 0; i < 2000; i++)
        {
            model.entries.put(Model.bytes("\0\1user:%08d".formatted(i * 2)), ModelEntry.value(i, new byte[100]));
        }
        model.write(storage, TableOptions.defaults(), 1);
        final UnsafeBuffer key = new UnsafeBuffer(Model.bytes("\0\1user:00000000"));
        try (Table table = Table.open(storage, 1, context); TableCursor cursor = new TableCursor(context).reset(table))
        {
            final AllocationMeter meter = new AllocationMeter();
            final long allocated = meter.leastOf(5, () -> readAll(table, cursor, key));
            assertEquals(0, allocated);
        }
    }

    private void readAll(final Table table, final TableCursor cursor, final UnsafeBuffer key)
    {
        int found = 0;
        for (int i = 0; i < 4000; i++)
        {
            key.putNaturalPaddedIntAscii(7, 8, i);
            final long hash = KeyHash.hash(key, 0, key.capacity());
            found += table.get(key, 0, key.capacity(), hash, view, context) ? 1 : 0;
            found += cursor.seek(key, 0, key.capacity()) && cursor.next() && cursor.previous() ? 1 : 0;
        }
        for (boolean isValid = cursor.seekLast(); isValid; isValid = cursor.previous())
        {
            found++;
        }
        if (found < 4000)
        {
            throw new AssertionError("found too few: " + found);
        }
    }

    @Test
    void shouldPrintATableInWords()
    {
        model.entries.put(Model.bytes("ab"), ModelEntry.value(7, Model.bytes("x")));
        model.entries.put(new byte[70], ModelEntry.tombstone(9));
        model.write(storage, TableOptions.defaults(), 1);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();

        new TableInspector(storage, new PrintStream(out, true, StandardCharsets.US_ASCII)).inspect(1, true);

        final String text = out.toString(StandardCharsets.US_ASCII);
        assertTrue(text.contains("table tables/0000000000000001.sst"), text);
        assertTrue(text.contains("    0x6162 sequence 7 value of 1 byte"), text);
        assertTrue(text.contains("00... (66 bytes) sequence 9 tombstone"), text);
        assertTrue(text.contains("sequences        7 to 9"), text);
    }

    @Test
    void shouldFinishInSlicesTheSameFileAsInOneGo()
    {
        for (int i = 0; i < 60_000; i++)
        {
            model.entries.put(Model.bytes("\0\0\0\1user:%08d".formatted(i)), ModelEntry.value(i, new byte[90]));
        }
        final TableInfo inOneGo = model.write(storage, TableOptions.defaults(), 1);
        int sliceCount = 0;
        int forceCount = 0;
        try (TableWriter writer = new TableWriter(storage, TableOptions.defaults()))
        {
            writer.begin(2, inOneGo.creationTimeMs());
            model.addTo(writer);
            while (writer.forceSlice())
            {
                forceCount++;
            }
            assertTrue(writer.writtenBytes() > 0);
            while (!writer.finishSlice())
            {
                sliceCount++;
                assertThrows(IllegalStateException.class, () -> add(writer, "z"));
            }
            assertFalse(writer.isOpen());
            assertEquals(inOneGo.lengthBytes(), writer.info().lengthBytes());
        }
        assertTrue(sliceCount > 10, "slices=" + sliceCount);
        assertEquals(1, forceCount);
        assertEquals(List.of(), new TableVerifier(storage).verify(2));
    }

    @Test
    void shouldBeAbandonedBetweenSlices()
    {
        try (TableWriter writer = new TableWriter(storage, TableOptions.defaults()))
        {
            writer.begin(1, 0);
            add(writer, "b");
            assertFalse(writer.finishSlice());
            writer.abandon();
            writer.begin(2, 0);
            add(writer, "b");
            assertEquals(1, writer.finish().entryCount());
        }
        assertEquals(List.of("0000000000000002.sst"), storage.list(TableNames.DIRECTORY));
    }

    private static void add(final TableWriter writer, final String key)
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(Model.bytes(key));
        writer.add(bytes, 0, bytes.capacity(), 1, Expiry.NEVER_MS, false, bytes, 0, bytes.capacity());
    }

    private byte[] read(final String name)
    {
        try (StorageFile opened = storage.open(name))
        {
            final ByteBuffer bytes = ByteBuffer.allocate((int) opened.lengthBytes());
            opened.read(bytes, 0);
            return bytes.array();
        }
    }
}
