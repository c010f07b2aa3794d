package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.velocitydb.engine.SteppedStore.Answer;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;

/**
 * Expiring puts, increments, and keyspaces that are made, dropped and made again, against a model, over crashes at any
 * operation of the disk. A request that was under way in a crash is sent again under its id, and must have been done
 * exactly once.
 */
final class StoreCrashModelTest
{
    private static final int SEED_COUNT = 10;
    private static final int STEP_COUNT = 300;
    private static final int KEY_COUNT = 12;
    private static final int NAME_COUNT = 4;
    private static final long CLIENT = 5;
    private static final long MS = 1_000_000;
    private static final long FOREVER = Long.MAX_VALUE;

    @Test
    void shouldEqualAModelOverCrashesAtAnyMoment()
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

    private record Value(String text, long expiryMs)
    {
    }

    private static final class Run
    {
        private final SplittableRandom random;
        private final SteppedStore store;
        /** Keyspaces by name with their ids, the default one included. */
        private final TreeMap<String, Integer> names = new TreeMap<>(Map.of("kv", 0));
        private final Map<Integer, TreeMap<String, Value>> rows = new TreeMap<>(Map.of(0, new TreeMap<>()));
        private int lastId;
        private long requestNumber;

        Run(final long seed)
        {
            random = new SplittableRandom(seed);
            final int entryCountMax = 10 + random.nextInt(40);
            store = new SteppedStore(context -> context.memtableEntryCountMax(entryCountMax));
        }

        void run()
        {
            for (int i = 0; i < STEP_COUNT; i++)
            {
                store.advance(random.nextInt(4) * MS);
                step();
            }
            compare();
            store.close();
        }

        private void step()
        {
            switch (random.nextInt(16))
            {
                case 0 -> define();
                case 1 -> compare();
                case 2 -> store.settle();
                case 3 -> store.reopen();
                case 4, 5 -> store.stepMaintenance();
                default -> write();
            }
        }

        private long nowMs()
        {
            return 1_700_000_000_000L + store.nowNs() / MS;
        }

        // --- commands ---

        private void define()
        {
            final String name = "t" + random.nextInt(NAME_COUNT);
            final boolean isCreation = random.nextBoolean();
            final boolean isSkipping = random.nextBoolean();
            final WriteBatch batch = isCreation
                ? new WriteBatch().createKeyspace(name, isSkipping)
                : new WriteBatch().dropKeyspace(name, isSkipping);
            final Completion answer = sendOnce(batch);
            if (isCreation == names.containsKey(name))
            {
                final CommandStatus refusal = isCreation
                    ? CommandStatus.KEYSPACE_EXISTS
                    : CommandStatus.NO_SUCH_KEYSPACE;
                assertEquals(isSkipping ? CommandStatus.APPLIED : refusal, answer.status());
                assertEquals(isSkipping && isCreation ? names.get(name) : 0, answer.keyspace());
                return;
            }
            assertEquals(CommandStatus.APPLIED, answer.status());
            if (isCreation)
            {
                assertEquals(++lastId, answer.keyspace(), "ids count up and are not used twice");
                names.put(name, lastId);
                rows.put(lastId, new TreeMap<>());
            }
            else
            {
                rows.remove(names.remove(name));
            }
        }

        /** A batch of puts, expiring puts, deletes and increments, now and then in a dropped keyspace. */
        private void write()
        {
            final WriteBatch batch = new WriteBatch();
            final Map<Integer, TreeMap<String, Value>> after = new TreeMap<>();
            rows.forEach((id, table) -> after.put(id, new TreeMap<>(table)));
            CommandStatus expected = CommandStatus.APPLIED;
            long counter = 0;
            for (int i = 1 + random.nextInt(4); i > 0; i--)
            {
                final int keyspace = random.nextInt(20) == 0 ? 1 + random.nextInt(lastId + 1) : anyKeyspace();
                final String key = "k" + random.nextInt(KEY_COUNT);
                final TreeMap<String, Value> table = after.getOrDefault(keyspace, new TreeMap<>());
                expire(table);
                final Value before = table.get(key);
                final boolean isJudged = expected == CommandStatus.APPLIED;
                if (isJudged && !rows.containsKey(keyspace))
                {
                    expected = CommandStatus.NO_SUCH_KEYSPACE;
                }
                switch (random.nextInt(6))
                {
                    case 0 -> {
                        batch.delete(keyspace, bytes(key));
                        table.remove(key);
                    }
                    case 1, 2 -> {
                        final long ttlMs = 1 + random.nextInt(60);
                        final String text = text();
                        batch.put(keyspace, bytes(key), bytes(text)).ttlMs(ttlMs);
                        table.put(key, new Value(text, nowMs() + ttlMs));
                    }
                    case 3, 4 -> {
                        final int delta = random.nextInt(100) - 50;
                        batch.increment(keyspace, bytes(key), delta);
                        if (before != null && !before.text().matches("-?\\d+"))
                        {
                            expected = expected == CommandStatus.APPLIED ? CommandStatus.NOT_A_NUMBER : expected;
                        }
                        else
                        {
                            counter = (before == null ? 0 : Long.parseLong(before.text())) + delta;
                            table.put(
                                key, new Value(Long.toString(counter), before == null ? FOREVER : before.expiryMs()));
                        }
                    }
                    default -> {
                        final String text = text();
                        batch.put(keyspace, bytes(key), bytes(text));
                        table.put(key, new Value(text, FOREVER));
                    }
                }
            }
            final Completion answer = sendOnce(batch);
            assertEquals(expected, answer.status());
            if (expected == CommandStatus.APPLIED)
            {
                assertEquals(batch.operationCount(), answer.appliedCount());
                assertEquals(counter, answer.counterValue());
                rows.clear();
                rows.putAll(after);
            }
        }

        private int anyKeyspace()
        {
            final List<Integer> ids = new ArrayList<>(names.values());
            return ids.get(random.nextInt(ids.size()));
        }

        private String text()
        {
            return random.nextInt(4) == 0 ? "text" + "-".repeat(random.nextInt(300)) : Long.toString(random.nextInt(9));
        }

        /**
         * Sends a request under an id, now and then with a crash in the middle of it, and sends it again then, and now
         * and then once more for nothing.
         */
        private Completion sendOnce(final WriteBatch batch)
        {
            requestNumber++;
            if (random.nextInt(5) == 0)
            {
                final long sentNs = store.nowNs();
                store.storage().failAt(
                    store.storage().operations() + 1 + random.nextInt(4),
                    random.nextBoolean() ? Fault.CRASH : Fault.CRASH_HALF_WAY);
                store.request(CLIENT, requestNumber, batch);
                store.crashAndReopen(CrashMode.values()[random.nextInt(CrashMode.values().length)]);
                assertEquals(sentNs, store.nowNs(), "the model knows one time for both");
            }
            final Answer answer = store.request(CLIENT, requestNumber, batch);
            for (int i = 0; !answer.isThere(); i++)
            {
                assertTrue(i < 10_000, "no answer");
                store.stepMaintenance();
                store.stepWriter();
            }
            if (random.nextInt(4) == 0)
            {
                final Completion again = store.request(CLIENT, requestNumber, batch).get();
                assertTrue(again.isReplay());
                assertEquals(answer.get().status(), again.status());
                assertEquals(answer.get().counterValue(), again.counterValue());
                assertEquals(answer.get().keyspace(), again.keyspace());
            }
            return answer.get();
        }

        // --- what is there ---

        private void expire(final TreeMap<String, Value> table)
        {
            table.values().removeIf((value) -> value.expiryMs() <= nowMs());
        }

        private void compare()
        {
            assertEquals(names, store.store().keyspaces());
            try (StoreReader reader = store.store().newReader())
            {
                reader.begin();
                try (StoreSnapshot snapshot = reader.snapshot())
                {
                    for (int id = 0; id <= lastId + 1; id++)
                    {
                        final TreeMap<String, String> expected = new TreeMap<>();
                        if (rows.containsKey(id))
                        {
                            expire(rows.get(id));
                            rows.get(id).forEach((key, value) -> expected.put(key, value.text()));
                        }
                        assertEquals(expected, scan(snapshot, id), "keyspace=" + id);
                    }
                }
                reader.end();
            }
        }

        private static TreeMap<String, String> scan(final StoreSnapshot snapshot, final int keyspace)
        {
            final TreeMap<String, String> found = new TreeMap<>();
            try (EntryCursor cursor = snapshot.cursor(keyspace))
            {
                for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
                {
                    assertNotNull(cursor.keyBuffer());
                    final byte[] key = new byte[cursor.keyLength()];
                    final byte[] value = new byte[cursor.valueLength()];
                    cursor.keyBuffer().getBytes(cursor.keyOffset(), key);
                    cursor.valueBuffer().getBytes(cursor.valueOffset(), value);
                    found.put(
                        new String(key, StandardCharsets.UTF_8), new String(value, StandardCharsets.UTF_8));
                }
            }
            return found;
        }

        private static byte[] bytes(final String text)
        {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
