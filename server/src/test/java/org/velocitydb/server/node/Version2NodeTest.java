package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.memtable.Arena;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.server.node.TestClient2.Frame;

/**
 * What a node answers to clients of version 2.
 */
final class Version2NodeTest
{
    private static final long SECOND_NS = 1_000_000_000L;
    /** Writes that may be outstanding on a {@link SteppedNode}. */
    private static final int PLACE_COUNT = 8;
    private static final String LARGE = "x".repeat(10_000);

    private SteppedNode node;

    private TestClient2 open(final Consumer<NodeContext> settings)
    {
        node = new SteppedNode(settings);
        return node.login();
    }

    private TestClient2 open()
    {
        return open(context ->
        {
        });
    }

    @AfterEach
    void closeWithoutLeaks()
    {
        node.close();
    }

    private static void fill(final TestClient2 client, final int count, final String value)
    {
        for (int i = 0; i < count; i++)
        {
            client.put(String.format("k%03d", i), value);
            assertTrue(client.take().write().isApplied());
        }
    }

    // --- the handshake ---

    @Test
    void shouldAnswerNothingButHelloFirstAndThenNothingBeforeALogin()
    {
        open();
        final TestClient2 client = node.connect();
        client.get("a");
        assertEquals(ErrorCode.NOT_AUTHENTICATED, client.take().code());
        client.empty(MessageType.PING);
        assertEquals(ErrorCode.NOT_AUTHENTICATED, client.take().code());
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        assertEquals(ErrorCode.NOT_AUTHENTICATED, client.take().code());

        client.hello();
        assertEquals(MessageType.SERVER_HELLO, client.take().type());
        client.empty(MessageType.PING);
        assertEquals(MessageType.PONG, client.take().type());
        client.put("a", "1");
        assertEquals(ErrorCode.NOT_AUTHENTICATED, client.take().code());
        client.empty(MessageType.STATS);
        assertEquals(ErrorCode.NOT_AUTHENTICATED, client.take().code());
    }

    @Test
    void shouldRefuseAWrongPasswordAndTakeTheRightOneAfterwards()
    {
        open();
        final TestClient2 client = node.connect();
        client.hello();
        client.take();
        client.auth(SteppedNode.USER, "wrong");
        assertEquals(ErrorCode.INVALID_CREDENTIALS, client.take().code());
        client.auth("nobody", SteppedNode.PASSWORD);
        assertEquals(ErrorCode.INVALID_CREDENTIALS, client.take().code());
        client.get("a");
        assertEquals(ErrorCode.NOT_AUTHENTICATED, client.take().code());
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        assertEquals(MessageType.AUTH_OK, client.take().type());
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        assertEquals(ErrorCode.INVALID_COMMAND, client.take().code());
        client.get("a");
        assertNull(client.take().value());
    }

    @Test
    void shouldHoldBackWhatComesDuringTheLogin()
    {
        open();
        final TestClient2 client = node.connect();
        client.hello();
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        client.put("a", "1");
        final List<Frame> answers = client.take(3);

        assertEquals(MessageType.SERVER_HELLO, answers.get(0).type());
        assertEquals(MessageType.AUTH_OK, answers.get(1).type());
        assertTrue(answers.get(2).write().isApplied());
    }

    @Test
    void shouldAnswerALoginWhoseClientHasGoneWithoutHarm()
    {
        open();
        final TestClient2 client = node.connect();
        client.hello();
        client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
        client.exchange();
        client.close();
        node.steps(50);
        assertEquals(1, node.network().openConnectionCount());
    }

    // --- requests ---

    @Test
    void shouldReadWhatItWasToldIsWritten()
    {
        final TestClient2 client = open();
        final long write = client.put("a", "1");
        final Frame written = client.take();
        assertEquals(write, written.correlationId());
        assertEquals(1, written.write().sequence());
        assertEquals(3, written.write().durability());
        client.get("a");
        assertEquals("1", client.take().value());
        client.multiGet(List.of("absent", "a"));
        final List<String> values = client.take().values();
        assertNull(values.get(0));
        assertEquals("1", values.get(1));
    }

    @Test
    void shouldSayWhyAConditionFailed()
    {
        final TestClient2 client = open();
        client.put("a", "1");
        client.take();
        client.put(WriteRequest.CONDITION_ABSENT, 0, "a", "2");
        final Frame answer = client.take();

        assertFalse(answer.write().isApplied());
        assertEquals(1, answer.write().foundVersion());
        assertEquals(1, answer.write().sequence(), "where it was judged");
    }

    @Test
    void shouldRefuseOtherKeyspacesAndGoOn()
    {
        final TestClient2 client = open();
        client.put(WriteRequest.CONDITION_NONE, 0xFFFF, "a", "1");
        assertEquals(ErrorCode.INVALID_COMMAND, client.take().code());
        client.get(0xFFFF, "a");
        assertEquals(ErrorCode.INVALID_COMMAND, client.take().code());
        client.get("");
        assertEquals(ErrorCode.KEY_OUT_OF_RANGE, client.take().code());
        client.empty(0x70);
        assertEquals(ErrorCode.UNSUPPORTED, client.take().code());
        client.put("a", "1");
        assertTrue(client.take().write().isApplied());
    }

    @Test
    void shouldAnswerAsAnswersAreReady()
    {
        final TestClient2 client = open();
        node.holdWriter(true);
        final long write = client.put("a", "1");
        final long get = client.get("a");
        final long ping = client.empty(MessageType.PING);

        final Frame first = client.take();
        final Frame second = client.take();
        assertEquals(get, first.correlationId());
        assertNull(first.value(), "it was not acknowledged");
        assertEquals(ping, second.correlationId());
        client.pump(20);
        assertFalse(client.hasReceived());

        node.holdWriter(false);
        assertEquals(write, client.take().correlationId());
    }

    @Test
    void shouldRefuseAWriteThatWaitedTooLong()
    {
        final TestClient2 client = open();
        node.holdWriter(true);
        client.timeoutUs(1_000).put("a", "1");
        client.pump(5);
        node.advance(1_000_001);
        node.holdWriter(false);

        final Frame answer = client.take();
        assertEquals(ErrorCode.DEADLINE_EXCEEDED, answer.code());
        assertEquals(Outcome.NOT_DONE, answer.error().outcome());
        client.timeoutUs(Long.MAX_VALUE).put("a", "2");
        assertTrue(client.take().write().isApplied());
    }

    @Test
    void shouldReplayARequestOverAReconnectionAndARestart()
    {
        final TestClient2 client = open();
        node.holdWriter(true);
        client.requestId(5, 1).put("a", "1");
        client.pump(5);
        client.close();
        node.holdWriter(false);
        node.steps(20);

        final TestClient2 second = node.login();
        second.requestId(5, 1).put("a", "1");
        final Frame answer = second.take();
        assertTrue(answer.write().isReplay());
        assertEquals(1, answer.write().sequence());

        node.reopen();
        final TestClient2 third = node.login();
        third.requestId(5, 1).put("a", "1");
        assertTrue(third.take().write().isReplay());
    }

    /** More writes than the node has places for, from a client that sends them all at once. */
    @Test
    void shouldHoldBackWritesForWhichThereIsNoPlace()
    {
        final TestClient2 client = open();
        node.holdWriter(true);
        for (int i = 0; i < 40; i++)
        {
            client.put("k" + i, "v");
        }
        client.pump(30);
        assertFalse(client.hasReceived());
        node.holdWriter(false);

        client.take(40).forEach(frame -> assertTrue(frame.write().isApplied()));
    }

    /** The time allowed counts from when a request came, not from when it was last tried, or first. */
    @Test
    void shouldRefuseWritesThatWaitedTooLongForAPlace()
    {
        final TestClient2 client = open();
        node.holdWriter(true);
        for (int i = 0; i < PLACE_COUNT; i++)
        {
            client.put("k" + i, "v");
        }
        client.timeoutUs(1_000).put("k", "tried again and again");
        client.timeoutUs(1_000).put("k", "waits behind it");
        client.put("k", "may wait");
        client.pump(30);
        node.advance(1_000_001);
        node.holdWriter(false);

        client.take(PLACE_COUNT).forEach(frame -> assertTrue(frame.write().isApplied()));
        assertEquals(ErrorCode.DEADLINE_EXCEEDED, client.take().code());
        assertEquals(ErrorCode.DEADLINE_EXCEEDED, client.take().code());
        assertTrue(client.take().write().isApplied());
    }

    /** Being shown again because there is no place for it yet must not cost a request its client's allowance. */
    @Test
    void shouldNotChargeARequestTwiceThatHadToWait()
    {
        final TestClient2 client = open(context -> context.rateLimitPerSecond(30));
        node.holdWriter(true);
        for (int i = 0; i < 20; i++)
        {
            client.put("k" + i, "v");
        }
        client.pump(100);
        node.holdWriter(false);

        client.take(20).forEach(frame -> assertTrue(frame.write().isApplied()));
    }

    @Test
    void shouldLimitTheRateAndSayWhenToComeAgain()
    {
        final TestClient2 client = open(context -> context.rateLimitPerSecond(10));
        for (int i = 0; i < 11; i++)
        {
            client.get("a");
        }
        client.empty(MessageType.PING);
        final List<Frame> answers = client.take(12);
        answers.subList(0, 10).forEach(frame -> assertNull(frame.value()));
        assertEquals(ErrorCode.RATE_LIMITED, answers.get(10).code());
        assertEquals(100, answers.get(10).error().retryAfterMs());
        assertEquals(MessageType.PONG, answers.get(11).type());

        node.advance(SECOND_NS / 10);
        client.get("a");
        client.get("a");
        assertNull(client.take().value());
        assertEquals(ErrorCode.RATE_LIMITED, client.take().code());
    }

    // --- results of many frames ---

    @Test
    void shouldScanInPagesForASlowReader()
    {
        final TestClient2 client = open();
        fill(client, 150, LARGE);
        client.reading(false);
        client.scan(0, ScanRequest.NO_LIMIT, "k", null);
        client.pump(200);
        client.reading(true);

        final List<String> keys = new ArrayList<>();
        Frame frame;
        int frames = 0;
        do
        {
            frame = client.take();
            keys.addAll(frame.keys());
            frames++;
        }
        while (frame.hasMore());
        assertEquals(150, keys.size());
        assertEquals("k000", keys.get(0));
        assertEquals("k149", keys.get(149));
        assertTrue(frames > 10, "frames=" + frames);
    }

    @Test
    void shouldScanWhatWasAskedFor()
    {
        final TestClient2 client = open();
        fill(client, 30, "v");
        client.scan(0, 3, "k010", null);
        assertEquals(List.of("k010", "k011", "k012"), client.take().keys());
        client.scan(ScanRequest.FLAG_REVERSE, 2, "k010", "k020");
        assertEquals(List.of("k019", "k018"), client.take().keys());
        client.scan(ScanRequest.FLAG_PREFIX | ScanRequest.FLAG_KEYS_ONLY, 0, "k02", null);
        assertEquals(10, client.take().keys().size());
        client.scan(0, 0, "k029", "k029");
        assertEquals(List.of(), client.take().keys());
        client.scan(ScanRequest.FLAG_REVERSE, 1, "", null);
        assertEquals(List.of("k029"), client.take().keys());
    }

    @Test
    void shouldMultiGetInPages()
    {
        final TestClient2 client = open();
        fill(client, 40, LARGE);
        final List<String> wanted = new ArrayList<>();
        for (int i = 39; i >= 0; i--)
        {
            wanted.add(String.format("k%03d", i));
            wanted.add("absent");
        }
        client.multiGet(wanted);
        final List<String> values = new ArrayList<>();
        Frame frame;
        do
        {
            frame = client.take();
            values.addAll(frame.values());
        }
        while (frame.hasMore());

        assertEquals(80, values.size());
        assertEquals(LARGE, values.get(0));
        assertNull(values.get(79));
    }

    @Test
    void shouldGiveUpASnapshotThatIsHeldTooLong()
    {
        final TestClient2 client = open(context -> context.snapshotAgeMaxNs(SECOND_NS));
        fill(client, 600, LARGE);
        client.reading(false);
        client.scan(0, 0, "k", null);
        client.pump(50);
        node.advance(SECOND_NS + 1);
        client.pump(20);
        client.reading(true);

        Frame frame;
        do
        {
            frame = client.take();
        }
        while (frame.hasMore());
        assertEquals(ErrorCode.SNAPSHOT_EXPIRED, frame.code());
        client.get("k000");
        assertEquals(LARGE, client.take().value());
    }

    @Test
    void shouldSayThatTheDeadlineOfAScanIsOver()
    {
        final TestClient2 client = open();
        fill(client, 600, LARGE);
        client.reading(false);
        client.timeoutUs(1_000_000).scan(0, 0, "k", null);
        client.pump(50);
        node.advance(SECOND_NS + 1);
        client.pump(20);
        client.reading(true);

        Frame frame;
        do
        {
            frame = client.take();
        }
        while (frame.hasMore());
        assertEquals(ErrorCode.DEADLINE_EXCEEDED, frame.code());
    }

    /** What a snapshot holds must not be held for as long as a peer likes that does not read. */
    @Test
    void shouldLetGoOfSnapshotsThatAreTooOldThoughThereIsNoRoomToSaySo()
    {
        final TestClient2 client = open(context -> context.snapshotAgeMaxNs(SECOND_NS));
        final TestClient2 other = node.login();
        fill(client, 600, LARGE);
        other.pump(500);
        final long memtablesBefore = Arena.openCount();
        client.reading(false);
        client.scan(0, 0, "k", null);
        client.scan(0, 0, "k", null);
        client.pump(50);
        fill(other, 600, LARGE);
        other.pump(500);
        assertTrue(Arena.openCount() > memtablesBefore, "the snapshots hold a memtable");

        node.advance(SECOND_NS + 1);
        other.pump(500);

        assertEquals(memtablesBefore, Arena.openCount());
        client.reading(true);
        for (int i = 0; i < 2; i++)
        {
            Frame frame;
            do
            {
                frame = client.take();
            }
            while (frame.hasMore());
            assertEquals(ErrorCode.SNAPSHOT_EXPIRED, frame.code());
        }
    }

    @Test
    void shouldNotTakeAConnectionForIdleThatWaitsForItsAnswer()
    {
        final TestClient2 client = open(context -> context.idleTimeoutNs(SECOND_NS));
        node.holdWriter(true);
        client.put("a", "1");
        client.pump(20);
        node.advance(5 * SECOND_NS);
        client.pump(20);
        node.holdWriter(false);

        assertTrue(client.take().write().isApplied());
        node.advance(5 * SECOND_NS);
        assertEquals(ErrorCode.IDLE_TIMEOUT, client.take().code());
    }

    @Test
    void shouldLetGoOfSnapshotsWhenTheConnectionIsClosed()
    {
        final TestClient2 client = open();
        fill(client, 600, LARGE);
        client.reading(false);
        for (int i = 0; i < 20; i++)
        {
            client.scan(0, 0, "k", null);
        }
        client.pump(50);
        client.close();
        node.steps(50);
        assertEquals(0, node.network().openConnectionCount());
        // That nothing is left open shows when the node is closed.
    }

    @Test
    void shouldFinishWhatIsUnderWayForAClientThatHasSentItsLast()
    {
        final TestClient2 client = open();
        fill(client, 50, LARGE);
        node.holdWriter(true);
        client.put("last", "1");
        client.scan(0, 0, "k", null);
        client.pump(5);
        client.endOutput();
        client.pump(20);
        node.holdWriter(false);

        int entries = 0;
        boolean isWritten = false;
        while (!isWritten || entries < 50)
        {
            final Frame frame = client.take();
            if (frame.type() == MessageType.WRITE_RESULT)
            {
                isWritten = frame.write().isApplied();
            }
            else
            {
                entries += frame.keys().size();
            }
        }
        client.awaitClosed();
    }

    /** The limit was lowered after the value had been stored: waiting for room would be for ever. */
    @Test
    void shouldSayThatAValueDoesNotFitIntoAFrame()
    {
        final int[] limit = { 128 * 1024 };
        final TestClient2 first = open(context -> context.maxFrameLength(limit[0]));
        first.put("a", "1");
        first.take();
        first.put("large", "x".repeat(100_000));
        assertTrue(first.take().write().isApplied());
        limit[0] = 64 * 1024;
        node.reopen();
        final TestClient2 client = node.login();

        client.get("large");
        assertEquals(ErrorCode.RESULT_TOO_LARGE, client.take().code());
        client.multiGet(List.of("a", "large"));
        assertEquals(ErrorCode.RESULT_TOO_LARGE, lastOf(client).code());
        client.scan(0, 0, "", null);
        assertEquals(ErrorCode.RESULT_TOO_LARGE, lastOf(client).code());
        client.sql("SELECT key, value FROM kv WHERE key >= 'a'");
        assertEquals(ErrorCode.RESULT_TOO_LARGE, lastOf(client).code());
        client.scan(ScanRequest.FLAG_KEYS_ONLY, 0, "", null);
        assertEquals(List.of("a", "large"), client.take().keys());
    }

    /** What fitted into the frame of a WRITE fits into that of a SCAN, also where it is as long as frames may be. */
    @Test
    void shouldScanTheLongestValueThatCouldBeWritten()
    {
        final TestClient2 client = open(context -> context.maxFrameLength(64 * 1024));
        client.put("k", "x".repeat(64 * 1024 - 24 - 8 - 24 - 1));
        assertTrue(client.take().write().isApplied());
        client.scan(0, 0, "", null);
        assertEquals(List.of("k"), client.take().keys());
        client.multiGet(List.of("k"));
        assertEquals(1, client.take().values().size());
    }

    private static Frame lastOf(final TestClient2 client)
    {
        Frame frame;
        do
        {
            frame = client.take();
        }
        while (frame.hasMore());
        return frame;
    }

    // --- SQL ---

    @Test
    void shouldTakeParametersOfEveryType()
    {
        final TestClient2 client = open();
        final Object[] values = { "text", new byte[]{ 1, 2 }, 42L, 1.5, true };
        for (int i = 0; i < values.length; i++)
        {
            client.sql("INSERT INTO kv (key, value) VALUES (?, ?)", "p" + i, values[i]);
            assertEquals(1, client.take().sql().rowsAffected(), "i=" + i);
        }
        client.sql("SELECT key, value FROM kv WHERE key = ?", "p2");
        assertEquals(List.of("p2", "42"), client.take().cells());
        client.sql("SELECT COUNT(*) FROM kv");
        assertEquals(List.of("5"), client.take().cells());
        client.sql("INSERT INTO kv (key, value) VALUES (?, ?)", "null", null);
        assertEquals(ErrorCode.SQL_ERROR, client.take().code());
        client.sql("UPDATE kv SET value = ? WHERE key = ?", "new", "absent");
        assertEquals(0, client.take().sql().rowsAffected());
        client.sql("DELETE FROM kv WHERE key = ?", "p0");
        assertEquals(1, client.take().sql().rowsAffected());
        client.get("p0");
        assertNull(client.take().value());
    }

    @Test
    void shouldGoOnAfterAnSqlError()
    {
        final TestClient2 client = open();
        client.sql("SELECT FROM kv");
        final Frame error = client.take();
        assertEquals(ErrorCode.SQL_ERROR, error.code());
        assertEquals(7, error.error().position());
        assertEquals(Outcome.NOT_DONE, error.error().outcome());
        client.sql("SELECT key FROM kv");
        assertEquals(List.of(), client.take().cells());
        client.sql("SHOW STATUS");
        assertTrue(client.take().cells().contains("serving"));
    }

    @Test
    void shouldTellStatistics()
    {
        final TestClient2 client = open();
        fill(client, 3, "v");
        client.empty(MessageType.STATS);
        final Frame frame = client.take();
        assertEquals(MessageType.STATS_RESULT, frame.type());
        final String json = frame.text(0, frame.message().capacity());
        JsonChecker.check(json);
        assertTrue(json.contains("\"database\":{") && json.contains("\"server\":{"), json);
        assertTrue(json.contains("\"operations_applied\":3"), json);
    }

    @Test
    void shouldSayThatTheDiskIsFullAndReadOn()
    {
        final TestClient2 client = open();
        fill(client, 5, "v");
        node.storage().capacityBytes(0);
        Frame answer;
        do
        {
            client.put("fill", LARGE);
            answer = client.take();
        }
        while (answer.type() == MessageType.WRITE_RESULT);
        assertEquals(ErrorCode.DISK_FULL, answer.code());
        assertEquals(Outcome.NOT_DONE, answer.error().outcome());
        client.get("k000");
        assertEquals("v", client.take().value());
    }
}
