package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.cache.BlockCache;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.table.Compression;
import org.velocitydb.engine.memtable.Arena;
import org.velocitydb.journal.storage.FileStorage;

/**
 * Real threads on one store over real files, with memtables so small that it flushes and compacts all the time.
 *
 * <p>Writers put the same number under two keys that lie far apart, in one batch. Whoever reads both as of one sequence
 * must find them equal, and whoever reads one of them again must never find a smaller number, since each writer counts
 * up.
 */
@Timeout(120)
final class StoreConcurrencyTest
{
    private static final int WRITER_COUNT = 3;
    private static final int PAIR_COUNT = 40;
    private static final int BATCHES_PER_WRITER = 4_000;

    @TempDir
    private Path directory;

    private final long arenasBefore = Arena.openCount();
    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicLong checks = new AtomicLong();

    @AfterEach
    void shouldHaveLeftNothingOpen()
    {
        assertEquals(arenasBefore, Arena.openCount(), "memtables left open");
        assertTrue(errors.isEmpty(), () -> "errors: " + errors);
    }

    private Store open()
    {
        return Store.open(new StoreContext()
            .storage(new FileStorage(directory))
            .errorHandler(errors::add)
            .durability(Durability.NONE)
            .memtableEntryCountMax(300)
            .compactionThreshold(2)
            .segmentLength(256 * 1024)
            .ringSlotCount(64)
            .compression(Compression.NONE, Compression.LZ4)
            .blockCacheBytesMax(BlockCache.MAX_BYTES_MIN)
            .cacheSize(CacheSize.ofEntries(32)));
    }

    private void start(final Task task)
    {
        final Thread thread = new Thread(() ->
        {
            try
            {
                task.run();
            }
            catch (final Throwable ex)
            {
                errors.add(ex);
                isOver.set(true);
            }
        });
        threads.add(thread);
        thread.start();
    }

    /** What a thread does. */
    @FunctionalInterface
    private interface Task
    {
        void run() throws Exception;
    }

    private void joinAll() throws InterruptedException
    {
        for (final Thread thread : threads)
        {
            thread.join(TimeUnit.SECONDS.toMillis(60));
            assertFalse(thread.isAlive(), "a thread hangs");
        }
        threads.clear();
    }

    private static byte[] key(final char side, final int writer, final int pair)
    {
        return SteppedStore.bytes(side + "-" + writer + "-" + pair);
    }

    private static byte[] value(final long number)
    {
        return ByteBuffer.allocate(40).putLong(0, number).array();
    }

    @Test
    void shouldShowEveryReaderWholeBatchesInOrder() throws Exception
    {
        try (Store store = open())
        {
            final CountDownLatch writing = new CountDownLatch(WRITER_COUNT);
            for (int writer = 0; writer < WRITER_COUNT; writer++)
            {
                final int id = writer;
                start(() -> writePairs(store, id, writing));
            }
            for (int i = 0; i < 2; i++)
            {
                final int seed = i;
                start(() -> readPairs(store, seed));
                start(() -> scanPairs(store));
            }
            writing.await();
            // On few cores the writers may end before anybody else has had his turn.
            while (!isOver.get() && (checks.get() == 0 || store.counters().compactions() == 0))
            {
                Thread.onSpinWait();
            }
            isOver.set(true);
            joinAll();

            assertTrue(store.counters().flushes() > 3, "it did not flush");
            assertNull(store.failure());
        }
    }

    private void writePairs(final Store store, final int writer, final CountDownLatch writing)
    {
        final SplittableRandom random = new SplittableRandom(writer);
        final WriteBatch batch = new WriteBatch();
        long lastSequence = 0;
        try
        {
            for (long number = 1; number <= BATCHES_PER_WRITER && !isOver.get(); number++)
            {
                final int pair = random.nextInt(PAIR_COUNT);
                batch.clear();
                if (random.nextInt(10) == 0)
                {
                    batch.delete(0, key('a', writer, pair)).delete(0, key('z', writer, pair));
                }
                else
                {
                    batch.put(0, key('a', writer, pair), value(number)).put(0, key('z', writer, pair), value(number));
                }
                final long sequence = store.write(batch, Durability.NONE).sequence();
                assertTrue(sequence >= lastSequence + 2, "sequences of one writer go up");
                lastSequence = sequence;
            }
        }
        finally
        {
            writing.countDown();
        }
    }

    private void readPairs(final Store store, final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final long[][] newest = new long[WRITER_COUNT][PAIR_COUNT];
        final EntryView view = new EntryView();
        long lastSequence = 0;
        try (StoreReader reader = store.newReader())
        {
            while (!isOver.get())
            {
                reader.begin();
                for (int i = 0; i < 20; i++)
                {
                    assertTrue(reader.sequence() >= lastSequence, "the sequence went back");
                    lastSequence = reader.sequence();
                    final int writer = random.nextInt(WRITER_COUNT);
                    final int pair = random.nextInt(PAIR_COUNT);
                    final long left = number(reader, view, key('a', writer, pair));
                    final long right = number(reader, view, key('z', writer, pair));
                    assertEquals(left, right, "half a batch: sequence=" + reader.sequence());
                    assertTrue(left == 0 || left >= newest[writer][pair], "an older value came back");
                    newest[writer][pair] = Math.max(left, newest[writer][pair]);
                    checks.incrementAndGet();
                    if (i % 5 == 4)
                    {
                        reader.refresh();
                    }
                }
                reader.end();
            }
        }
    }

    private static long number(final StoreReader reader, final EntryView view, final byte[] key)
    {
        if (!reader.get(0, new UnsafeBuffer(key), 0, key.length, view))
        {
            return 0;
        }
        assertTrue(view.sequence() <= reader.sequence(), "newer than the section");
        return Long.reverseBytes(view.value().getLong(0));
    }

    private void scanPairs(final Store store)
    {
        try (StoreReader reader = store.newReader(CacheSize.ofEntries(0)))
        {
            while (!isOver.get())
            {
                reader.begin();
                final StoreSnapshot snapshot = reader.snapshot();
                reader.end();
                try (snapshot)
                {
                    final List<String> forward = contents(snapshot, true);
                    Thread.yield();
                    final List<String> backward = contents(snapshot, false);
                    Collections.reverse(backward);
                    assertEquals(forward, backward, "a snapshot changed: sequence=" + snapshot.sequence());
                    assertPaired(forward);
                    checks.incrementAndGet();
                }
            }
        }
    }

    private static List<String> contents(final StoreSnapshot snapshot, final boolean isForward)
    {
        final List<String> found = new ArrayList<>();
        try (EntryCursor cursor = snapshot.cursor(0))
        {
            boolean isOnEntry = isForward ? cursor.seekFirst() : cursor.seekLast();
            while (isOnEntry)
            {
                final byte[] key = new byte[cursor.keyLength()];
                cursor.keyBuffer().getBytes(cursor.keyOffset(), key);
                assertTrue(cursor.sequence() <= snapshot.sequence(), "newer than the snapshot");
                found.add(
                    new String(key, StandardCharsets.UTF_8) + "=" +
                        Long.reverseBytes(cursor.valueBuffer().getLong(cursor.valueOffset())));
                isOnEntry = isForward ? cursor.next() : cursor.previous();
            }
        }
        return found;
    }

    private static void assertPaired(final List<String> entries)
    {
        final List<String> left = entries.stream().filter(entry -> entry.charAt(0) == 'a')
            .map(entry -> entry.substring(1)).toList();
        final List<String> right = entries.stream().filter(entry -> entry.charAt(0) == 'z')
            .map(entry -> entry.substring(1)).toList();
        assertEquals(left, right, "half a batch");
        assertEquals(entries.size(), left.size() + right.size());
    }

    /** Either a call is done or it says that the store is closed; nobody hangs and nobody touches freed memory. */
    @Test
    void shouldEndEveryCallWhenItIsClosedUnderThem() throws Exception
    {
        for (int round = 0; round < 20; round++)
        {
            final Store store = open();
            final CountDownLatch busy = new CountDownLatch(4);
            for (int i = 0; i < 4; i++)
            {
                final int id = i;
                start(() -> callUntilClosed(store, id, busy));
            }
            busy.await();
            store.close();
            joinAll();
        }
    }

    private static void callUntilClosed(final Store store, final int id, final CountDownLatch busy)
    {
        final byte[] key = SteppedStore.bytes("k" + id);
        try
        {
            for (int i = 0;; i++)
            {
                if (i == 20)
                {
                    busy.countDown();
                }
                store.put(key, new byte[id % 2 == 0 ? 100 : 2_000]);
                store.get(key);
            }
        }
        catch (final StoreException ex)
        {
            assertEquals(CommandStatus.CLOSED, ex.status());
        }
        finally
        {
            busy.countDown();
        }
    }

    /** An interrupt of the writer's thread would close the journal's channel, and what was not forced would be lost. */
    @Test
    void shouldCloseInGoodOrderOnAnInterruptedThread()
    {
        for (int round = 0; round < 5; round++)
        {
            final byte[] key = SteppedStore.bytes("k" + round);
            final Store store = open();
            store.put(key, key);
            Thread.currentThread().interrupt();
            store.close();
            assertTrue(Thread.interrupted(), "the interrupt is the caller's to find");
            try (Store reopened = open())
            {
                assertTrue(reopened.get(key) != null);
            }
        }
    }

    @Test
    void shouldKeepAnInterruptForTheCallerOfAWrite()
    {
        try (Store store = open())
        {
            Thread.currentThread().interrupt();
            store.put(new byte[1], new byte[1]);
            assertTrue(Thread.interrupted());
            assertTrue(store.get(new byte[1]) != null);
        }
    }
}
