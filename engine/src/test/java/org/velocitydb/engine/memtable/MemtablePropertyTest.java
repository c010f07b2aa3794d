package org.velocitydb.engine.memtable;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.Keys;

/**
 * Compares a memtable with a map of maps, key to sequence to value, under random writes and reads at random snapshots.
 * The shapes of keys are chosen for where comparisons turn: within the prefix, within the infix, behind both, and where
 * one key begins another.
 */
class MemtablePropertyTest
{
    private static final int ROUND_COUNT = 20;
    private static final int OPERATION_COUNT = 3_000;
    private static final byte[] TOMBSTONE = {};

    /** How keys are drawn. */
    enum KeyShape
    {
        /** One to three letters of three: many versions of few keys. */
        FEW(1, 3, 0),
        /** Up to six letters of three: new keys and new versions in turn. */
        MIXED(1, 6, 0),
        /** Up to sixteen letters of three: ties in prefix and infix, keys that begin others. */
        TIED(1, 16, 0),
        /** Twelve common bytes: nothing decides but whole keys. */
        COMMON(1, 8, 12),
        /** Ten common bytes: the infix decides half the time. */
        HALF_COMMON(1, 8, 10);

        private static final byte[] LETTERS = { 0, 'a', -1 };
        private final int minLength;
        private final int maxLength;
        private final int commonLength;

        KeyShape(final int minLength, final int maxLength, final int commonLength)
        {
            this.minLength = minLength;
            this.maxLength = maxLength;
            this.commonLength = commonLength;
        }

        byte[] next(final SplittableRandom random)
        {
            final byte[] key = new byte[commonLength + random.nextInt(minLength, maxLength + 1)];
            Arrays.fill(key, 0, commonLength, (byte) 'c');
            for (int i = commonLength; i < key.length; i++)
            {
                key[i] = LETTERS[random.nextInt(LETTERS.length)];
            }
            return key;
        }
    }

    private final EntryView view = new EntryView();
    private final MemtableCursor cursor = new MemtableCursor();

    @ParameterizedTest
    @EnumSource(KeyShape.class)
    void shouldAnswerAsTheModelDoesAtEverySnapshot(final KeyShape shape)
    {
        final long firstSeed = System.nanoTime();
        for (int round = 0; round < ROUND_COUNT; round++)
        {
            final long seed = firstSeed + round;
            try (Memtable memtable = new Memtable(4 << 20, seed))
            {
                run(memtable, shape, new SplittableRandom(seed));
            }
            catch (final Throwable ex)
            {
                throw new AssertionError("failed: shape=" + shape + ", seed=" + seed, ex);
            }
        }
    }

    private void run(final Memtable memtable, final KeyShape shape, final SplittableRandom random)
    {
        final TreeMap<byte[], TreeMap<Long, byte[]>> model = new TreeMap<>(Arrays::compareUnsigned);
        final boolean isWandering = random.nextInt(4) == 0;
        int place = 0;
        long sequence = 0;
        for (int i = 0; i < OPERATION_COUNT; i++)
        {
            place = (place + random.nextInt(6)) % 2_000;
            final byte[] key = isWandering ? keyNear(place, random) : shape.next(random);
            sequence += random.nextInt(1, 3);
            write(memtable, model, key, sequence, random);
            if (random.nextInt(4) == 0)
            {
                final long snapshot = random.nextLong(sequence + 1);
                checkGet(memtable, model, random.nextBoolean() ? key : shape.next(random), snapshot);
            }
            if (random.nextInt(40) == 0)
            {
                checkLinks(memtable);
                final long snapshot = random.nextInt(3) == 0 ? sequence : random.nextLong(sequence + 1);
                walk(memtable, model, random.nextBoolean() ? key : shape.next(random), snapshot, random);
            }
        }
        assertEquals(OPERATION_COUNT, memtable.entryCount());
        scanAll(memtable, model, sequence);
        scanAll(memtable, model, sequence / 2);
    }

    /** Keys that mostly go up a little, pass again where they were, and so meet the writer's remembered path. */
    private static byte[] keyNear(final int place, final SplittableRandom random)
    {
        return String.format("%08d", Math.max(0, place - random.nextInt(4))).getBytes(US_ASCII);
    }

    private static void write(
        final Memtable memtable,
        final TreeMap<byte[], TreeMap<Long, byte[]>> model,
        final byte[] key,
        final long sequence,
        final SplittableRandom random)
    {
        final UnsafeBuffer keyBytes = new UnsafeBuffer(key);
        final TreeMap<Long, byte[]> versions = model.computeIfAbsent(key, (ignore) -> new TreeMap<>());
        if (random.nextInt(5) == 0)
        {
            memtable.delete(keyBytes, 0, key.length, sequence);
            versions.put(sequence, TOMBSTONE);
        }
        else
        {
            final byte[] value = new byte[random.nextInt(40)];
            Arrays.fill(value, (byte) sequence);
            memtable.put(keyBytes, 0, key.length, sequence, Expiry.NEVER_MS, new UnsafeBuffer(value), 0, value.length);
            versions.put(sequence, value);
        }
    }

    private void checkGet(
        final Memtable memtable,
        final TreeMap<byte[], TreeMap<Long, byte[]>> model,
        final byte[] key,
        final long snapshot)
    {
        final TreeMap<Long, byte[]> versions = model.get(key);
        final Map.Entry<Long, byte[]> expected = versions == null ? null : versions.floorEntry(snapshot);

        final boolean isFound = memtable.get(new UnsafeBuffer(key), 0, key.length, snapshot, view);

        assertEquals(expected != null, isFound);
        if (isFound)
        {
            assertEquals(expected.getKey(), view.sequence());
            assertEquals(expected.getValue() == TOMBSTONE, view.isTombstone());
            assertEquals(new UnsafeBuffer(expected.getValue()), view.value());
        }
    }

    /** Seeks somewhere and goes this way and that. */
    private void walk(
        final Memtable memtable,
        final TreeMap<byte[], TreeMap<Long, byte[]>> model,
        final byte[] start,
        final long snapshot,
        final SplittableRandom random)
    {
        final NavigableMap<byte[], Map.Entry<Long, byte[]>> visible = visible(model, snapshot);
        final UnsafeBuffer startBytes = new UnsafeBuffer(start);
        cursor.reset(memtable, snapshot);
        Map.Entry<byte[], Map.Entry<Long, byte[]>> expected;
        if (random.nextBoolean())
        {
            expected = visible.ceilingEntry(start);
            cursor.seek(startBytes, 0, start.length);
        }
        else
        {
            expected = visible.lowerEntry(start);
            cursor.seekBefore(startBytes, 0, start.length);
        }
        checkPosition(expected);
        for (int i = 0; i < 20 && expected != null; i++)
        {
            if (random.nextBoolean())
            {
                expected = visible.higherEntry(expected.getKey());
                cursor.next();
            }
            else
            {
                expected = visible.lowerEntry(expected.getKey());
                cursor.previous();
            }
            checkPosition(expected);
        }
    }

    private void scanAll(
        final Memtable memtable,
        final TreeMap<byte[], TreeMap<Long, byte[]>> model,
        final long snapshot)
    {
        final NavigableMap<byte[], Map.Entry<Long, byte[]>> visible = visible(model, snapshot);
        cursor.reset(memtable, snapshot);
        cursor.seekFirst();
        for (final Map.Entry<byte[], Map.Entry<Long, byte[]>> expected : visible.entrySet())
        {
            checkPosition(expected);
            cursor.next();
        }
        checkPosition(null);
        cursor.seekLast();
        for (final Map.Entry<byte[], Map.Entry<Long, byte[]>> expected : visible.descendingMap().entrySet())
        {
            checkPosition(expected);
            cursor.previous();
        }
        checkPosition(null);
    }

    /** Every level is in order and every link carries its successor's key; what is wrong above level 0 shows late. */
    private static void checkLinks(final Memtable memtable)
    {
        for (int level = 0; level < SkipList.MAX_HEIGHT; level++)
        {
            DirectBuffer before = null;
            int node = memtable.nodes().head();
            while (node != NodeDescriptor.NULL_OFFSET)
            {
                final long link = NodeDescriptor.linkAddress(memtable.base() + node, level);
                final long successor = NodeDescriptor.successorAcquire(link);
                node = NodeDescriptor.nodeOffset(successor);
                if (node != NodeDescriptor.NULL_OFFSET)
                {
                    final int keyLength = NodeDescriptor.keyLength(memtable.base() + node);
                    final DirectBuffer key = slice(memtable.buffer(), node + NodeDescriptor.KEY_OFFSET, keyLength);
                    assertTrue(
                        before == null || Keys.compare(before, 0, before.capacity(), key, 0, keyLength) < 0);
                    assertEquals(Keys.prefix(key, 0, keyLength), NodeDescriptor.prefixAcquire(link));
                    assertEquals(infix(key), NodeDescriptor.infix(successor));
                    before = key;
                }
            }
        }
    }

    private static int infix(final DirectBuffer key)
    {
        final UnsafeBuffer padded = new UnsafeBuffer(new byte[12]);
        padded.putBytes(0, key, 0, Math.min(key.capacity(), 12));
        return padded.getInt(8, ByteOrder.BIG_ENDIAN);
    }

    private static NavigableMap<byte[], Map.Entry<Long, byte[]>> visible(
        final TreeMap<byte[], TreeMap<Long, byte[]>> model,
        final long snapshot)
    {
        final TreeMap<byte[], Map.Entry<Long, byte[]>> visible = new TreeMap<>(Arrays::compareUnsigned);
        for (final Map.Entry<byte[], TreeMap<Long, byte[]>> versions : model.entrySet())
        {
            final Map.Entry<Long, byte[]> version = versions.getValue().floorEntry(snapshot);
            if (version != null)
            {
                visible.put(versions.getKey(), version);
            }
        }
        return visible;
    }

    private void checkPosition(final Map.Entry<byte[], Map.Entry<Long, byte[]>> expected)
    {
        assertEquals(expected != null, cursor.isValid());
        if (expected != null)
        {
            final byte[] value = expected.getValue().getValue();
            assertEquals(
                new UnsafeBuffer(expected.getKey()),
                slice(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
            assertEquals(
                new UnsafeBuffer(value), slice(cursor.valueBuffer(), cursor.valueOffset(), cursor.valueLength()));
            assertEquals(expected.getValue().getKey(), cursor.sequence());
            assertEquals(value == TOMBSTONE, cursor.isTombstone());
        }
    }

    private static DirectBuffer slice(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        return new UnsafeBuffer(buffer, offset, lengthBytes);
    }
}
