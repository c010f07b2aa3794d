package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.SteppedStore.Answer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CompletionSink;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;

/**
 * Groups, conditions, retries and deadlines of the writer, a step at a time.
 */
final class StoreWriterTest
{
    private final SteppedStore store = new SteppedStore(context ->
    {
    });

    @AfterEach
    void closeWithoutLeaks()
    {
        store.close();
    }

    // --- groups ---

    @Test
    void shouldForceOnceForAllThatGathered()
    {
        final List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++)
        {
            answers.add(store.send(SteppedStore.putOf("k" + i, "v" + i)));
        }

        store.stepWriter();

        for (int i = 0; i < 5; i++)
        {
            assertEquals(CommandStatus.APPLIED, answers.get(i).status());
            assertEquals(i + 1, answers.get(i).get().sequence());
            assertEquals(Durability.GROUP, answers.get(i).get().durability());
        }
        assertEquals(1, store.store().counters().forces());
        assertEquals(1, store.store().counters().groups().count(2), "groups of 4 to 7 commands");
        assertEquals(5, store.store().counters().commands());
    }

    @Test
    void shouldTellAGroupsEndOnceToEachSinkThatWantsIt()
    {
        final CountingSink wants = new CountingSink(true);
        final CountingSink wantsNot = new CountingSink(false);
        for (int i = 0; i < 3; i++)
        {
            for (final CountingSink sink : List.of(wants, wantsNot))
            {
                final WriteBatch batch = SteppedStore.putOf("k", "v");
                final CommandSlot slot = store.store().commands().tryClaim(batch.lengthBytes());
                slot.payload().putBytes(0, batch.buffer(), 0, batch.lengthBytes());
                slot.operations(batch.operationCount(), Durability.NONE).replyTo(sink, 0, 0, 0);
                store.store().commands().publish(slot);
            }
        }

        store.stepWriter();

        assertEquals(3, wants.completionCount);
        assertEquals(1, wants.groupEndCount);
        assertEquals(3, wantsNot.completionCount);
        assertEquals(0, wantsNot.groupEndCount);
    }

    private static final class CountingSink implements CompletionSink
    {
        private final boolean wantsGroupEnd;
        private int completionCount;
        private int groupEndCount;

        CountingSink(final boolean wantsGroupEnd)
        {
            this.wantsGroupEnd = wantsGroupEnd;
        }

        @Override
        public void onCompletion(final Completion completion)
        {
            completionCount++;
        }

        @Override
        public void onGroupEnd()
        {
            groupEndCount++;
        }

        @Override
        public boolean wantsGroupEnd()
        {
            return wantsGroupEnd;
        }
    }

    @Test
    void shouldMakeAGroupOfOneWhenIdle()
    {
        store.put("a", "1");
        store.put("b", "2");

        assertEquals(2, store.store().counters().forces());
        assertEquals(2, store.store().counters().groups().count(0), "groups of one command");
    }

    @Test
    void shouldEndAGroupAtItsLargestCount()
    {
        final int count = OpenGroup.COMMAND_COUNT_MAX + 1;
        final List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++)
        {
            answers.add(store.send(SteppedStore.putOf("k" + i, "v")));
        }

        store.stepWriter();
        assertTrue(answers.get(count - 2).isThere());
        assertFalse(answers.get(count - 1).isThere());

        store.stepWriter();
        assertTrue(answers.get(count - 1).isThere());
        assertEquals(
            1, store.store().counters().groups().count(StoreCounters.GroupSizes.BUCKET_COUNT - 1),
            "groups of the largest count");
    }

    /** The store looks at the clock before and after the force, which is when the test looks at the store. */
    @Test
    void shouldShowNothingBeforeTheForceHasReturned()
    {
        final List<String> seen = new ArrayList<>();
        store.onClock(() -> seen.add(store.get("a")));

        store.put("a", "1");

        store.onClock(() ->
        {
        });
        assertTrue(seen.size() >= 3, "the clock was read at the cycle's begin and around the force");
        assertTrue(seen.stream().allMatch(value -> value == null), () -> "seen: " + seen);
        assertEquals("1", store.get("a"));
    }

    @Test
    void shouldPassOverAnAbandonedCommand()
    {
        store.store().commands().abandon(store.store().commands().tryClaim(10_000));
        final Answer answer = store.put("a", "1");

        assertEquals(CommandStatus.APPLIED, answer.status());
        assertEquals(0, store.store().commands().overflowBytes());
        assertEquals(0, store.store().commands().backlog());
    }

    @Test
    void shouldAnswerInTheSendersOwnWords()
    {
        final Answer answer = store.put("a", "1");

        assertEquals(7, answer.get().token());
        assertEquals(8, answer.get().correlationId());
        assertEquals(9, answer.get().tag());
    }

    // --- conditions ---

    @Test
    void shouldJudgeEachCondition()
    {
        final long version = store.put("present", "1").get().sequence();
        final Object[][] cases = {
            // condition, expected version, key, whether it holds, version found
            { OperationDescriptor.CONDITION_ABSENT, 0L, "absent", true, 0L },
            { OperationDescriptor.CONDITION_ABSENT, 0L, "present", false, version },
            { OperationDescriptor.CONDITION_PRESENT, 0L, "absent", false, 0L },
            { OperationDescriptor.CONDITION_PRESENT, 0L, "present", true, version },
            { OperationDescriptor.CONDITION_VERSION, version, "present", true, version },
            { OperationDescriptor.CONDITION_VERSION, version + 1, "present", false, version },
            { OperationDescriptor.CONDITION_VERSION, 0L, "absent", false, 0L },
        };
        for (final Object[] row : cases)
        {
            final long before = store.sequence();
            final Answer answer = store.write(new WriteBatch().add(
                OperationDescriptor.KIND_CHECK, (int) row[0], 0, (long) row[1], 0, SteppedStore.bytes((String) row[2]),
                new byte[0]));

            assertEquals(
                (boolean) row[3] ? CommandStatus.APPLIED : CommandStatus.CONDITION_FAILED, answer.status(),
                () -> "condition=" + row[0] + ", version=" + row[1] + ", key=" + row[2]);
            assertEquals((boolean) row[3] ? 0L : row[4], answer.get().foundVersion());
            assertEquals(before, answer.get().sequence(), "where it was judged");
            assertEquals(0, answer.get().appliedCount());
            assertEquals(before, store.sequence(), "a check changes nothing");
        }
    }

    @Test
    void shouldJudgeAgainstWhatTheSameGroupHasApplied()
    {
        final Answer first = store.send(SteppedStore.putIf(OperationDescriptor.CONDITION_ABSENT, 0, "a", "1"));
        final Answer second = store.send(SteppedStore.putIf(OperationDescriptor.CONDITION_ABSENT, 0, "a", "2"));
        final Answer third = store.send(SteppedStore.putIf(OperationDescriptor.CONDITION_VERSION, 1, "a", "3"));

        store.stepWriter();

        assertEquals(CommandStatus.APPLIED, first.status());
        assertEquals(CommandStatus.CONDITION_FAILED, second.status());
        assertEquals(1, second.get().foundVersion());
        assertEquals(CommandStatus.APPLIED, third.status());
        assertEquals("3", store.get("a"));
        assertEquals(1, store.store().counters().forces());
    }

    @Test
    void shouldTakeADeletedKeyForAbsentAlsoAfterAFlush()
    {
        final SteppedStore tiny = new SteppedStore(context -> context.memtableEntryCountMax(1));
        tiny.put("a", "1");
        tiny.write(new WriteBatch().delete(0, SteppedStore.bytes("a")));
        tiny.put("b", "1");
        tiny.settle();

        final Answer answer = tiny.write(SteppedStore.putIf(OperationDescriptor.CONDITION_ABSENT, 0, "a", "2"));

        assertEquals(CommandStatus.APPLIED, answer.status());
        tiny.close();
    }

    @Test
    void shouldDoAllOfABatchOrNothing()
    {
        store.put("a", "1");
        final Answer answer = store.write(new WriteBatch()
            .put(0, SteppedStore.bytes("b"), SteppedStore.bytes("2"))
            .delete(0, SteppedStore.bytes("a"))
            .add(
                OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_PRESENT, 0, 0, 0,
                SteppedStore.bytes("absent"), SteppedStore.bytes("3")));

        assertEquals(CommandStatus.CONDITION_FAILED, answer.status());
        assertEquals(2, answer.get().failedOperation());
        assertEquals(List.of("a=1"), store.scan());
    }

    @Test
    void shouldLeaveOutWhatIsSkippedAlone()
    {
        store.put("a", "1");
        final Answer answer = store.write(new WriteBatch()
            .add(
                OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_ABSENT, OperationDescriptor.FLAG_SKIP, 0, 0,
                SteppedStore.bytes("a"), SteppedStore.bytes("other"))
            .put(0, SteppedStore.bytes("b"), SteppedStore.bytes("2"))
            .add(
                OperationDescriptor.KIND_CHECK, OperationDescriptor.CONDITION_PRESENT, 0, 0, 0,
                SteppedStore.bytes("a"), new byte[0])
            .put(0, SteppedStore.bytes("c"), SteppedStore.bytes("3")));

        assertEquals(CommandStatus.APPLIED, answer.status());
        assertEquals(2, answer.get().appliedCount());
        assertEquals(3, answer.get().sequence());
        assertEquals(List.of("a=1", "b=2", "c=3"), store.scan());
    }

    @Test
    void shouldLetTheLaterOperationOnAKeyWin()
    {
        store.write(new WriteBatch()
            .put(0, SteppedStore.bytes("a"), SteppedStore.bytes("1"))
            .delete(0, SteppedStore.bytes("a"))
            .put(0, SteppedStore.bytes("a"), SteppedStore.bytes("3"))
            .put(0, SteppedStore.bytes("b"), SteppedStore.bytes("1"))
            .delete(0, SteppedStore.bytes("b")));

        assertEquals(List.of("a=3"), store.scan());
    }

    // --- deadlines ---

    @Test
    void shouldRefuseWhatIsLateAndNothingElse()
    {
        store.setClock(1_000);
        final Answer late = store.sendLate(SteppedStore.putOf("late", "1"), 999);
        final Answer onTime = store.sendLate(SteppedStore.putOf("on time", "1"), 1_000);

        store.stepWriter();

        assertEquals(CommandStatus.DEADLINE_EXCEEDED, late.status());
        assertEquals(CommandStatus.APPLIED, onTime.status());
        assertEquals(List.of("on time=1"), store.scan());
        assertEquals(1, store.store().counters().refusedLate());
    }

    @Test
    void shouldJudgeDeadlinesAcrossTheClocksWrap()
    {
        store.setClock(Long.MAX_VALUE - 5);
        final Answer onTime = store.sendLate(SteppedStore.putOf("a", "1"), store.nowNs() + 10);
        store.stepWriter();
        assertEquals(CommandStatus.APPLIED, onTime.status());

        final Answer late = store.sendLate(SteppedStore.putOf("b", "1"), store.nowNs() + 10);
        store.advance(11);
        store.stepWriter();
        assertEquals(CommandStatus.DEADLINE_EXCEEDED, late.status());
    }

    // --- limits ---

    @Test
    void shouldRefuseWhatIsOutOfTheLimits()
    {
        final WriteBatch batch = new WriteBatch();
        assertThrows(IllegalArgumentException.class, () -> batch.put(0, new byte[0], new byte[1]));
        assertThrows(IllegalArgumentException.class, () -> batch.put(0, new byte[64 * 1024 + 1], new byte[1]));
        assertThrows(
            IllegalArgumentException.class, () -> batch.add(4, 0, 0, 0, 0, SteppedStore.bytes("k"), new byte[0]));
        assertThrows(
            IllegalArgumentException.class,
            () -> store.store().write(new WriteBatch(), Durability.GROUP));
        assertEquals(0, batch.operationCount());
    }

    /** A user who could write there could forge the answers to other clients' requests. */
    @Test
    void shouldKeepTheStoresOwnKeyspaceToItself()
    {
        final byte[] key = SteppedStore.bytes("k");
        for (final int keyspace : new int[]{ -1, RequestRecordDescriptor.SYSTEM_KEYSPACE, Integer.MIN_VALUE })
        {
            assertThrows(IllegalArgumentException.class, () -> new WriteBatch().put(keyspace, key, key));
            try (StoreReader reader = store.store().newReader())
            {
                reader.begin();
                try (StoreSnapshot snapshot = reader.snapshot())
                {
                    assertThrows(IllegalArgumentException.class, () -> snapshot.cursor(keyspace));
                }
                reader.end();
            }
        }
        final int last = store.write(new WriteBatch().createKeyspace("last", false)).get().keyspace();
        store.request(1, 1, new WriteBatch().put(last, key, key));

        try (StoreReader reader = store.store().newReader())
        {
            reader.begin();
            try (StoreSnapshot snapshot = reader.snapshot();
                EntryCursor cursor = snapshot.cursor(last))
            {
                assertTrue(cursor.seekLast());
                assertFalse(cursor.next(), "the store's own records stand behind it");
            }
            reader.end();
        }
    }

    @Test
    void shouldStoreTheLongestKeyAndTheLongestValueInOneEntry()
    {
        final SteppedStore large = new SteppedStore(context -> context.segmentLength(1024 * 1024));
        final byte[] key = new byte[64 * 1024];
        final byte[] value = new byte[64 * 1024 * 1024];
        key[key.length - 1] = 5;
        value[value.length - 1] = 7;

        final Answer answer = large.write(new WriteBatch().put(0, key, value));
        assertEquals(CommandStatus.APPLIED, answer.status());
        assertEquals(0, large.store().commands().overflowBytes());

        large.reopen();
        large.put("after", "1");
        large.settle();

        final byte[] found = large.store().get(key);
        assertNotNull(found);
        assertEquals(value.length, found.length);
        assertEquals(7, found[value.length - 1]);
        assertEquals("1", large.get("after"));
        large.close();
    }

    @Test
    void shouldMakeBackPressureOfTooManyLargeCommands()
    {
        final SteppedStore small = new SteppedStore(context -> context.ringOverflowBytes(40_000).ringSlotCount(4));
        final WriteBatch batch = new WriteBatch().put(0, SteppedStore.bytes("k"), new byte[20_000]);
        final Answer answer = small.send(batch);
        assertNull(small.store().commands().tryClaim(batch.lengthBytes()), "the bytes are used up");
        small.stepWriter();
        assertEquals(CommandStatus.APPLIED, answer.status());

        for (int i = 0; i < 4; i++)
        {
            small.send(SteppedStore.putOf("k" + i, "v"));
        }
        assertNull(small.store().commands().tryClaim(10), "the slots are used up");
        small.stepWriter();
        small.send(batch);
        small.stepWriter();
        small.close();
    }
}
