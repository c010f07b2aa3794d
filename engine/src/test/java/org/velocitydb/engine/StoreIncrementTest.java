package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.SteppedStore.Answer;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.journal.storage.CrashMode;

/**
 * Numbers that are added to.
 */
final class StoreIncrementTest
{
    private static final long CLIENT = 77;
    private static final long MS = 1_000_000;

    private final SteppedStore store = new SteppedStore(context ->
    {
    });

    @AfterEach
    void closeWithoutLeaks()
    {
        store.close();
    }

    private static WriteBatch add(final String key, final long delta)
    {
        return new WriteBatch().increment(0, SteppedStore.bytes(key), delta);
    }

    @Test
    void shouldBeginAtNothingAndKeepTheNumberAsText()
    {
        assertEquals(5, store.write(add("n", 5)).get().counterValue());
        assertEquals("5", store.get("n"));
        assertEquals(-2, store.write(add("n", -7)).get().counterValue());
        assertEquals("-2", store.get("n"));
    }

    @Test
    void shouldAddToANumberThatWasStoredAsText()
    {
        for (final String text : new String[]{ "41", "+41", "0041" })
        {
            store.put("n", text);
            assertEquals(42, store.write(add("n", 1)).get().counterValue(), text);
        }
    }

    @Test
    void shouldAddUpWhatIsNotVisibleYet()
    {
        final Answer first = store.send(add("n", 1));
        final Answer second = store.send(add("n", 1));
        store.stepWriter();

        assertEquals(1, first.get().counterValue());
        assertEquals(2, second.get().counterValue());
    }

    @Test
    void shouldAddUpWithinABatch()
    {
        final byte[] key = SteppedStore.bytes("n");
        final WriteBatch batch = add("n", 3).increment(0, SteppedStore.bytes("m"), 100).increment(0, key, 4);

        final Completion answer = store.write(batch).get();

        assertEquals(7, answer.counterValue(), "of the last increment");
        assertEquals(3, answer.appliedCount());
        assertEquals("7", store.get("n"));
        assertEquals("100", store.get("m"));
    }

    @Test
    void shouldCountOnFromWhatEarlierOperationsOfTheBatchLeave()
    {
        final byte[] key = SteppedStore.bytes("n");
        store.put("n", "1000");

        assertEquals(6, store.write(SteppedStore.putOf("n", "5").increment(0, key, 1)).get().counterValue());
        assertEquals(1, store.write(new WriteBatch().delete(0, key).increment(0, key, 1)).get().counterValue());
        store.write(new WriteBatch().increment(0, key, 1).put(0, key, SteppedStore.bytes("later")));
        assertEquals("later", store.get("n"));
        assertEquals(
            CommandStatus.NOT_A_NUMBER, store.write(SteppedStore.putOf("n", "x").increment(0, key, 1)).status());
    }

    @Test
    void shouldTakeNoNoticeOfOperationsThatAreLeftOut()
    {
        final byte[] key = SteppedStore.bytes("n");
        store.put("n", "10");
        final WriteBatch batch = new WriteBatch()
            .add(
                OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_ABSENT, OperationDescriptor.FLAG_SKIP, 0, 0,
                key, SteppedStore.bytes("x"))
            .increment(0, key, 1);

        assertEquals(11, store.write(batch).get().counterValue());
    }

    @Test
    void shouldRefuseTheWholeBatchForWhatIsNoNumber()
    {
        for (final String text : new String[]{ "", "x", "1x", " 1", "-", "+", "1.0", "9223372036854775808",
            "-9223372036854775809", "99999999999999999999" })
        {
            store.put("n", text);
            final Answer answer = store
                .write(SteppedStore.putOf("other", "1").increment(0, SteppedStore.bytes("n"), 1));

            assertEquals(CommandStatus.NOT_A_NUMBER, answer.status(), text);
            assertEquals(1, answer.get().failedOperation());
            assertNull(store.get("other"));
            assertEquals(text, store.get("n"));
        }
    }

    @Test
    void shouldRefuseTheWholeBatchForASumThatLeaves64Bits()
    {
        store.put("n", Long.toString(Long.MAX_VALUE));
        assertEquals(CommandStatus.NUMBER_OVERFLOW, store.write(add("n", 1)).status());
        assertEquals(-1, store.write(add("n", Long.MIN_VALUE)).get().counterValue());
        store.put("n", Long.toString(Long.MIN_VALUE));
        assertEquals(CommandStatus.NUMBER_OVERFLOW, store.write(add("n", -1)).status());
        assertEquals(Long.toString(Long.MIN_VALUE), store.get("n"));
        final Answer twice = store.write(add("m", Long.MAX_VALUE).increment(0, SteppedStore.bytes("m"), 1));
        assertEquals(CommandStatus.NUMBER_OVERFLOW, twice.status());
        assertEquals(1, twice.get().failedOperation());
        assertNull(store.get("m"));
    }

    @Test
    void shouldKeepTheExpiryAndBeginAgainAfterIt()
    {
        store.write(SteppedStore.putOf("n", "5").ttlMs(10));
        assertEquals(6, store.write(add("n", 1)).get().counterValue());
        assertEquals(7, store.write(add("n", 1).ttlMs(1_000)).get().counterValue(), "it has an expiry already");
        store.advance(10 * MS);
        assertNull(store.get("n"));
        assertEquals(1, store.write(add("n", 1).ttlMs(10)).get().counterValue());
        store.advance(10 * MS);
        assertNull(store.get("n"), "the time to live of a number that began");
    }

    @Test
    void shouldLogTheEffect()
    {
        store.put("n", "5");
        store.write(add("n", 1));
        for (final CrashMode mode : CrashMode.values())
        {
            store.crashAndReopen(mode);
            assertEquals("6", store.get("n"));
        }
    }

    @Test
    void shouldAddOnceHoweverOftenARequestIsSent()
    {
        final Answer first = store.request(CLIENT, 1, add("n", 5));
        store.write(add("n", 1));
        store.crashAndReopen(CrashMode.ALL_LOST);
        final Answer second = store.request(CLIENT, 1, add("n", 5));

        assertTrue(second.get().isReplay());
        assertEquals(first.get().counterValue(), second.get().counterValue());
        assertEquals("6", store.get("n"));
    }

    @Test
    void shouldRememberARefusal()
    {
        store.put("n", "x");
        store.request(CLIENT, 1, SteppedStore.putOf("m", "1").increment(0, SteppedStore.bytes("n"), 5));
        store.put("n", "1");
        store.crashAndReopen(CrashMode.ALL_LOST);
        final Answer second = store.request(CLIENT, 1, add("n", 5));

        assertTrue(second.get().isReplay());
        assertEquals(CommandStatus.NOT_A_NUMBER, second.status());
        assertEquals(1, second.get().failedOperation());
        assertEquals("1", store.get("n"));
    }

    @Test
    void shouldAddUpInLargeBatchesOfFewKeys()
    {
        final SplittableRandom random = new SplittableRandom(1);
        final long[] sums = new long[10];
        for (int round = 0; round < 3; round++)
        {
            final WriteBatch batch = new WriteBatch();
            for (int i = 0; i < 5_000; i++)
            {
                final int key = random.nextInt(sums.length);
                final int delta = random.nextInt(1_000) - 500;
                batch.increment(0, SteppedStore.bytes("key-that-is-long-" + key), delta);
                sums[key] += delta;
            }
            assertEquals(CommandStatus.APPLIED, store.write(batch).status());
        }
        for (int key = 0; key < sums.length; key++)
        {
            assertEquals(Long.toString(sums[key]), store.get("key-that-is-long-" + key));
        }
    }

    @Test
    void shouldWriteAndReadEveryNumber()
    {
        final DecimalText text = new DecimalText();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[DecimalText.LENGTH_MAX]);
        final SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 100_000; i++)
        {
            final long number = switch (i)
            {
                case 0 -> Long.MIN_VALUE;
                case 1 -> Long.MAX_VALUE;
                case 2 -> 0;
                default -> random.nextLong() >> random.nextInt(Long.SIZE);
            };
            final int length = DecimalText.put(buffer, 0, number);
            assertEquals(Long.toString(number), buffer.getStringWithoutLengthAscii(0, length));
            assertTrue(text.tryParse(buffer, 0, length));
            assertEquals(number, text.value());
        }
    }
}
