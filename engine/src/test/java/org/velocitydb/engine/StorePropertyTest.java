package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.cache.BlockCache;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CompletionSink;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.table.Compression;
import org.velocitydb.journal.SyncMethod;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * A store whose agents are stepped on the test's thread, against a TreeMap: random batches, reads, scans in both
 * directions, snapshots that are held, flushes, compactions, reopenings and crashes.
 */
final class StorePropertyTest
{
    private static final int SEED_COUNT = 40;
    private static final int STEP_COUNT = 600;
    private static final int KEY_COUNT = 120;

    @Test
    void shouldEqualAModel()
    {
        for (long seed = 0; seed < SEED_COUNT; seed++)
        {
            try
            {
                new Run(seed).run();
            }
            catch (final Throwable ex)
            {
                throw new AssertionError("seed=" + seed, ex);
            }
        }
    }

    private static final class Run implements CompletionSink
    {
        private final SplittableRandom random;
        private final SimulatedStorage storage;
        private final TreeMap<String, String> model = new TreeMap<>();
        private final Map<String, Long> versions = new HashMap<>();
        private final WriteBatch batch = new WriteBatch();
        private Store store;
        private StoreReader reader;
        private Completion answer;
        private long valueCount;
        private HeldSnapshot held;
        private long nowNs = 1;

        Run(final long seed)
        {
            random = new SplittableRandom(seed);
            storage = new SimulatedStorage(random.nextLong());
            storage.directAlignment(4096);
        }

        void run() throws Exception
        {
            open();
            for (int i = 0; i < STEP_COUNT; i++)
            {
                step();
            }
            compareAll();
            close();
            assertEquals(0, storage.openHandles());
        }

        private void open()
        {
            store = Store.open(new StoreContext()
                .storage(storage)
                .seed(random.nextLong())
                .isInvoked(true)
                .nanoClock(() -> nowNs)
                .epochClock(() -> 1_700_000_000_000L + nowNs / 1_000_000)
                .errorHandler(ex ->
                {
                    throw new AssertionError(ex);
                })
                .memtableEntryCountMax(10 + random.nextInt(60))
                .compactionThreshold(2 + random.nextInt(3))
                .compression(Compression.values()[random.nextInt(2)], Compression.LZ4)
                .blockCacheBytesMax(BlockCache.MAX_BYTES_MIN)
                .cacheSize(CacheSize.ofEntries(random.nextInt(3) * 16))
                .segmentLength(64 * 1024)
                .journalSyncMethod(random.nextBoolean() ? SyncMethod.DIRECT : SyncMethod.BUFFERED));
            reader = store.newReader();
        }

        private void close()
        {
            release();
            reader.close();
            store.close();
        }

        private void release()
        {
            if (held != null)
            {
                held.snapshot.close();
                held = null;
            }
        }

        private void step() throws Exception
        {
            nowNs += random.nextInt(5_000_000);
            switch (random.nextInt(20))
            {
                case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> write();
                case 9, 10, 11, 12 -> get();
                case 13 -> compareRange();
                case 14, 15, 16 -> maintain(random.nextInt(40));
                case 17 -> holdOrCompareSnapshot();
                case 18 -> {
                    if (random.nextInt(4) == 0)
                    {
                        reopen();
                    }
                }
                default -> {
                    if (random.nextInt(3) == 0)
                    {
                        crash();
                    }
                }
            }
        }

        private String randomKey()
        {
            return "key" + random.nextInt(KEY_COUNT);
        }

        private String randomValue()
        {
            final int length = random.nextInt(30) == 0 ? 9_000 : random.nextInt(100);
            return "value" + valueCount++ + "-".repeat(length);
        }

        private void write() throws Exception
        {
            batch.clear();
            final Map<String, String> changes = new TreeMap<>();
            boolean isRefused = false;
            for (int i = 1 + random.nextInt(4); i > 0; i--)
            {
                final String key = randomKey();
                final boolean isDelete = random.nextInt(3) == 0;
                final int condition = random.nextInt(12) == 0 ? 1 + random.nextInt(3) : 0;
                final long expected = condition == OperationDescriptor.CONDITION_VERSION && random.nextBoolean()
                    ? versions.getOrDefault(key, 0L)
                    : 7;
                final boolean isHolding = holds(condition, key, expected);
                final int flags = random.nextInt(2) * OperationDescriptor.FLAG_SKIP;
                final String value = isDelete ? "" : randomValue();
                batch.add(
                    isDelete ? OperationDescriptor.KIND_DELETE : OperationDescriptor.KIND_PUT, condition, flags,
                    expected, 0, bytes(key), bytes(value));
                isRefused |= !isHolding && flags == 0;
                if (isHolding)
                {
                    changes.put(key, isDelete ? null : value);
                }
            }
            send();
            assertEquals(isRefused ? CommandStatus.CONDITION_FAILED : CommandStatus.APPLIED, answer.status());
            if (!isRefused)
            {
                changes.forEach(this::apply);
            }
        }

        private boolean holds(final int condition, final String key, final long expected)
        {
            return switch (condition)
            {
                case OperationDescriptor.CONDITION_ABSENT -> !model.containsKey(key);
                case OperationDescriptor.CONDITION_PRESENT -> model.containsKey(key);
                case OperationDescriptor.CONDITION_VERSION ->
                    model.containsKey(key) && versions.get(key) == expected;
                default -> true;
            };
        }

        private void apply(final String key, final String value)
        {
            if (value == null)
            {
                model.remove(key);
            }
            else
            {
                model.put(key, value);
            }
            versions.put(key, readVersion(key));
        }

        private long readVersion(final String key)
        {
            final EntryView view = new EntryView();
            reader.begin();
            final byte[] bytes = bytes(key);
            final boolean isFound = reader.get(0, new UnsafeBuffer(bytes), 0, bytes.length, view);
            reader.end();
            return isFound ? view.sequence() : 0;
        }

        private void send() throws Exception
        {
            final CommandSlot slot = store.commands().tryClaim(batch.lengthBytes());
            slot.payload().putBytes(0, batch.buffer(), 0, batch.lengthBytes());
            slot.operations(batch.operationCount(), Durability.GROUP).replyTo(this, 0, 0, 0);
            store.commands().publish(slot);
            answer = null;
            for (int i = 0; answer == null; i++)
            {
                assertTrue(i < 100_000, "no answer");
                store.agents()[0].doWork();
                if (answer == null)
                {
                    maintain(1);
                }
            }
        }

        @Override
        public void onCompletion(final Completion completion)
        {
            answer = new Completion();
            answer.copyFrom(completion);
        }

        @Override
        public void onGroupEnd()
        {
            assertFalse(answer == null);
        }

        private void maintain(final int cycles) throws Exception
        {
            final Agent[] agents = store.agents();
            for (int i = 0; i < cycles; i++)
            {
                agents[1].doWork();
                agents[random.nextInt(3)].doWork();
            }
        }

        private void get()
        {
            final String key = randomKey();
            final byte[] bytes = bytes(key);
            final EntryView view = new EntryView();
            reader.begin();
            final boolean isFound = reader.get(0, new UnsafeBuffer(bytes), 0, bytes.length, view);
            assertEquals(model.get(key), isFound ? text(view) : null, key);
            reader.end();
        }

        private void compareRange()
        {
            reader.begin();
            try (StoreSnapshot snapshot = reader.snapshot())
            {
                reader.end();
                compare(snapshot, model);
            }
        }

        private static void compare(final StoreSnapshot snapshot, final TreeMap<String, String> expected)
        {
            try (EntryCursor cursor = snapshot.cursor(0))
            {
                final TreeMap<String, String> forward = new TreeMap<>();
                for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
                {
                    assertTrue(forward.isEmpty() || forward.lastKey().compareTo(key(cursor)) < 0);
                    forward.put(key(cursor), value(cursor));
                }
                assertEquals(expected, forward);
                final TreeMap<String, String> backward = new TreeMap<>();
                for (boolean isValid = cursor.seekLast(); isValid; isValid = cursor.previous())
                {
                    backward.put(key(cursor), value(cursor));
                }
                assertEquals(expected, backward);
                final UnsafeBuffer bound = new UnsafeBuffer(bytes("key5"));
                assertEquals(
                    expected.ceilingKey("key5"), cursor.seek(bound, 0, 4) ? key(cursor) : null);
                assertEquals(
                    expected.lowerKey("key5"), cursor.seekBefore(bound, 0, 4) ? key(cursor) : null);
            }
        }

        private void holdOrCompareSnapshot()
        {
            if (held == null)
            {
                reader.begin();
                held = new HeldSnapshot(reader.snapshot(), new TreeMap<>(model));
                reader.end();
            }
            else
            {
                compare(held.snapshot, held.expected);
                release();
            }
        }

        private void compareAll()
        {
            compareRange();
            for (int i = 0; i < KEY_COUNT; i++)
            {
                get();
            }
        }

        private void reopen()
        {
            close();
            open();
            compareAll();
        }

        private void crash() throws Exception
        {
            release();
            storage.failAt(storage.operations() + 1 + random.nextInt(30), Fault.CRASH_HALF_WAY);
            try
            {
                maintain(200);
            }
            catch (final RuntimeException ex)
            {
                assertTrue(ex.getClass().getSimpleName().contains("Crash"), ex.toString());
            }
            reader.close();
            closeCrashed();
            storage.crash(CrashMode.values()[random.nextInt(CrashMode.values().length)]);
            open();
            compareAll();
        }

        private void closeCrashed()
        {
            try
            {
                store.close();
            }
            catch (final RuntimeException | AssertionError ex)
            {
                assertTrue(storage.openHandles() >= 0, ex.toString());
            }
        }

        private static byte[] bytes(final String text)
        {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static String text(final EntryView view)
        {
            final byte[] bytes = new byte[view.value().capacity()];
            view.value().getBytes(0, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private static String key(final EntryCursor cursor)
        {
            final byte[] bytes = new byte[cursor.keyLength()];
            cursor.keyBuffer().getBytes(cursor.keyOffset(), bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private static String value(final EntryCursor cursor)
        {
            final byte[] bytes = new byte[cursor.valueLength()];
            cursor.valueBuffer().getBytes(cursor.valueOffset(), bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private record HeldSnapshot(StoreSnapshot snapshot, TreeMap<String, String> expected)
    {
        @Override
        public String toString()
        {
            return "sequence=" + snapshot.sequence() + ", keys=" + Arrays.toString(expected.keySet().toArray());
        }
    }
}
