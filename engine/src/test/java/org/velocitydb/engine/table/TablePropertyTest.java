package org.velocitydb.engine.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collection;
import java.util.LongSummaryStatistics;
import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.SimulatedStorage;

class TablePropertyTest
{
    private final TableReadContext context = new TableReadContext();
    private final EntryView view = new EntryView();

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldReadBackWhatWasWrittenInEveryWay(final Compression compression)
    {
        for (long seed = 0; seed < 40; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final Model model = new Model();
            final int count = 1 + random.nextInt(1 << random.nextInt(12));
            final EntryKind kind = EntryKind.values()[random.nextInt(EntryKind.values().length)];
            final int maxValueLength = random.nextInt(3) * 150;
            for (int i = 0; i < count; i++)
            {
                model.entries.put(randomKey(random, kind, count * 3), randomEntry(random, kind, maxValueLength));
            }
            final int blockLength = 64 << random.nextInt(12);
            final TableOptions options = new TableOptions(blockLength, 0.01, compression);
            checkTable(model, options, random, "seed=" + seed + ", kind=" + kind);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldHoldTheLongestKeysAndLongValues(final Compression compression)
    {
        final SplittableRandom random = new SplittableRandom(7);
        final Model model = new Model();
        for (int i = 0; i < 12; i++)
        {
            final byte[] key = new byte[Keys.MAX_INTERNAL_KEY_LENGTH - (i & 1)];
            key[random.nextInt(key.length)] = (byte) i;
            key[key.length - 1] = (byte) (7 * i);
            model.entries.put(key, randomEntry(random, EntryKind.MIXED, 100_000));
        }
        final int longest = BlockDescriptor.MAX_COMPRESSIBLE_LENGTH;
        model.entries.put(new byte[]{ 1, 2, 3 }, ModelEntry.value(1, new byte[longest]));
        model.entries.put(new byte[]{ 1, 2, 4 }, ModelEntry.expiring(1, 77, new byte[longest + 1]));
        model.entries.put(new byte[]{ 1, 2, 5 }, ModelEntry.value(1, new byte[3 * longest]));
        model.entries.put(new byte[]{ 1, 2, 6 }, ModelEntry.value(1, new byte[longest - 1000]));
        model.entries.put(new byte[]{ 1, 2 }, ModelEntry.value(2, new byte[0]));
        model.entries.put(new byte[0], ModelEntry.tombstone(3));

        checkTable(model, new TableOptions(4096, 0.01, compression), random, "long");
        checkTable(model, new TableOptions(longest, 0.01, compression), random, "long, long blocks");
    }

    /** Prefixes of the index decide nothing here: all keys agree in more bytes than a prefix has. */
    @Test
    void shouldFindKeysThatTheIndexCannotTellApart()
    {
        for (final int sharedLength : new int[]{ 1, 7, 8, 9, 30 })
        {
            final SplittableRandom random = new SplittableRandom(sharedLength);
            final Model model = new Model();
            for (int i = 0; i < 3000; i++)
            {
                final byte[] key = new byte[1 + sharedLength + 3];
                key[0] = (byte) (i % 3 * 100);
                key[1 + sharedLength] = (byte) (i >>> 8);
                key[2 + sharedLength] = (byte) i;
                final byte[] shorter = Arrays.copyOf(key, 1 + random.nextInt(key.length));
                model.entries.put(i % 5 == 0 ? shorter : key, ModelEntry.value(i, new byte[i % 40]));
            }
            model.entries.put(new byte[]{ -1, -1, -1, -1, -1, -1, -1, -1, -1 }, ModelEntry.value(1, new byte[3]));
            model.entries.put(
                new byte[]{ -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 },
                ModelEntry.value(1, new byte[300]));

            checkTable(model, new TableOptions(128, 0.01), random, "shared=" + sharedLength);
        }
    }

    private void checkTable(
        final Model model, final TableOptions options, final SplittableRandom random, final String run)
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        final TableInfo info = model.write(storage, options, 17);
        try (Table table = Table.open(storage, 17, context); TableCursor cursor = new TableCursor(context).reset(table))
        {
            assertEquals(info, table.info(), run);
            checkInfo(model, info, run);
            model.assertSameWalk(cursor);
            for (final byte[] key : model.entries.keySet())
            {
                checkKey(model, table, cursor, key);
            }
            for (int i = 0; i < 200; i++)
            {
                checkKey(model, table, cursor, Model.randomKey(random, model.entries.size() * 3));
            }
            for (final byte[] key : model.entries.keySet())
            {
                checkKey(model, table, cursor, Arrays.copyOf(key, random.nextInt(key.length + 2)));
            }
            checkKey(model, table, cursor, new byte[0]);
            checkKey(model, table, cursor, new byte[]{ -1, -1, -1 });
        }
        assertEquals(0, storage.openHandles(), run);
    }

    private static void checkInfo(final Model model, final TableInfo info, final String run)
    {
        final Collection<ModelEntry> entries = model.entries.values();
        assertEquals(entries.size(), info.entryCount(), run);
        assertEquals(entries.stream().filter(ModelEntry::isTombstone).count(), info.tombstoneCount(), run);
        final LongSummaryStatistics expiries = entries.stream()
            .mapToLong(ModelEntry::expiryMs)
            .filter(expiryMs -> expiryMs != Expiry.NEVER_MS)
            .summaryStatistics();
        assertEquals(expiries.getCount(), info.expiringCount(), run);
        assertEquals(expiries.getCount() > 0 ? expiries.getMin() : Expiry.NEVER_MS, info.minExpiryMs(), run);
        assertEquals(expiries.getCount() > 0 ? expiries.getMax() : Expiry.NEVER_MS, info.maxExpiryMs(), run);
        final LongSummaryStatistics sequences = entries.stream().mapToLong(ModelEntry::sequence).summaryStatistics();
        assertEquals(sequences.getMin(), info.minSequence(), run);
        assertEquals(sequences.getMax(), info.maxSequence(), run);
    }

    private void checkKey(final Model model, final Table table, final TableCursor cursor, final byte[] key)
    {
        final UnsafeBuffer wanted = new UnsafeBuffer(key);
        final long hash = KeyHash.hash(wanted, 0, key.length);
        model.assertSameGet(key, table.get(wanted, 0, key.length, hash, view, context), view);
        assertTrue(table.mayContain(hash) || !model.entries.containsKey(key), () -> Arrays.toString(key));
        model.assertSameSeek(cursor, key);
    }

    private static byte[] randomKey(final SplittableRandom random, final EntryKind kind, final int space)
    {
        return kind == EntryKind.FIXED
            ? Model.bytes("\0\0\0\1%09d".formatted(random.nextInt(space)))
            : Model.randomKey(random, space);
    }

    private static ModelEntry randomEntry(
        final SplittableRandom random, final EntryKind kind, final int maxValueLength)
    {
        final long sequence = random.nextLong() >>> (1 + random.nextInt(62));
        if (kind != EntryKind.FIXED && random.nextInt(8) == 0)
        {
            return ModelEntry.tombstone(sequence);
        }
        final byte[] value = new byte[kind == EntryKind.FIXED ? maxValueLength : random.nextInt(maxValueLength + 1)];
        if (random.nextBoolean())
        {
            random.nextBytes(value);
        }
        return kind == EntryKind.EXPIRING || kind == EntryKind.MIXED && random.nextInt(3) == 0
            ? ModelEntry.expiring(sequence, random.nextLong() >> random.nextInt(63), value)
            : ModelEntry.value(sequence, value);
    }

    private enum EntryKind
    {
        /** Keys are equally long, values are, and there are no tombstones. */
        FIXED,
        /** All values expire. */
        EXPIRING,
        /** Some values expire. */
        MIXED,
        /** Values and tombstones. */
        PLAIN
    }
}
