package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.SteppedStore.Answer;
import org.velocitydb.engine.command.CommandResults;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Commands whose operations are evaluated one after the other: each sees what those before it leave, all of them are
 * applied together, and what they come to is told.
 */
class StoreEvaluationTest
{
    private static final int SEED_COUNT = 300;
    private static final int NONE = OperationDescriptor.CONDITION_NONE;
    private static final int ABSENT = OperationDescriptor.CONDITION_ABSENT;
    private static final int PRESENT = OperationDescriptor.CONDITION_PRESENT;
    private static final int SKIP = OperationDescriptor.FLAG_SKIP;
    private static final int RETURN = OperationDescriptor.FLAG_RETURN;

    private final SteppedStore store = new SteppedStore(context -> context.memtableEntryCountMax(100_000));

    @AfterEach
    void close()
    {
        store.close();
    }

    /** Operations as a server encodes them; a {@link WriteBatch} takes none that are to be evaluated. */
    private static final class Operations
    {
        private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        private int lengthBytes;
        private int count;

        Operations add(
            final int kind, final int condition, final int flags, final long operand, final String key,
            final String value)
        {
            return add(kind, condition, flags, operand, key, SteppedStore.bytes(value));
        }

        Operations add(
            final int kind, final int condition, final int flags, final long operand, final String key,
            final byte[] value)
        {
            final byte[] keyBytes = SteppedStore.bytes(key);
            OperationDescriptor.putHeader(
                buffer, lengthBytes, kind, condition, flags, operand, 0, keyBytes.length, value.length);
            final int keyOffset = OperationDescriptor.userKeyOffset(lengthBytes);
            buffer.putBytes(keyOffset, keyBytes);
            buffer.putBytes(keyOffset + keyBytes.length, value);
            lengthBytes += OperationDescriptor.encodedLength(keyBytes.length, value.length);
            buffer.checkLimit(lengthBytes);
            count++;
            return this;
        }

        Operations guard(final String key, final int guardedCount)
        {
            final int offset = lengthBytes;
            add(OperationDescriptor.KIND_CHECK, ABSENT, OperationDescriptor.FLAG_GUARD, 0, key, "");
            OperationDescriptor.putTtl(buffer, offset, guardedCount);
            return this;
        }

        Operations expireAfter(final String key, final int condition, final long ttlMs)
        {
            final int offset = lengthBytes;
            add(OperationDescriptor.KIND_EXPIRE, condition, SKIP, 0, key, "");
            OperationDescriptor.putTtl(buffer, offset, ttlMs);
            return this;
        }

        Operations increment(final String key, final long delta)
        {
            final byte[] bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(delta).array();
            return add(OperationDescriptor.KIND_INCREMENT, NONE, 0, 0, key, bytes);
        }
    }

    private CommandSlot claim(final Operations operations, final boolean withResults, final Answer answer)
    {
        final CommandSlot slot = store.store().commands().tryClaim(operations.lengthBytes);
        slot.payload().putBytes(0, operations.buffer, 0, operations.lengthBytes);
        return slot.operations(operations.count, Durability.STORE_DEFAULT).replyTo(answer, 7, 8, 9)
            .evaluated(withResults);
    }

    private Completion evaluate(final Operations operations, final boolean withResults)
    {
        final Answer answer = new Answer();
        store.store().commands().publish(claim(operations, withResults, answer));
        store.stepWriter();
        return answer.get();
    }

    private static String value(final CommandResults results)
    {
        return results.valueLength() == CommandResults.NO_VALUE
            ? null
            : results.buffer().getStringWithoutLengthUtf8(results.valueOffset(), results.valueLength());
    }

    @Test
    void shouldAppendAndTellTheLength()
    {
        final Operations batch = new Operations().add(
            OperationDescriptor.KIND_APPEND, NONE, 0, 0, "k", "ab");

        assertEquals(2, evaluate(batch, false).counterValue());
        assertEquals(4, evaluate(batch, false).counterValue());
        assertEquals("abab", store.get("k"));
    }

    @Test
    void shouldTakeAValueAwayAndTellIt()
    {
        store.put("k", "v");
        final Operations batch = new Operations().add(OperationDescriptor.KIND_DELETE, NONE, RETURN, 0, "k", "");

        final CommandResults first = evaluate(batch, true).results();
        first.next();
        final CommandResults second = evaluate(batch, true).results();
        second.next();

        assertEquals("v", value(first));
        assertNull(value(second));
        assertNull(store.get("k"));
    }

    @Test
    void shouldSeeWhatIsNotVisibleYet()
    {
        final Operations batch = new Operations().add(
            OperationDescriptor.KIND_SET_RANGE, NONE, 0, 2, "k", "xy");
        final Answer answer = new Answer();
        store.send(SteppedStore.putOf("k", "abcdef"));
        store.store().commands().publish(claim(batch, false, answer));
        store.stepWriter();

        assertEquals(6, answer.get().counterValue());
        assertEquals("abxyef", store.get("k"));
    }

    @Test
    void shouldRefuseTheWholeCommandWhereItsResultsAreNotAskedFor()
    {
        store.put("n", "x");
        final Operations batch = new Operations().add(OperationDescriptor.KIND_PUT, NONE, 0, 0, "a", "1")
            .increment("n", 1);

        assertEquals(CommandStatus.NOT_A_NUMBER, evaluate(batch, false).status());
        assertNull(store.get("a"));

        final CommandResults results = evaluate(batch, true).results();
        results.next();
        results.next();
        assertEquals(CommandStatus.NOT_A_NUMBER, results.status());
        assertEquals("1", store.get("a"));
        assertEquals("x", store.get("n"));
    }

    @Test
    void shouldLeaveOutWhatAGuardStandsBefore()
    {
        store.put("b", "there");
        final Operations batch = new Operations().guard("a", 3).guard("b", 2);
        batch.add(OperationDescriptor.KIND_PUT, NONE, 0, 0, "a", "1");
        batch.add(OperationDescriptor.KIND_PUT, NONE, 0, 0, "b", "2");
        batch.add(OperationDescriptor.KIND_PUT, NONE, 0, 0, "c", "3");

        evaluate(batch, true);

        assertNull(store.get("a"));
        assertEquals("there", store.get("b"));
        assertEquals("3", store.get("c"));
    }

    @Test
    void shouldDoNothingWhereACheckFails()
    {
        store.put("k", "v");
        final Operations batch = new Operations().add(
            OperationDescriptor.KIND_CHECK, OperationDescriptor.CONDITION_VERSION, 0, 77, "k", "");
        batch.add(OperationDescriptor.KIND_PUT, NONE, 0, 0, "k", "w");

        assertEquals(CommandStatus.CONDITION_FAILED, evaluate(batch, true).status());
        assertEquals("v", store.get("k"));
    }

    @Test
    void shouldCountATimeToLiveFromWhenItIsEvaluated()
    {
        final int expire = OperationDescriptor.KIND_EXPIRE;
        store.put("k", "v");
        store.put("stays", "v");
        final Operations batch = new Operations()
            .expireAfter("k", NONE, 10_000)
            .expireAfter("k", OperationDescriptor.CONDITION_LATER, 10_000)
            .expireAfter("k", OperationDescriptor.CONDITION_EXPIRES_EARLIER, 9_999)
            .expireAfter("stays", OperationDescriptor.CONDITION_EARLIER, Long.MAX_VALUE - 1)
            .add(expire, NONE, 0, 0, "stays", "");
        store.advance(60_000_000_000L);

        final CommandResults results = evaluate(batch, true).results();
        final StringBuilder applied = new StringBuilder();
        while (results.next())
        {
            applied.append(results.isApplied() ? 'y' : 'n');
        }

        assertEquals("ynyny", applied.toString());
        store.advance(9_000_000_000L);
        assertEquals("v", store.get("k"));
        assertNull(store.get("stays"));
        store.advance(1_000_000_000L);
        assertNull(store.get("k"));
    }

    @Test
    void shouldBoundTheLengthOfAValue()
    {
        final Operations batch = new Operations().add(
            OperationDescriptor.KIND_SET_RANGE, NONE, 0, Long.MAX_VALUE - 1, "k", "x");

        assertEquals(CommandStatus.TOO_LONG, evaluate(batch, false).status());
        assertEquals(CommandStatus.TOO_LONG, evaluate(batch, true).status());
    }

    @Test
    void shouldAgreeWithAModel()
    {
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            agree(seed);
        }
    }

    private void agree(final int seed)
    {
        final Random random = new Random(seed);
        final Map<String, String> model = new HashMap<>();
        for (final String key : store.scan())
        {
            model.put(key.substring(0, key.indexOf('=')), key.substring(key.indexOf('=') + 1));
        }
        final Operations batch = new Operations();
        final StringBuilder expected = new StringBuilder();
        for (int i = 1 + random.nextInt(8); i > 0; i--)
        {
            addToBoth(batch, model, random, expected);
        }
        final CommandResults results = evaluate(batch, true).results();
        final StringBuilder found = new StringBuilder();
        while (results.next())
        {
            found.append(results.isFound()).append(results.isApplied()).append(results.status())
                .append(value(results)).append(';');
        }
        results.release();
        assertEquals(expected.toString(), found.toString(), "seed " + seed);
        for (final String key : new String[]{ "a", "b", "c" })
        {
            assertEquals(model.get(key), store.get(key), "seed " + seed + ", key " + key);
        }
    }

    private static void addToBoth(
        final Operations batch, final Map<String, String> model, final Random random, final StringBuilder expected)
    {
        final String key = String.valueOf((char) ('a' + random.nextInt(3)));
        final String before = model.get(key);
        final String text = Integer.toString(random.nextInt(100));
        final boolean isReturned = random.nextBoolean();
        final int flags = SKIP | (isReturned ? RETURN : 0);
        final int condition = new int[]{ NONE, ABSENT, PRESENT }[random.nextInt(3)];
        final boolean holds = condition == NONE || condition == ABSENT == (before == null);
        String after = before;
        boolean isApplied = holds;
        final CommandStatus status = CommandStatus.APPLIED;
        switch (random.nextInt(6))
        {
            case 0 -> {
                batch.add(OperationDescriptor.KIND_PUT, condition, flags, 0, key, text);
                after = text;
            }
            case 1 -> {
                batch.add(OperationDescriptor.KIND_DELETE, condition, flags, 0, key, "");
                isApplied &= before != null;
                after = null;
            }
            case 2 -> {
                batch.add(OperationDescriptor.KIND_APPEND, condition, flags, 0, key, text);
                after = Objects.requireNonNullElse(before, "") + text;
            }
            case 3 -> {
                final int from = random.nextInt(5);
                batch.add(OperationDescriptor.KIND_SET_RANGE, condition, flags, from, key, text);
                final StringBuilder set = new StringBuilder(Objects.requireNonNullElse(before, ""));
                set.setLength(Math.max(set.length(), from + text.length()));
                after = set.replace(from, from + text.length(), text).toString();
            }
            case 4 -> batch.add(OperationDescriptor.KIND_READ, condition, flags, 0, key, "");
            default -> {
                batch.add(
                    OperationDescriptor.KIND_EXPIRE, condition, flags, Long.MIN_VALUE + random.nextInt(9), key,
                    "");
                isApplied &= before != null;
                after = null;
            }
        }
        if (isApplied)
        {
            model.put(key, after);
            model.remove(key, null);
        }
        expected.append(before != null).append(isApplied).append(status).append(isReturned ? before : null)
            .append(';');
    }
}
