package org.velocitydb.engine.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
 * Compares a memtable with a map of maps, key to sequence to version, under random writes and reads at random
 * snapshots. The shapes of keys are chosen for where a tree turns: keys that begin others, bytes that nodes skip, few
 * of them and more than a node holds, every number of children that a node can have.
 */
class MemtablePropertyTest
{
    private static final int ROUND_COUNT = 12;
    private static final int CAPACITY_BYTES = 4 << 20;

    /** How keys are drawn. */
    enum KeyShape
    {
        /** One to three letters of three: many versions of few keys. */
        FEW
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                return letters(random, 0, random.nextInt(1, 4), 3);
            }
        },
        /** Up to six letters of three: new keys and new versions in turn. */
        MIXED
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                return letters(random, 0, random.nextInt(1, 7), 3);
            }
        },
        /** Single bytes: one node with every number of children in turn. */
        SINGLE
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                return letters(random, 0, 1, 256);
            }
        },
        /** Two bytes of all: nodes of all sizes below a node of all children. */
        WIDE
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                return letters(random, 0, 2, 256);
            }
        },
        /** Many children at any depth, behind bytes that fit a node and bytes that do not. */
        WIDE_COMMON
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                final byte[] key = letters(random, 4 + 7 * random.nextInt(3), random.nextInt(3), 40);
                return key.length == 0 ? new byte[1] : key;
            }
        },
        /** One letter, repeated: every key begins all that are longer, and the tree is as deep as keys are long. */
        DEEP
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                return letters(random, 0, random.nextInt(1, 200), 1);
            }
        },
        /** Up to thirty letters of two: forks and ends anywhere. */
        LONG
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                return letters(random, 0, random.nextInt(1, 31), 2);
            }
        },
        /** Like those that applications make: words, numbers, words. */
        TEXT
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                final String[] fields = { "", ":name", ":address:street", ":address:city" };
                return ("\0\0\0\1user:profile:" + random.nextInt(2_000) + fields[random.nextInt(4)]).getBytes();
            }
        },
        /** Runs of common bytes that are cut again and again, longer than a node holds. */
        CUT
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                final byte[] key = new byte[random.nextInt(1, 400)];
                if (random.nextInt(4) > 0)
                {
                    key[random.nextInt(key.length)] = (byte) random.nextInt(4);
                }
                return key;
            }
        },
        /** The longest keys that there are, and some that part late. */
        LONGEST
        {
            @Override
            byte[] next(final SplittableRandom random)
            {
                final int lengthBytes = Keys.MAX_INTERNAL_KEY_LENGTH - 3 * random.nextInt(4);
                final byte[] key = new byte[lengthBytes];
                key[lengthBytes - 1 - random.nextInt(20)] = (byte) random.nextInt(3);
                return key;
            }

            @Override
            int operationCount()
            {
                return 30;
            }
        };

        private static final byte[] LETTERS = { 0, -1, 'a' };

        abstract byte[] next(SplittableRandom random);

        int operationCount()
        {
            return 3_000;
        }

        private static byte[] letters(
            final SplittableRandom random,
            final int commonLength,
            final int length,
            final int letterCount)
        {
            final byte[] key = new byte[commonLength + length];
            Arrays.fill(key, 0, commonLength, (byte) 'c');
            for (int i = commonLength; i < key.length; i++)
            {
                final int letter = random.nextInt(letterCount);
                key[i] = letterCount <= LETTERS.length ? LETTERS[letter] : (byte) letter;
            }
            return key;
        }
    }

    /** What a key has at a sequence; no value for a tombstone. */
    private record Version(long sequence, byte[] value, long expiryMs)
    {
        boolean isTombstone()
        {
            return value == null;
        }

        DirectBuffer valueBytes()
        {
            return new UnsafeBuffer(value == null ? new byte[0] : value);
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
            try (Memtable memtable = new Memtable(CAPACITY_BYTES))
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
        final TreeMap<byte[], TreeMap<Long, Version>> model = new TreeMap<>(Arrays::compareUnsigned);
        long sequence = 0;
        for (int i = 0; i < shape.operationCount(); i++)
        {
            final byte[] key = shape.next(random);
            sequence += random.nextInt(1, 3);
            write(memtable, model, key, sequence, random);
            if (random.nextInt(4) == 0)
            {
                final long snapshot = random.nextLong(sequence + 1);
                checkGet(memtable, model, random.nextBoolean() ? key : shape.next(random), snapshot);
            }
            if (random.nextInt(40) == 0)
            {
                TreeChecker.check(memtable);
                final long snapshot = random.nextInt(3) == 0 ? sequence : random.nextLong(sequence + 1);
                walk(memtable, model, random.nextBoolean() ? key : shape.next(random), snapshot, random);
            }
        }
        assertEquals(shape.operationCount(), memtable.entryCount());
        assertEquals(model.size(), TreeChecker.check(memtable).leafCount());
        scanAll(memtable, model, sequence);
        scanAll(memtable, model, sequence / 2);
    }

    private static void write(
        final Memtable memtable,
        final TreeMap<byte[], TreeMap<Long, Version>> model,
        final byte[] key,
        final long sequence,
        final SplittableRandom random)
    {
        final UnsafeBuffer keyBytes = new UnsafeBuffer(key);
        final TreeMap<Long, Version> versions = model.computeIfAbsent(key, (ignore) -> new TreeMap<>());
        final long allocatedBytes = memtable.allocatedBytes();
        final byte[] value = random.nextInt(5) == 0 ? null : new byte[random.nextInt(40)];
        final long expiryMs = value == null || random.nextBoolean() ? Expiry.NEVER_MS : random.nextLong();
        if (value == null)
        {
            memtable.delete(keyBytes, 0, key.length, sequence);
        }
        else
        {
            Arrays.fill(value, (byte) sequence);
            memtable.put(keyBytes, 0, key.length, sequence, expiryMs, new UnsafeBuffer(value), 0, value.length);
        }
        versions.put(sequence, new Version(sequence, value, expiryMs));
        assertTrue(
            memtable.allocatedBytes() - allocatedBytes <= Memtable
                .footprintBytes(key.length, value == null ? 0 : value.length));
    }

    private void checkGet(
        final Memtable memtable,
        final TreeMap<byte[], TreeMap<Long, Version>> model,
        final byte[] key,
        final long snapshot)
    {
        final TreeMap<Long, Version> versions = model.get(key);
        final Map.Entry<Long, Version> expected = versions == null ? null : versions.floorEntry(snapshot);

        final boolean isFound = memtable.get(new UnsafeBuffer(key), 0, key.length, snapshot, view);

        assertEquals(expected != null, isFound);
        if (isFound)
        {
            assertEquals(expected.getKey(), view.sequence());
            assertEquals(expected.getValue().isTombstone(), view.isTombstone());
            assertEquals(expected.getValue().expiryMs(), view.expiryMs());
            assertEquals(expected.getValue().valueBytes(), view.value());
        }
    }

    /** Seeks somewhere and goes this way and that. */
    private void walk(
        final Memtable memtable,
        final TreeMap<byte[], TreeMap<Long, Version>> model,
        final byte[] start,
        final long snapshot,
        final SplittableRandom random)
    {
        final NavigableMap<byte[], Version> visible = visible(model, snapshot);
        final UnsafeBuffer startBytes = new UnsafeBuffer(start);
        cursor.reset(memtable, snapshot);
        Map.Entry<byte[], Version> expected;
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
        final TreeMap<byte[], TreeMap<Long, Version>> model,
        final long snapshot)
    {
        final NavigableMap<byte[], Version> visible = visible(model, snapshot);
        cursor.reset(memtable, snapshot);
        cursor.seekFirst();
        for (final Map.Entry<byte[], Version> expected : visible.entrySet())
        {
            checkPosition(expected);
            cursor.next();
        }
        checkPosition(null);
        cursor.seekLast();
        for (final Map.Entry<byte[], Version> expected : visible.descendingMap().entrySet())
        {
            checkPosition(expected);
            cursor.previous();
        }
        checkPosition(null);
    }

    private static NavigableMap<byte[], Version> visible(
        final TreeMap<byte[], TreeMap<Long, Version>> model,
        final long snapshot)
    {
        final TreeMap<byte[], Version> visible = new TreeMap<>(Arrays::compareUnsigned);
        for (final Map.Entry<byte[], TreeMap<Long, Version>> versions : model.entrySet())
        {
            final Map.Entry<Long, Version> version = versions.getValue().floorEntry(snapshot);
            if (version != null)
            {
                visible.put(versions.getKey(), version.getValue());
            }
        }
        return visible;
    }

    private void checkPosition(final Map.Entry<byte[], Version> expected)
    {
        assertEquals(expected != null, cursor.isValid());
        if (expected != null)
        {
            final Version version = expected.getValue();
            assertEquals(
                new UnsafeBuffer(expected.getKey()),
                slice(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
            assertEquals(
                version.valueBytes(), slice(cursor.valueBuffer(), cursor.valueOffset(), cursor.valueLength()));
            assertEquals(version.sequence(), cursor.sequence());
            assertEquals(version.expiryMs(), cursor.expiryMs());
            assertEquals(version.isTombstone(), cursor.isTombstone());
        }
    }

    private static DirectBuffer slice(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        return new UnsafeBuffer(buffer, offset, lengthBytes);
    }
}
