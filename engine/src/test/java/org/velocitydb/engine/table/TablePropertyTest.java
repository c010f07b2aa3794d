package org.velocitydb.engine.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.SimulatedStorage;

class TablePropertyTest
{
    private final TableReadContext context = new TableReadContext();
    private final EntryView view = new EntryView();

    @Test
    void shouldReadBackWhatWasWrittenInEveryWay()
    {
        for (long seed = 0; seed < 60; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final Model model = new Model();
            final int count = 1 + random.nextInt(1 << random.nextInt(12));
            for (int i = 0; i < count; i++)
            {
                model.entries.put(Model.randomKey(random, count * 3), randomEntry(random, 300));
            }
            final int blockLength = 64 << random.nextInt(8);
            checkTable(model, new TableOptions(blockLength, 0.01), random, "seed=" + seed);
        }
    }

    @Test
    void shouldHoldTheLongestKeysAndLongValues()
    {
        final SplittableRandom random = new SplittableRandom(7);
        final Model model = new Model();
        for (int i = 0; i < 12; i++)
        {
            final byte[] key = new byte[Keys.MAX_INTERNAL_KEY_LENGTH - (i & 1)];
            key[random.nextInt(key.length)] = (byte) i;
            key[key.length - 1] = (byte) (7 * i);
            model.entries.put(key, randomEntry(random, 100_000));
        }
        model.entries.put(new byte[]{ 1, 2, 3 }, ModelEntry.value(1, new byte[1024 * 1024]));
        model.entries.put(new byte[]{ 1, 2 }, ModelEntry.value(2, new byte[0]));
        model.entries.put(new byte[0], ModelEntry.tombstone(3));

        checkTable(model, TableOptions.defaults(), random, "long");
    }

    private void checkTable(
        final Model model, final TableOptions options, final SplittableRandom random, final String run)
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        final TableInfo info = model.write(storage, options, 17);
        try (Table table = Table.open(storage, 17, context); TableCursor cursor = new TableCursor(context).reset(table))
        {
            assertEquals(info, table.info(), run);
            assertEquals(model.entries.size(), info.entryCount(), run);
            assertEquals(
                model.entries.values().stream().filter(ModelEntry::isTombstone).count(),
                info.tombstoneCount(),
                run);
            model.assertSameWalk(cursor);
            for (final byte[] key : model.entries.keySet())
            {
                checkKey(model, table, cursor, key);
            }
            for (int i = 0; i < 200; i++)
            {
                checkKey(model, table, cursor, Model.randomKey(random, model.entries.size() * 3));
            }
            checkKey(model, table, cursor, new byte[0]);
            checkKey(model, table, cursor, new byte[]{ -1, -1, -1 });
        }
        assertEquals(0, storage.openHandles(), run);
    }

    private void checkKey(final Model model, final Table table, final TableCursor cursor, final byte[] key)
    {
        final UnsafeBuffer wanted = new UnsafeBuffer(key);
        final long hash = KeyHash.hash(wanted, 0, key.length);
        model.assertSameGet(key, table.get(wanted, 0, key.length, hash, view, context), view);
        assertTrue(table.mayContain(hash) || !model.entries.containsKey(key), () -> Arrays.toString(key));
        model.assertSameSeek(cursor, key);
    }

    private static ModelEntry randomEntry(final SplittableRandom random, final int maxValueLength)
    {
        final long sequence = random.nextLong() >>> (1 + random.nextInt(62));
        if (random.nextInt(8) == 0)
        {
            return ModelEntry.tombstone(sequence);
        }
        final byte[] value = new byte[random.nextInt(maxValueLength)];
        random.nextBytes(value);
        return ModelEntry.value(sequence, value);
    }
}
