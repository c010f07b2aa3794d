package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32C;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.engine.version.ListedTable;
import org.velocitydb.engine.version.ManifestVerifier;
import org.velocitydb.engine.version.VersionEdit;
import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.Journal;
import org.velocitydb.journal.JournalContext;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Finding;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.StorageLockedException;

final class StoreVerifierTest
{
    private static final int KEY_COUNT = 150;
    private static final int WRITE_COUNT = 1500;
    private static final int VALUE_LENGTH = 700;
    private static final int MEMTABLE_ENTRIES = 220;
    private static final int FUZZ_COUNT = 250;
    private static final long CLIENT_ID = 42;

    private final SteppedStore stepped = new SteppedStore(
        context -> context.memtableEntryCountMax(MEMTABLE_ENTRIES).compactionThreshold(4));
    private final SimulatedStorage storage = stepped.storage();
    private final List<Written> history = new ArrayList<>();

    private record Written(long sequence, String key, String value)
    {
    }

    @AfterEach
    void after()
    {
        stepped.takeErrors();
        stepped.close();
    }

    // --- stores that are as they should be ---

    @Test
    void shouldFindNothingWrongWithAStoreOfSeveralLevelsAndChangeNothing()
    {
        fill(1);
        stepped.shut();
        final Map<String, byte[]> before = files(storage);
        final long operations = storage.operations();

        final StoreReport report = verify(storage);

        assertEquals(List.of(), report.findings());
        assertTrue(report.isIntact());
        assertTrue(report.tableCount() > 1 && levelCount() > 1, () -> "levels=" + levelCount() + ", " + report);
        assertTrue(report.segmentCount() > 1 && report.recordCount() > 0, report::toString);
        assertEquals(report.lastSequence(), report.flushedSequence() + report.logEntryCount());
        assertEquals(operations, storage.operations());
        final Map<String, byte[]> after = files(storage);
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
        stepped.open();
    }

    @Test
    void shouldFindNothingWrongAfterAnyCrash()
    {
        for (final CrashMode mode : CrashMode.values())
        {
            for (int i = 0; i < 5; i++)
            {
                fill(mode.ordinal() * 5 + i);
                stepped.send(SteppedStore.putOf("late", "late"));
                stepped.crash(mode);

                final StoreReport report = verify(storage);

                assertTrue(report.isIntact(), () -> "mode=" + mode + ": " + report);
                stepped.open();
                assertEquals(report.lastSequence(), stepped.sequence(), "mode=" + mode);
                stepped.takeErrors();
            }
        }
    }

    @Test
    void shouldNoteATornTailAndSayUpToWhereTheLogReaches()
    {
        fill(1);
        final long before = stepped.sequence();
        stepped.put("last", "x".repeat(300));
        stepped.shut();
        final String segment = lastSegment();
        final int offset = indexOf(files(storage).get(segment), "x".repeat(300));
        storage.corrupt(segment, offset, 1);

        final StoreReport report = verify(storage);

        assertTrue(report.isIntact());
        assertEquals(1, report.noteCount());
        assertEquals(segment, report.findings().get(0).file());
        assertEquals(before, report.lastSequence());
        stepped.open();
    }

    @Test
    void shouldNoteTablesThatBelongToNothing()
    {
        fill(1);
        stepped.shut();
        final String orphan = TableNames.of(9999);
        write(storage, orphan, new byte[10]);

        final Finding finding = onlyFinding(verify(storage));

        assertFalse(finding.isError());
        assertEquals(orphan, finding.file());
        stepped.open();
    }

    @Test
    void shouldRefuseAStoreThatIsOpen()
    {
        assertThrows(StorageLockedException.class, () -> verify(storage));
    }

    @Test
    void shouldSayThatThereIsNoStoreAndLeaveNothingThere()
    {
        final SimulatedStorage empty = new SimulatedStorage(1);

        assertTrue(onlyFinding(verify(empty)).isError());

        assertEquals(List.of(), empty.list(""));
    }

    // --- damage ---

    @Test
    void shouldFindAFlippedBitAnywhereInATable()
    {
        fill(1);
        stepped.shut();
        final String table = TableNames.DIRECTORY + "/" + storage.list(TableNames.DIRECTORY).get(0);
        final int length = files(storage).get(table).length;
        for (int i = 0; i < 64; i++)
        {
            final int offset = (int) ((long) (length - 1) * i / 63);
            storage.corrupt(table, offset, 4);

            final StoreReport report = verify(storage);

            assertEquals(1, report.errorCount(), () -> "offset=" + offset + ": " + report);
            assertEquals(table, report.findings().get(0).file());
            storage.corrupt(table, offset, 4);
        }
        stepped.open();
    }

    @Test
    void shouldNameFileAndOffsetOfDamageToManifestAndCurrentAndJournal()
    {
        fill(1);
        stepped.shut();
        final String segment = "journal/" + segments().get(0);
        final int record = 4096;

        assertEquals("CURRENT at 0", flip("CURRENT", 3));
        assertEquals(manifest() + " at 28", flip(manifest(), 9));
        assertEquals(manifest() + " at 32", flip(manifest(), 32 + 14));
        assertEquals(segment + " at 0", flip(segment, 24));
        assertEquals(segment + " at " + record, flip(segment, record + 60));
        stepped.open();
    }

    private String flip(final String file, final int offset)
    {
        storage.corrupt(file, offset, 8);
        final Finding finding = verify(storage).findings().stream().filter(Finding::isError).findFirst().orElseThrow();
        storage.corrupt(file, offset, 8);
        return finding.file() + " at " + finding.offset();
    }

    @Test
    void shouldStillReadTheTablesWhereTheManifestIsDamaged()
    {
        fill(1);
        stepped.shut();
        final String table = TableNames.DIRECTORY + "/" + storage.list(TableNames.DIRECTORY).get(0);
        storage.corrupt("CURRENT", 3, 1);
        storage.corrupt(table, 100, 1);

        final StoreReport report = verify(storage);

        assertEquals(List.of("CURRENT", table),
            report.findings().stream().filter(Finding::isError).map(Finding::file).toList());
        assertTrue(report.recordCount() > 0);
        storage.corrupt("CURRENT", 3, 1);
        storage.corrupt(table, 100, 1);
        stepped.open();
    }

    @Test
    void shouldFindMissingSwappedAndShortenedFiles()
    {
        fill(1);
        stepped.shut();
        final List<String> tables = storage.list(TableNames.DIRECTORY);
        final String first = TableNames.DIRECTORY + "/" + tables.get(0);
        final String second = TableNames.DIRECTORY + "/" + tables.get(1);
        final List<String> segments = segments();

        final SimulatedStorage missing = copyOf(storage);
        missing.delete(first);
        assertEquals(first, onlyFinding(verify(missing)).file());

        final SimulatedStorage swapped = copyOf(storage);
        swapped.rename(first, "between");
        swapped.rename(second, first);
        swapped.rename("between", second);
        assertEquals(List.of(first, second),
            verify(swapped).findings().stream().filter(Finding::isError).map(Finding::file).distinct().sorted()
                .toList());

        for (final String file : List.of(first, manifest(), "CURRENT", "journal/" + segments.get(0)))
        {
            for (final long cut : new long[]{ 1, 20, files(storage).get(file).length })
            {
                final SimulatedStorage shortened = copyOf(storage);
                shortened.truncate(file,
                    files(storage).get(file).length - Math.min(cut, files(storage).get(file).length));
                final StoreReport report = verify(shortened);
                assertTrue(report.findings().stream().anyMatch(found -> found.isError() && found.file().equals(file)),
                    () -> file + " shorter by " + cut + ": " + report);
            }
        }

        final SimulatedStorage noJournal = copyOf(storage);
        segments.forEach(name -> noJournal.delete("journal/" + name));
        assertEquals("journal", onlyFinding(verify(noJournal)).file());
        final SimulatedStorage noCurrent = copyOf(storage);
        noCurrent.delete("CURRENT");
        assertEquals("CURRENT", onlyFinding(verify(noCurrent)).file());
        stepped.open();
    }

    @Test
    void shouldKeepNoMoreFindingsThanToldToButCountThemAll()
    {
        fill(1);
        stepped.shut();
        final SimulatedStorage copy = copyOf(storage);
        final List<String> tables = storage.list(TableNames.DIRECTORY);
        tables.forEach(name -> copy.delete(TableNames.DIRECTORY + "/" + name));

        final StoreReport report = new StoreVerifier(copy).findingCountMax(2).verify();

        assertEquals(2, report.findings().size());
        assertEquals(tables.size(), report.errorCount());
        stepped.open();
    }

    // --- what no checksum shows ---

    @Test
    void shouldFindAnOlderEntryAboveANewerOne()
    {
        stepped.shut();
        final long above = 5;
        final long below = 7;
        install(0, entry("k", above));
        install(3, entry("k", below));

        final Finding finding = onlyError(verify(storage));

        assertTrue(finding.text().contains("0 \"k\"") && finding.text().contains("sequence=7"), finding.text());
        stepped.open();
    }

    @Test
    void shouldFindEntriesBehindTheFlushedSequence()
    {
        stepped.shut();
        install(0, entry("k", 5));
        install(1, entry("l", 1000));

        final Finding finding = onlyError(verify(storage));

        assertTrue(finding.text().contains("largest sequence=1000"), finding.text());
        stepped.open();
    }

    @Test
    void shouldFindKeysOutOfOrderBehindARightChecksum()
    {
        stepped.shut();
        final String name = install(0, entry("a", 1), entry("c", 2), entry("e", 3));
        final byte[] bytes = files(storage).get(name);
        final int key = indexOf(bytes, "ccc");
        final int sealed = blockLength(bytes, number(name));
        bytes[key] = 'A';
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(sealed, checksum(bytes, sealed, number(name)));
        storage.delete(name);
        write(storage, name, bytes);

        final Finding finding = verify(storage).findings().get(0);

        assertTrue(
            finding.isError() && finding.text().contains("table keys do not ascend") &&
                finding.text().contains("entry=1"),
            finding.text());
        stepped.open();
    }

    @Test
    void shouldFindAnAnswerToARequestThatTheStoreWouldNotWrite()
    {
        stepped.shut();
        final UnsafeBuffer key = new UnsafeBuffer(new byte[RequestRecordDescriptor.KEY_LENGTH]);
        RequestRecordDescriptor.putKey(key, 0, CLIENT_ID, 17);
        final String name = install(0, new Entry(key.byteArray(), 1, new byte[RequestRecordDescriptor.VALUE_LENGTH]));

        final Finding finding = onlyError(verify(storage));

        assertEquals(name, finding.file());
        assertTrue(finding.text().contains("place=17"), finding.text());
        stepped.open();
    }

    @Test
    void shouldFindARecordWhoseEntriesDoNotFillIt()
    {
        fill(1);
        stepped.shut();
        final StoreReport before = verify(storage);
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(4096));
        final int offset = Journal.RECORD_HEADER_LENGTH;
        final byte[] key = entry("key", 1).key;
        LogEntryDescriptor.putHeader(buffer, offset, LogEntryDescriptor.KIND_PUT, key.length, 0);
        buffer.putBytes(LogEntryDescriptor.keyOffset(LogEntryDescriptor.KIND_PUT, offset), key);
        final int length = LogEntryDescriptor.encodedLength(LogEntryDescriptor.KIND_PUT, key.length, 0);
        try (Journal journal = Journal.open(new JournalContext().storage(storage)
            .segmentLength(SteppedStore.SEGMENT_LENGTH)
            .epochClockMs(() -> 1)
            .tagSource(() -> 77), before.flushedSequence() + 1,
            (payload, payloadOffset, payloadLength, sequence, entryCount, timeMs) ->
            {
            }))
        {
            journal.tryReserve(length + 3);
            journal.append(buffer, offset, length + 3, before.lastSequence() + 1, 1, 1);
            journal.force();
            journal.tryReserve(length);
            journal.append(buffer, offset, length, before.lastSequence() + 2, 2, 1);
            journal.force();
        }

        final StoreReport report = verify(storage);

        assertEquals(2, report.errorCount(), report::toString);
        assertEquals(lastSegment(), report.findings().get(0).file());
        assertTrue(report.findings().get(0).text().contains("bytes=3"), report::toString);
        assertTrue(report.findings().get(1).text().contains("does not fit"), report::toString);
        assertTrue(report.findings().get(0).offset() < report.findings().get(1).offset(), report::toString);
    }

    // --- any damage ---

    /** Where it finds nothing wrong, a store that is opened holds what was written, up to where it says. */
    @Test
    void shouldMissNothingThatAReadWouldNotFindWhicheverByteIsFlipped()
    {
        fill(1);
        stepped.shut();
        final List<String> names = new ArrayList<>(files(storage).keySet());
        names.remove("LOCK");
        for (long seed = 0; seed < FUZZ_COUNT; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final SimulatedStorage copy = copyOf(storage);
            final String name = names.get(random.nextInt(names.size()));
            final byte[] bytes = files(storage).get(name);
            final int offset = offsetIn(bytes, random);
            copy.corrupt(name, offset, 1 << random.nextInt(8));
            final String context = "seed=" + seed + ", file=" + name + ", offset=" + offset;

            final StoreReport report = verify(copy);

            if (report.isIntact())
            {
                assertEquals(stateAt(report.lastSequence()), read(copy, context), context);
            }
        }
        stepped.open();
    }

    @Test
    void shouldSurviveAnyNumberOfFlipsAndCuts()
    {
        fill(1);
        stepped.shut();
        final List<String> names = new ArrayList<>(files(storage).keySet());
        for (long seed = 0; seed < FUZZ_COUNT; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final SimulatedStorage copy = copyOf(storage);
            for (int i = random.nextInt(8); i >= 0; i--)
            {
                final String name = names.get(random.nextInt(names.size()));
                final int length = files(copy).get(name).length;
                if (length > 0 && random.nextInt(4) == 0)
                {
                    copy.truncate(name, random.nextInt(length));
                }
                else if (length > 0)
                {
                    copy.corrupt(name, random.nextInt(length), 1 + random.nextInt(255));
                }
            }
            try
            {
                verify(copy);
            }
            catch (final RuntimeException ex)
            {
                throw new AssertionError("seed=" + seed, ex);
            }
        }
        stepped.open();
    }

    // --- helpers ---

    private static StoreReport verify(final SimulatedStorage store)
    {
        final int before = store.openHandles();
        try
        {
            return new StoreVerifier(store).verify();
        }
        finally
        {
            assertEquals(before, store.openHandles(), "handles left open");
        }
    }

    private static Finding onlyFinding(final StoreReport report)
    {
        assertEquals(1, report.findings().size(), report::toString);
        return report.findings().get(0);
    }

    private static Finding onlyError(final StoreReport report)
    {
        final List<Finding> errors = report.findings().stream().filter(Finding::isError).toList();
        assertEquals(1, errors.size(), report::toString);
        return errors.get(0);
    }

    private void fill(final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < WRITE_COUNT; i++)
        {
            final String key = "key " + random.nextInt(KEY_COUNT);
            final String value = random.nextInt(5) == 0 ? null : i + "-".repeat(random.nextInt(VALUE_LENGTH));
            final WriteBatch batch = value == null
                ? new WriteBatch().delete(0, SteppedStore.bytes(key))
                : SteppedStore.putOf(key, value);
            final SteppedStore.Answer answer = i % 4 == 0
                ? stepped.request(CLIENT_ID, history.size() + 1, batch)
                : stepped.write(batch);
            history.add(new Written(answer.get().sequence(), key, value));
            if (i % MEMTABLE_ENTRIES == 0 && i < WRITE_COUNT - MEMTABLE_ENTRIES)
            {
                stepped.settle();
            }
        }
    }

    private Map<String, String> stateAt(final long sequence)
    {
        final Map<String, String> state = new TreeMap<>();
        for (final Written written : history)
        {
            if (written.sequence <= sequence)
            {
                state.put(written.key, written.value);
            }
        }
        state.values().removeIf(value -> value == null);
        return state;
    }

    private static Map<String, String> read(final SimulatedStorage copy, final String where)
    {
        final Map<String, String> found = new TreeMap<>();
        try (Store store = Store.open(new StoreContext().storage(copy)
            .seed(3)
            .isInvoked(true)
            .errorHandler(ex ->
            {
                throw new AssertionError(where, ex);
            })
            .segmentLength(SteppedStore.SEGMENT_LENGTH));
            StoreReader reader = store.newReader())
        {
            reader.begin();
            try (StoreSnapshot snapshot = reader.snapshot();
                EntryCursor cursor = snapshot.cursor(0))
            {
                for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
                {
                    final byte[] key = new byte[cursor.keyLength()];
                    final byte[] value = new byte[cursor.valueLength()];
                    cursor.keyBuffer().getBytes(cursor.keyOffset(), key);
                    cursor.valueBuffer().getBytes(cursor.valueOffset(), value);
                    found.put(new String(key, StandardCharsets.UTF_8), new String(value, StandardCharsets.UTF_8));
                }
            }
            finally
            {
                reader.end();
            }
        }
        catch (final StorageException ex)
        {
            throw new AssertionError("verified and yet refused: " + where, ex);
        }
        return found;
    }

    private long levelCount()
    {
        return new ManifestVerifier(storage, finding ->
        {
            throw new AssertionError(finding);
        }).verify().tables().stream().mapToInt(ListedTable::level).distinct().count();
    }

    private String manifest()
    {
        return storage.list("").stream().filter(name -> name.startsWith("MANIFEST-")).findFirst().orElseThrow();
    }

    private String lastSegment()
    {
        return "journal/" + segments().get(segments().size() - 1);
    }

    private List<String> segments()
    {
        return storage.list("journal").stream().filter(name -> name.endsWith(".log")).toList();
    }

    private record Entry(byte[] key, long sequence, byte[] value)
    {
    }

    /** An entry of the default keyspace whose user key is one text and whose value is three times that. */
    private static Entry entry(final String key, final long sequence)
    {
        final byte[] user = SteppedStore.bytes(key);
        final byte[] internal = new byte[Integer.BYTES + user.length];
        System.arraycopy(user, 0, internal, Integer.BYTES, user.length);
        return new Entry(internal, sequence, SteppedStore.bytes(key.repeat(2)));
    }

    /** Makes a table part of the store that says that everything up to 10 is flushed. */
    private String install(final int level, final Entry... entries)
    {
        try (VersionSet versions = VersionSet.open(storage);
            TableWriter writer = new TableWriter(storage, TableOptions.defaults()))
        {
            writer.begin(versions.takeTableNumber(), 1);
            for (final Entry entry : entries)
            {
                final UnsafeBuffer key = new UnsafeBuffer(entry.key);
                final UnsafeBuffer value = new UnsafeBuffer(entry.value);
                writer.add(key, 0, key.capacity(), entry.sequence, Expiry.NEVER_MS, false, value, 0, value.capacity());
            }
            final TableInfo info = writer.finish();
            versions.apply(new VersionEdit().addTable(level, info).flushedSequence(10));
            return TableNames.of(info.tableNumber());
        }
    }

    private static long number(final String table)
    {
        return TableNames.number(table.substring(table.indexOf('/') + 1));
    }

    /** Where the checksum of the first block lies: at the only place where it is right. */
    private static int blockLength(final byte[] bytes, final long tableNumber)
    {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int length = 1; length + Integer.BYTES <= bytes.length; length++)
        {
            if (buffer.getInt(length) == checksum(bytes, length, tableNumber))
            {
                return length;
            }
        }
        throw new AssertionError("no block");
    }

    private static int checksum(final byte[] bytes, final int length, final long tableNumber)
    {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        crc.update(
            ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(tableNumber).putLong(0).flip());
        return (int) crc.getValue();
    }

    private static int indexOf(final byte[] bytes, final String text)
    {
        final int index = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        assertTrue(index >= 0, text);
        return index;
    }

    /** Headers and footers are small and matter most. */
    private static int offsetIn(final byte[] bytes, final SplittableRandom random)
    {
        final int used = usedLength(bytes);
        final int edge = Math.min(used, 128);
        return switch (random.nextInt(4))
        {
            case 0 -> random.nextInt(edge);
            case 1 -> used - 1 - random.nextInt(edge);
            case 2 -> random.nextInt(used);
            default -> random.nextInt(bytes.length);
        };
    }

    private static int usedLength(final byte[] bytes)
    {
        int used = bytes.length;
        while (used > 1 && bytes[used - 1] == 0)
        {
            used--;
        }
        return used;
    }

    private static Map<String, byte[]> files(final SimulatedStorage store)
    {
        final Map<String, byte[]> files = new TreeMap<>();
        for (final String directory : List.of("", "tables", "journal"))
        {
            for (final String name : store.list(directory))
            {
                final String path = directory.isEmpty() ? name : directory + "/" + name;
                try (StorageFile file = store.open(path))
                {
                    final ByteBuffer bytes = ByteBuffer.allocate((int) file.lengthBytes());
                    file.read(bytes, 0);
                    files.put(path, bytes.array());
                }
            }
        }
        return files;
    }

    private static SimulatedStorage copyOf(final SimulatedStorage store)
    {
        final SimulatedStorage copy = new SimulatedStorage(1);
        copy.makeDirectory("tables");
        copy.makeDirectory("journal");
        files(store).forEach((name, bytes) -> write(copy, name, bytes));
        return copy;
    }

    private static void write(final SimulatedStorage store, final String name, final byte[] bytes)
    {
        try (StorageFile file = store.create(name, 0))
        {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.force();
        }
    }
}
