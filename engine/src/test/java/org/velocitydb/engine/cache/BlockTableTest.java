package org.velocitydb.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.concurrent.Epochs;

final class BlockTableTest
{
    private static final int INVOCATIONS = 200;

    private final List<Long> frames = new ArrayList<>();

    @AfterEach
    void free()
    {
        frames.forEach(BlockFrame::free);
    }

    @Test
    void shouldFindExactlyWhatAModelHolds()
    {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        int capacity = 32;
        final BlockTable table = new BlockTable(capacity);
        final Map<Long, Long> model = new HashMap<>();
        for (int i = 0; i < 200_000; i++)
        {
            final long key = BlockKey.of(1 + random.nextInt(8), random.nextInt(capacity / 4));
            final Long frame = model.get(key);
            if (frame != null && random.nextInt(3) > 0)
            {
                table.remove(frame);
                model.remove(key);
                BlockFrame.free(frame);
            }
            else if (frame == null && model.size() < capacity)
            {
                model.put(key, BlockFrame.allocate(key, 8));
                table.put(model.get(key));
            }
            if (i % 10_000 == 0)
            {
                capacity = i % 20_000 == 0 ? 64 : 32;
                shrink(model, table, capacity);
                table.resize(capacity);
            }
            assertEquals(model.getOrDefault(key, BlockTable.NULL_FRAME), table.find(key), "seed=" + seed);
        }
        for (final Map.Entry<Long, Long> entry : model.entrySet())
        {
            assertEquals(entry.getValue(), table.find(entry.getKey()), "seed=" + seed);
        }
        frames.addAll(model.values());
    }

    private void shrink(final Map<Long, Long> model, final BlockTable table, final int size)
    {
        for (final Long key : List.copyOf(model.keySet()))
        {
            if (model.size() > size)
            {
                final Long frame = model.remove(key);
                table.remove(frame);
                frames.add(frame);
            }
        }
    }

    @Test
    void shouldTellKeysApartThatShareSlotAndTag()
    {
        final long key = BlockKey.of(1, 0);
        long twin = BlockKey.NULL_KEY;
        for (int offset = 1; twin == BlockKey.NULL_KEY; offset++)
        {
            final long difference = BlockKey.hash(key) ^ BlockKey.hash(BlockKey.of(1, offset));
            twin = difference >>> 48 == 0 && (difference & 3) == 0 ? BlockKey.of(1, offset) : BlockKey.NULL_KEY;
        }
        final BlockTable table = new BlockTable(2);
        table.put(frame(key));
        assertEquals(BlockTable.NULL_FRAME, table.find(twin));

        table.put(frame(twin));
        assertEquals(twin, BlockFrame.key(table.find(twin)));
        table.remove(table.find(key));
        assertEquals(BlockTable.NULL_FRAME, table.find(key));
        assertEquals(twin, BlockFrame.key(table.find(twin)));
    }

    @Test
    void shouldHaveNoKeyForATableNumberThatDoesNotFit()
    {
        assertEquals(BlockKey.NULL_KEY, BlockKey.of(1L << 32, 0));
        final long key = BlockKey.of((1L << 32) - 1, Integer.MAX_VALUE);
        assertNotEquals(BlockKey.NULL_KEY, key);
        assertEquals((1L << 32) - 1, BlockKey.tableNumber(key));
        assertEquals(Integer.MAX_VALUE, BlockKey.blockOffset(key));
    }

    /**
     * All interleavings of lookups with a removal that moves other entries, the reclaiming of what was removed and the
     * reuse of its slot: whoever finds something has the frame of the key asked for, and it is not freed.
     */
    @Test
    void shouldNeverFindAWrongOrFreedFrameWhileEntriesMove()
    {
        final long[] keys = collidingKeys(3);
        final long first = frame(keys[0]);
        final long second = frame(keys[1]);
        final long third = frame(keys[2]);
        Lincheck.runConcurrentTest(INVOCATIONS, () ->
        {
            final Epochs epochs = new Epochs();
            final BlockTable table = new BlockTable(2);
            final Epochs.Slot slot = epochs.register();
            final AtomicBoolean isFirstFreed = new AtomicBoolean();
            table.put(first);
            table.put(second);
            final Thread reader = new Thread(() ->
            {
                slot.enter();
                final long foundFirst = table.find(keys[0]);
                final long foundSecond = table.find(keys[1]);
                final long foundThird = table.find(keys[2]);
                final boolean isFreed = isFirstFreed.get();
                slot.exit();
                assertTrue(foundFirst == BlockTable.NULL_FRAME || foundFirst == first);
                assertTrue(foundSecond == BlockTable.NULL_FRAME || foundSecond == second);
                assertTrue(foundThird == BlockTable.NULL_FRAME || foundThird == third);
                assertFalse(foundFirst == first && isFreed, "freed while it was held");
            });
            reader.start();
            table.remove(first);
            epochs.retire(() -> isFirstFreed.set(true));
            epochs.reclaim();
            table.put(third);
            join(reader);
            assertEquals(BlockTable.NULL_FRAME, table.find(keys[0]));
            assertEquals(second, table.find(keys[1]));
            assertEquals(third, table.find(keys[2]));
        });
    }

    /** The same while the table grows: the old array still names what was removed after the reader had loaded it. */
    @Test
    void shouldNeverFindAFreedFrameThroughAnArrayThatWasReplaced()
    {
        final long[] keys = collidingKeys(2);
        final long first = frame(keys[0]);
        final long second = frame(keys[1]);
        Lincheck.runConcurrentTest(INVOCATIONS, () ->
        {
            final Epochs epochs = new Epochs();
            final BlockTable table = new BlockTable(2);
            final Epochs.Slot slot = epochs.register();
            final AtomicBoolean isFirstFreed = new AtomicBoolean();
            table.put(first);
            final Thread reader = new Thread(() ->
            {
                slot.enter();
                final long found = table.find(keys[0]);
                final boolean isFreed = isFirstFreed.get();
                slot.exit();
                assertFalse(found == first && isFreed, "freed while it was held");
            });
            reader.start();
            table.resize(4);
            table.put(second);
            table.remove(first);
            epochs.retire(() -> isFirstFreed.set(true));
            epochs.reclaim();
            join(reader);
            assertEquals(second, table.find(keys[1]));
        });
    }

    private long frame(final long key)
    {
        final long frame = BlockFrame.allocate(key, 8);
        frames.add(frame);
        return frame;
    }

    /** Keys with one home slot in a table of four slots. */
    private static long[] collidingKeys(final int count)
    {
        final long[] keys = new long[count];
        int found = 0;
        for (int offset = 0; found < count; offset++)
        {
            final long key = BlockKey.of(1, offset);
            if ((BlockKey.hash(key) & 3) == 1)
            {
                keys[found++] = key;
            }
        }
        return keys;
    }

    private static void join(final Thread thread)
    {
        try
        {
            thread.join();
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }
}
