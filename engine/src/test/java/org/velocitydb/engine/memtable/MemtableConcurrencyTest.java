package org.velocitydb.engine.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;

/**
 * Readers against the writer, judged by a model that needs no lock: what entry {@code i} does follows from {@code i}
 * alone, so what a snapshot must show follows from its sequence. Readers read and walk both ways at published
 * sequences, mostly the newest, while the writer goes on; every answer must be exactly the model's. Keys share prefixes
 * and infixes, so that new nodes keep coming between a reader and what it is looking for. Many small memtables rather
 * than a large one, because a short list has the most traffic on each link.
 *
 * <p>Model checking cannot take the place of this test: it interleaves at accesses to the heap, and the memtable's
 * links are words off the heap, of whose changes and order it sees nothing.
 */
class MemtableConcurrencyTest
{
    private static final int ROUND_COUNT = 300;
    private static final int ENTRY_COUNT = 6_000;
    private static final int READER_COUNT = 2;
    private static final int KEY_COUNT = 1_500;
    private static final int STEP_COUNT = 6;
    private static final long AWAIT_S = 60;

    @Test
    @Timeout(value = 2 * AWAIT_S, unit = TimeUnit.SECONDS)
    void shouldShowReadersExactlyTheirSnapshotWhileTheWriterGoesOn() throws InterruptedException
    {
        final long firstSeed = System.nanoTime();
        for (int round = 0; round < ROUND_COUNT; round++)
        {
            runRound(new Script(firstSeed + round));
        }
    }

    private static void runRound(final Script script) throws InterruptedException
    {
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final AtomicLong published = new AtomicLong();
        final CountDownLatch started = new CountDownLatch(READER_COUNT);
        try (Memtable memtable = new Memtable(4 << 20))
        {
            final Thread[] readers = new Thread[READER_COUNT];
            for (int i = 0; i < READER_COUNT; i++)
            {
                final Reader reader = new Reader(memtable, script, published, script.seed + i);
                readers[i] = new Thread(() ->
                {
                    started.countDown();
                    guard(reader, failure);
                }, "reader-" + i);
                readers[i].start();
            }
            assertTrue(started.await(AWAIT_S, TimeUnit.SECONDS), "readers did not start");
            guard(() -> writeAll(memtable, script, published), failure);
            // Also after a failure of the writer: it is what lets the readers end.
            published.set(ENTRY_COUNT);
            for (final Thread reader : readers)
            {
                reader.join(TimeUnit.SECONDS.toMillis(AWAIT_S));
                assertTrue(!reader.isAlive(), "reader did not end");
            }
        }
        if (failure.get() != null)
        {
            throw new AssertionError("failed: seed=" + script.seed, failure.get());
        }
    }

    private static void guard(final Runnable work, final AtomicReference<Throwable> failure)
    {
        try
        {
            work.run();
        }
        catch (final Throwable ex)
        {
            failure.compareAndSet(null, ex);
        }
    }

    private static void writeAll(final Memtable memtable, final Script script, final AtomicLong published)
    {
        final UnsafeBuffer value = new UnsafeBuffer(new byte[Long.BYTES]);
        for (int sequence = 1; sequence <= ENTRY_COUNT; sequence++)
        {
            final UnsafeBuffer key = script.keys[script.keyIndex[sequence]];
            if (Script.isTombstone(sequence))
            {
                memtable.delete(key, 0, key.capacity(), sequence);
            }
            else
            {
                value.putLong(0, sequence);
                memtable.put(key, 0, key.capacity(), sequence, Expiry.NEVER_MS, value, 0, Long.BYTES);
            }
            if (sequence % script.batchSize == 0)
            {
                published.setRelease(sequence);
            }
        }
    }

    /** What happens in a round: sorted keys, and which of them each sequence writes. */
    private static final class Script
    {
        private static final byte[] LETTERS = { 0, 'a', 'b', -1 };
        private final long seed;
        private final int batchSize;
        private final UnsafeBuffer[] keys;
        private final int[] keyIndex = new int[ENTRY_COUNT + 1];
        /** Per key, the sequences that write it, ascending. */
        private final int[][] sequences;

        Script(final long seed)
        {
            this.seed = seed;
            final SplittableRandom random = new SplittableRandom(seed);
            batchSize = random.nextInt(1, 5);
            final int commonLength = new int[]{ 0, 6, 10, 14 }[random.nextInt(4)];
            final byte[][] distinct = random.ints(4L * KEY_COUNT, 0, 1 << 16)
                .mapToObj((bits) -> key(bits, commonLength))
                .sorted(Arrays::compareUnsigned)
                .toArray(byte[][]::new);
            keys = distinct(distinct);
            final int[] counts = new int[keys.length];
            for (int sequence = 1; sequence <= ENTRY_COUNT; sequence++)
            {
                keyIndex[sequence] = random.nextInt(keys.length);
                counts[keyIndex[sequence]]++;
            }
            sequences = new int[keys.length][];
            for (int i = 0; i < keys.length; i++)
            {
                sequences[i] = new int[counts[i]];
            }
            Arrays.fill(counts, 0);
            for (int sequence = 1; sequence <= ENTRY_COUNT; sequence++)
            {
                final int index = keyIndex[sequence];
                sequences[index][counts[index]++] = sequence;
            }
        }

        static boolean isTombstone(final long sequence)
        {
            return sequence % 7 == 3;
        }

        private static byte[] key(final int bits, final int commonLength)
        {
            final byte[] key = new byte[commonLength + 1 + (bits & 7)];
            for (int i = commonLength; i < key.length; i++)
            {
                key[i] = LETTERS[(bits >>> (i - commonLength)) & 3];
            }
            return key;
        }

        private static UnsafeBuffer[] distinct(final byte[][] sorted)
        {
            final UnsafeBuffer[] buffers = new UnsafeBuffer[sorted.length];
            int count = 0;
            for (int i = 0; i < sorted.length; i++)
            {
                if (i == 0 || !Arrays.equals(sorted[i - 1], sorted[i]))
                {
                    buffers[count++] = new UnsafeBuffer(sorted[i]);
                }
            }
            return Arrays.copyOf(buffers, count);
        }

        /** Sequence of the version that a snapshot shows of a key; 0 for none. */
        int expected(final int index, final long snapshot)
        {
            int found = 0;
            for (final int sequence : sequences[index])
            {
                if (sequence > snapshot)
                {
                    break;
                }
                found = sequence;
            }
            return found;
        }

        int visibleFrom(final int start, final int step, final long snapshot)
        {
            int index = start;
            while (index >= 0 && index < keys.length && expected(index, snapshot) == 0)
            {
                index += step;
            }
            return index;
        }
    }

    private static final class Reader implements Runnable
    {
        private final Memtable memtable;
        private final Script script;
        private final AtomicLong published;
        private final SplittableRandom random;
        private final EntryView view = new EntryView();
        private final MemtableCursor cursor = new MemtableCursor();

        Reader(final Memtable memtable, final Script script, final AtomicLong published, final long seed)
        {
            this.memtable = memtable;
            this.script = script;
            this.published = published;
            this.random = new SplittableRandom(seed);
        }

        @Override
        public void run()
        {
            long newest;
            do
            {
                newest = published.getAcquire();
                final long snapshot = random.nextInt(8) == 0 ? random.nextLong(newest + 1) : newest;
                final int index = random.nextInt(script.keys.length);
                switch (random.nextInt(4))
                {
                    case 0 -> walk(index, 1, snapshot);
                    case 1 -> walk(index, -1, snapshot);
                    default -> get(index, snapshot);
                }
            }
            while (newest < ENTRY_COUNT);
        }

        private void get(final int index, final long snapshot)
        {
            final UnsafeBuffer key = script.keys[index];
            final int expected = script.expected(index, snapshot);

            final boolean isFound = memtable.get(key, 0, key.capacity(), snapshot, view);

            assertEquals(expected != 0, isFound);
            if (isFound)
            {
                assertEquals(expected, view.sequence());
                assertEquals(Script.isTombstone(expected), view.isTombstone());
                assertEquals(expected, view.isTombstone() ? expected : view.value().getLong(0));
            }
        }

        private void walk(final int start, final int step, final long snapshot)
        {
            final UnsafeBuffer key = script.keys[start];
            cursor.reset(memtable, snapshot);
            int index = script.visibleFrom(step > 0 ? start : start - 1, step, snapshot);
            boolean isValid = step > 0
                ? cursor.seek(key, 0, key.capacity())
                : cursor.seekBefore(key, 0, key.capacity());
            for (int i = 0; i < STEP_COUNT; i++)
            {
                final boolean isExpected = index >= 0 && index < script.keys.length;
                assertEquals(isExpected, isValid);
                if (!isExpected)
                {
                    return;
                }
                checkPosition(index, script.expected(index, snapshot));
                index = script.visibleFrom(index + step, step, snapshot);
                isValid = step > 0 ? cursor.next() : cursor.previous();
            }
        }

        private void checkPosition(final int index, final int expected)
        {
            final DirectBuffer key = new UnsafeBuffer(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength());
            assertEquals(script.keys[index], key);
            assertEquals(expected, cursor.sequence());
            assertEquals(Script.isTombstone(expected), cursor.isTombstone());
            assertEquals(
                expected, cursor.isTombstone() ? expected : cursor.valueBuffer().getLong(cursor.valueOffset()));
        }
    }
}
