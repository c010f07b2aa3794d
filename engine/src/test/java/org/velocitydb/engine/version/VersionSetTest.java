package org.velocitydb.engine.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.table.Model;
import org.velocitydb.engine.table.ModelEntry;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedCrashException;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.StorageFullException;
import org.velocitydb.journal.storage.UnsupportedFormatException;

class VersionSetTest
{
    /** So short that the manifest is begun anew every few edits. */
    private static final int SHORT_MANIFEST = 200;

    private static final String GOLDEN = """
        56454c4f434d414e0900000000000000b8000000000000000100000075948ba1
        4544495424000000ee496a480101020000000000000003000000000000000304
        000000000000000405000000000000005345414c00000000df6c0f8c45444954
        0a0000007a07a993020102000000000000005345414c0000000008f377130000
        0000000000000000000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000""";

    private SimulatedStorage storage = new SimulatedStorage(1);

    @Test
    void shouldFindTheSameTablesAfterReopening()
    {
        try (VersionSet versions = open())
        {
            final TableInfo first = writeTable(versions, "a", 1);
            final TableInfo second = writeTable(versions, "b", 2);
            versions.apply(new VersionEdit().addTable(0, first).flushedSequence(1));
            versions.apply(new VersionEdit().addTable(0, second).flushedSequence(2));
            versions.apply(new VersionEdit().removeTable(0, first.tableNumber()).addTable(3, first));
            assertEquals("2 | 0:2 3:1", describe(versions.current()));
        }

        assertEquals(0, storage.openHandles());
        try (VersionSet versions = open())
        {
            assertEquals("2 | 0:2 3:1", describe(versions.current()));
            assertEquals(3, versions.takeTableNumber());
            assertFalse(versions.hadTornTail());
        }
    }

    @Test
    void shouldOrderLevelZeroFromNewestToOldestAndTheRestByKey()
    {
        try (VersionSet versions = open())
        {
            final VersionEdit edit = new VersionEdit();
            edit.addTable(0, writeTable(versions, "a", 5)).addTable(0, writeTable(versions, "a", 9));
            edit.addTable(0, writeTable(versions, "a", 7));
            edit.addTable(2, writeTable(versions, "y", 3)).addTable(2, writeTable(versions, "x", 4));

            assertEquals("9 | 0:2,3,1 2:5,4", describe(versions.apply(edit.flushedSequence(9))));
        }
    }

    @Test
    void shouldBeBeforeOrAfterAnEditWhereverACrashStrikes()
    {
        final long operationCount = runScenario(new SimulatedStorage(1), new StringBuilder());
        for (final CrashMode mode : CrashMode.values())
        {
            for (final Fault fault : List.of(Fault.CRASH, Fault.CRASH_HALF_WAY))
            {
                for (long operation = 0; operation <= operationCount; operation++)
                {
                    crashAt(operation, fault, mode);
                }
            }
        }
    }

    private void crashAt(final long operation, final Fault fault, final CrashMode mode)
    {
        final String run = "operation=" + operation + ", fault=" + fault + ", mode=" + mode;
        storage = new SimulatedStorage(operation * 31 + mode.ordinal());
        storage.failAt(operation, fault);
        final StringBuilder states = new StringBuilder();
        try
        {
            final long operationCount = runScenario(storage, states);
            assertTrue(operation >= operationCount, () -> run + ": no crash");
        }
        catch (final SimulatedCrashException e)
        {
            assertTrue(operation <= storage.operations(), () -> run + ": " + e.getMessage());
        }
        storage.crash(mode);

        try (VersionSet versions = open())
        {
            final String found = describe(versions.current());
            final String[] allowed = states.toString().split("\n");
            assertTrue(
                List.of(allowed).subList(Math.max(0, allowed.length - 2), allowed.length).contains(found),
                () -> run + ": found=" + found + ", states=" + states);
            final TableInfo info = writeTable(versions, "z", 100);
            versions.apply(new VersionEdit().addTable(0, info).flushedSequence(100));
        }
        try (VersionSet versions = open())
        {
            assertEquals(100, versions.current().flushedSequence(), run);
            assertEquals(
                tableCount(versions.current()),
                storage.list(TableNames.DIRECTORY).size(),
                () -> run + ": orphans left");
        }
    }

    /** Notes down, before each edit, the state that it leads to: the last two lines are what a crash may leave. */
    private static long runScenario(final SimulatedStorage storage, final StringBuilder states)
    {
        states.append("0 |\n");
        try (VersionSet versions = VersionSet.open(storage, SHORT_MANIFEST))
        {
            for (int i = 1; i <= 4; i++)
            {
                final TableInfo info = writeTable(storage, versions.takeTableNumber(), "key" + i, i);
                states.append(i).append(" | ").append(i == 1 ? "0:1" : "0:" + i + ' ' + "1:" + oneTo(i - 1));
                states.append('\n');
                versions.apply(new VersionEdit().addTable(0, info).flushedSequence(i));
                states.append(i).append(" | 1:").append(oneTo(i)).append('\n');
                versions.apply(new VersionEdit().removeTable(0, info.tableNumber()).addTable(1, info));
            }
            states.append("4 | 1:1,4\n");
            versions.apply(new VersionEdit().removeTable(1, 2).removeTable(1, 3));
            versions.janitor().doWork();
        }
        return storage.operations();
    }

    private static String oneTo(final int last)
    {
        final StringBuilder text = new StringBuilder("1");
        for (int i = 2; i <= last; i++)
        {
            text.append(',').append(i);
        }
        return text.toString();
    }

    @Test
    void shouldAcceptNothingMoreAfterAFailedForce()
    {
        try (VersionSet versions = open())
        {
            final TableInfo info = writeTable(versions, "a", 1);
            storage.failAt(storage.operations(), Fault.FORCE_FAILS);

            assertThrows(StorageException.class, () -> versions.apply(new VersionEdit().addTable(0, info)));
            assertThrows(IllegalStateException.class, () -> versions.apply(new VersionEdit().addTable(0, info)));
            assertEquals("0 |", describe(versions.current()));
        }
        assertEquals(0, storage.openHandles());
    }

    @Test
    void shouldChangeNothingWhenTheDiskIsFullAndGoOnWhenItIsNot()
    {
        try (VersionSet versions = VersionSet.open(storage, SHORT_MANIFEST))
        {
            int refused = 0;
            for (int i = 1; i <= 20; i++)
            {
                final TableInfo info = writeTable(versions, "key" + i, i);
                storage.capacityBytes(0);
                final String before = describe(versions.current());
                try
                {
                    versions.apply(new VersionEdit().addTable(0, info).flushedSequence(i));
                }
                catch (final StorageFullException e)
                {
                    refused++;
                    assertEquals(before, describe(versions.current()));
                    storage.capacityBytes(Long.MAX_VALUE);
                    versions.apply(new VersionEdit().addTable(0, info).flushedSequence(i));
                }
                storage.capacityBytes(Long.MAX_VALUE);
                assertTrue(mayContainNewer(versions, "key" + i, i - 1), "the table is open");
            }
            assertTrue(refused > 0 && refused < 20, "refused=" + refused);
        }
        try (VersionSet versions = open())
        {
            assertEquals(20, tableCount(versions.current()));
        }
    }

    /** Who hears of a full disk removes the tables of the edit, so the manifest must not name them at the next open. */
    @Test
    void shouldSpeakOfAFullDiskOnlyWhileTheEditHasNotHappened()
    {
        for (final int manifestLength : new int[]{ SHORT_MANIFEST, Manifest.DEFAULT_FILE_LENGTH })
        {
            long fault = 0;
            while (!opensAfterAFaultInAnEdit(fault, manifestLength))
            {
                fault++;
            }
            assertTrue(fault > 1, "faults met=" + fault);
        }
    }

    /** Whether the fault lies beyond the edit. */
    private boolean opensAfterAFaultInAnEdit(final long fault, final int manifestLength)
    {
        final String message = "fault=" + fault + ", manifestLength=" + manifestLength;
        storage = new SimulatedStorage(fault);
        boolean isBeyond = false;
        try (VersionSet versions = VersionSet.open(storage, manifestLength))
        {
            versions.apply(new VersionEdit().addTable(0, writeTable(versions, "a", 1)).flushedSequence(1));
            final TableInfo info = writeTable(versions, "b", 2);
            storage.failAt(storage.operations() + fault, Fault.WRITE_FINDS_NO_ROOM);
            try
            {
                versions.apply(new VersionEdit().addTable(0, info).flushedSequence(2));
                isBeyond = true;
            }
            catch (final StorageFullException e)
            {
                assertFalse(versions.isBroken(), message);
                storage.delete(TableNames.of(info.tableNumber()));
            }
            catch (final StorageException e)
            {
                assertTrue(versions.isBroken(), message);
            }
            storage.failAt(Long.MAX_VALUE, Fault.WRITE_FINDS_NO_ROOM);
        }
        assertEquals(0, storage.openHandles(), message);
        try (VersionSet versions = open())
        {
            final int count = tableCount(versions.current());
            assertTrue(isBeyond ? count == 2 : count == 1 || count == 2, message);
        }
        return isBeyond;
    }

    @Test
    void shouldDetectEveryFlippedBitOrFindTheSameTables()
    {
        final String expected = writeSmallStore();
        for (final String name : List.of("CURRENT", manifestName()))
        {
            final byte[] whole = read(name);
            for (int bit = 0; bit < whole.length * Byte.SIZE; bit++)
            {
                final SimulatedStorage copy = copyOfStorage();
                copy.corrupt(name, bit / Byte.SIZE, 1 << (bit % Byte.SIZE));
                checkDetectedOr(copy, expected, name, "bit=" + bit);
            }
        }
    }

    @Test
    void shouldDetectTruncationAtEveryLength()
    {
        writeSmallStore();
        for (final String name : List.of("CURRENT", manifestName()))
        {
            for (int length = read(name).length - 1; length >= 0; length--)
            {
                final SimulatedStorage copy = copyOfStorage();
                copy.truncate(name, length);
                final CorruptionException e = assertThrows(CorruptionException.class,
                    () -> VersionSet.open(copy, SHORT_MANIFEST));
                assertTrue(e.getMessage().contains(name), e.getMessage());
            }
        }
    }

    private static void checkDetectedOr(
        final SimulatedStorage copy, final String expected, final String name, final String run)
    {
        try (VersionSet versions = VersionSet.open(copy, SHORT_MANIFEST))
        {
            assertEquals(expected, describe(versions.current()), run);
        }
        catch (final CorruptionException e)
        {
            assertTrue(e.getMessage().contains(name) && e.getMessage().contains("offset="), e.getMessage());
        }
        assertEquals(0, copy.openHandles(), run);
    }

    @Test
    void shouldRefuseTablesThatAreMissingShortOrWithoutAManifest()
    {
        writeSmallStore();
        final String table = TableNames.of(2);
        final SimulatedStorage missing = copyOfStorage();
        missing.delete(table);
        assertThrows(CorruptionException.class, () -> VersionSet.open(missing));
        final SimulatedStorage shortened = copyOfStorage();
        shortened.truncate(table, 100);
        assertThrows(CorruptionException.class, () -> VersionSet.open(shortened));
        final SimulatedStorage unnamed = copyOfStorage();
        unnamed.delete("CURRENT");
        assertThrows(CorruptionException.class, () -> VersionSet.open(unnamed));
        final SimulatedStorage noManifest = copyOfStorage();
        noManifest.delete(manifestName());
        assertThrows(CorruptionException.class, () -> VersionSet.open(noManifest));
        for (final SimulatedStorage each : List.of(missing, shortened, unnamed, noManifest))
        {
            assertEquals(0, each.openHandles());
        }
    }

    @Test
    void shouldSayThatANewerFormatIsNewer()
    {
        writeSmallStore();
        final ByteBuffer bytes = ByteBuffer.wrap(read(manifestName())).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(ManifestDescriptor.VERSION_OFFSET, 2);
        bytes.putInt(ManifestDescriptor.CHECKSUM_OFFSET, ManifestDescriptor.headerChecksum(bytes));
        try (StorageFile file = storage.open(manifestName()))
        {
            file.write(bytes, 0);
        }

        assertThrows(UnsupportedFormatException.class, this::open);
    }

    @Test
    void shouldDeleteFilesThatNoEditKnowsAndUseTheirNumbersNoMore()
    {
        final String expected = writeSmallStore();
        writeTable(storage, 77, "orphan", 1);

        try (VersionSet versions = open())
        {
            assertEquals(expected, describe(versions.current()));
            assertFalse(storage.exists(TableNames.of(77)));
            assertEquals(78, versions.takeTableNumber());
        }
    }

    @Test
    void shouldKnowOfANewerEntryInAnyLevelFromTheVerySequenceOnThatFollows()
    {
        try (VersionSet versions = open())
        {
            versions.apply(new VersionEdit().addTable(0, writeTable(versions, "a", 5)));
            versions.apply(new VersionEdit().addTable(3, writeTable(versions, "b", 7)));

            assertTrue(mayContainNewer(versions, "a", 4));
            assertFalse(mayContainNewer(versions, "a", 5));
            assertTrue(mayContainNewer(versions, "b", 6));
            assertFalse(mayContainNewer(versions, "b", 7));
        }
    }

    private static boolean mayContainNewer(final VersionSet versions, final String key, final long sequence)
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(Model.bytes(key));
        return versions.current().mayContainNewer(
            bytes, 0, bytes.capacity(), KeyHash.hash(bytes, 0, bytes.capacity()), sequence);
    }

    @Test
    void shouldKeepATableAsLongAsSomeoneMayReadIt()
    {
        try (VersionSet versions = open())
        {
            final TableInfo info = writeTable(versions, "a", 1);
            final TableSet pinned = versions.apply(new VersionEdit().addTable(0, info));
            pinned.retain();
            versions.apply(new VersionEdit().removeTable(0, info.tableNumber()));

            assertEquals(0, versions.janitor().doWork());
            assertEquals(1, storage.openMappings());
            pinned.release();
            assertTrue(storage.exists(TableNames.of(info.tableNumber())));
            assertEquals(1, versions.janitor().doWork());

            assertFalse(storage.exists(TableNames.of(info.tableNumber())));
            assertEquals(0, storage.openMappings());
            assertThrows(IllegalStateException.class, pinned::retain);
        }
    }

    @Test
    void shouldRefuseEditsThatContradictTheSetAndGoOn()
    {
        try (VersionSet versions = open())
        {
            final TableInfo info = writeTable(versions, "a", 1);
            versions.apply(new VersionEdit().addTable(0, info).flushedSequence(5));

            for (final VersionEdit edit : List.of(
                new VersionEdit().addTable(0, info),
                new VersionEdit().removeTable(1, info.tableNumber()),
                new VersionEdit().removeTable(0, 99),
                new VersionEdit().flushedSequence(4)))
            {
                assertThrows(IllegalArgumentException.class, () -> versions.apply(edit));
            }
            final VersionEdit overlapping = new VersionEdit().addTable(2, writeTable(versions, "a", 1));
            overlapping.addTable(2, writeTable(versions, "a", 2));
            assertThrows(IllegalArgumentException.class, () -> versions.apply(overlapping));
            assertEquals(1, storage.openMappings());
            assertEquals("6 | 0:1", describe(versions.apply(new VersionEdit().flushedSequence(6))));
        }
    }

    /** The format is frozen: whoever changes it adds a version and keeps this test. */
    @Test
    void shouldWriteTheBytesOfVersionOne()
    {
        final VersionEdit first = new VersionEdit().addTable(1, 2, 3).flushedSequence(4).nextTableNumber(5);
        try (ManifestWriter writer = ManifestWriter.create(storage, 9, 0, first))
        {
            writer.append(new VersionEdit().removeTable(1, 2));
        }

        assertEquals(
            GOLDEN,
            HexFormat.of().formatHex(read("MANIFEST-0000000000000009")).replaceAll("(.{64})", "$1\n"));
    }

    @Test
    void shouldPrintAManifestInWords()
    {
        writeSmallStore();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();

        new ManifestInspector(storage, new PrintStream(out, true, StandardCharsets.US_ASCII)).inspect();

        final String text = out.toString(StandardCharsets.US_ASCII);
        assertTrue(text.contains("manifest " + manifestName()) && text.endsWith("  end" + System.lineSeparator()),
            text);
        assertTrue(text.contains("flushedSequence=2"), text);
    }

    private VersionSet open()
    {
        return VersionSet.open(storage, SHORT_MANIFEST);
    }

    private String writeSmallStore()
    {
        try (VersionSet versions = open())
        {
            versions.apply(new VersionEdit().addTable(0, writeTable(versions, "a", 1)).flushedSequence(1));
            versions.apply(new VersionEdit().addTable(0, writeTable(versions, "b", 2)).flushedSequence(2));
            return describe(versions.current());
        }
    }

    private String manifestName()
    {
        return storage.list("").stream().filter(name -> name.startsWith("MANIFEST-")).findFirst().orElseThrow();
    }

    private SimulatedStorage copyOfStorage()
    {
        final SimulatedStorage copy = new SimulatedStorage(2);
        copy.makeDirectory(TableNames.DIRECTORY);
        storage.list("").forEach(name -> copyFile(copy, name));
        storage.list(TableNames.DIRECTORY).forEach(name -> copyFile(copy, TableNames.DIRECTORY + '/' + name));
        return copy;
    }

    private void copyFile(final SimulatedStorage copy, final String name)
    {
        try (StorageFile file = copy.create(name, 0))
        {
            file.write(ByteBuffer.wrap(read(name)), 0);
        }
    }

    private byte[] read(final String name)
    {
        try (StorageFile file = storage.open(name))
        {
            final ByteBuffer bytes = ByteBuffer.allocate((int) file.lengthBytes());
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    private TableInfo writeTable(final VersionSet versions, final String key, final long sequence)
    {
        return writeTable(storage, versions.takeTableNumber(), key, sequence);
    }

    private static TableInfo writeTable(
        final SimulatedStorage storage, final long tableNumber, final String key, final long sequence)
    {
        final Model model = new Model();
        model.entries.put(Model.bytes(key), ModelEntry.value(sequence, Model.bytes("value")));
        return model.write(storage, TableOptions.defaults(), tableNumber);
    }

    private static int tableCount(final TableSet tables)
    {
        int count = 0;
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            count += tables.tableCount(level);
        }
        return count;
    }

    private static String describe(final TableSet tables)
    {
        final StringBuilder text = new StringBuilder().append(tables.flushedSequence()).append(" |");
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            for (int i = 0; i < tables.tableCount(level); i++)
            {
                text.append(i == 0 ? " " + level + ':' : ",").append(tables.table(level, i).number());
            }
        }
        return text.toString();
    }
}
