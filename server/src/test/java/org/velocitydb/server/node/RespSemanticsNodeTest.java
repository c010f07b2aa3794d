package org.velocitydb.server.node;

import java.util.Arrays;
import java.util.Locale;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What commands of the Redis protocol mean where that is easily got wrong: as in Redis itself, on a node that is
 * stepped on one thread and with a clock that the test moves.
 */
class RespSemanticsNodeTest
{
    private static final String OK = "+OK\r\n";
    private static final String NIL = "$-1\r\n";
    private static final String SYNTAX = "-ERR syntax error\r\n";
    private static final String NOT_AN_INTEGER = "-ERR value is not an integer or out of range\r\n";
    private static final String QUEUED = "+QUEUED\r\n";

    private long epochMs = 1_700_000_000_000L;
    private SteppedNode node = open(65 * 1024 * 1024);
    private RespTestClient client = RespTestClient.login(node);

    @AfterEach
    void close()
    {
        node.close();
    }

    private SteppedNode open(final int maxFrameLength)
    {
        return new SteppedNode((context) ->
        {
            SteppedNode.withResp(context);
            context.maxFrameLength(maxFrameLength);
            context.store().epochClock(() -> epochMs);
        });
    }

    private void reopen(final int maxFrameLength)
    {
        node.close();
        node = open(maxFrameLength);
        client = RespTestClient.login(node);
    }

    private void expectInvalidTime(final String... parts)
    {
        client.expect(
            "-ERR invalid expire time in '" + parts[0].toLowerCase(Locale.ROOT) + "' command\r\n", parts);
    }

    // --- options ---

    @Test
    void shouldTakeAnOptionOfSetThatIsThereTwiceAndRefuseThoseThatExcludeEachOther()
    {
        client.expect(OK, "SET", "k", "v", "NX", "nx");
        client.expect(OK, "SET", "k", "v", "XX", "EX", "1", "XX", "ex", "20");
        client.expect(":20\r\n", "TTL", "k");
        client.expect("$1\r\nv\r\n", "SET", "k", "w", "GET", "KEEPTTL", "GET", "keepttl");
        client.expect(":20\r\n", "TTL", "k");
        for (final String options : new String[]{ "NX XX", "XX NX", "EX 1 PX 1", "EX 1 EXAT 1", "EX 1 KEEPTTL",
            "KEEPTTL PX 1", "EX", "NX EX", "PERSIST", "1" })
        {
            final String[] parts = ("SET k x " + options).split(" ");
            client.expect(SYNTAX, parts);
        }
        client.expect("$1\r\nw\r\n", "GETEX", "k", "PERSIST", "persist");
        client.expect("$1\r\nw\r\n", "GETEX", "k", "PX", "1", "PX", "5000");
        client.expect(":5000\r\n", "PTTL", "k");
        for (final String options : new String[]{ "PERSIST EX 1", "EX 1 PERSIST", "NX", "KEEPTTL", "GET", "PX" })
        {
            client.expect(SYNTAX, ("GETEX k " + options).split(" "));
        }
        client.expect("$1\r\nw\r\n", "GET", "k");
    }

    @Test
    void shouldFindWrongSyntaxBeforeAWrongNumber()
    {
        client.expect(SYNTAX, "SET", "k", "v", "EX", "x", "NO");
        client.expect(NOT_AN_INTEGER, "SET", "k", "v", "EX", "x", "NX");
        client.expect(SYNTAX, "GETEX", "k", "EX", "0", "NO");
        client.expect("-ERR Unsupported option NO\r\n", "EXPIRE", "k", "x", "NO");
    }

    @Test
    void shouldRefuseTimesThatAreNoneOrTooLong()
    {
        client.expect(OK, "SET", "there", "v");
        for (final String time : new String[]{ "0", "-1", "9223372036854775807" })
        {
            expectInvalidTime("SET", "k", "v", "EX", time);
            expectInvalidTime("SETEX", "k", time, "v");
            expectInvalidTime("GETEX", "there", "EX", time);
        }
        expectInvalidTime("PSETEX", "k", "0", "v");
        expectInvalidTime("SET", "k", "v", "PXAT", "0");
        expectInvalidTime("EXPIRE", "k", "9223372036854775807");
        expectInvalidTime("EXPIRE", "k", "-9223372036854775807");
        expectInvalidTime("PEXPIRE", "k", "9223372036854775807");
        client.expect(NIL, "GET", "k");
        client.expect(OK, "SET", "k", "v", "PX", "9000000000000000000");
        client.expect(":9000000000000000000\r\n", "PTTL", "k");
    }

    @Test
    void shouldDeleteWhatIsToHaveExpiredBefore()
    {
        for (final String[] parts : new String[][]{ { "EXPIRE", "k", "0" }, { "EXPIRE", "k", "-5" },
            { "PEXPIRE", "k", "-9223372036854775808" }, { "PEXPIREAT", "k", "-9223372036854775808" },
            { "EXPIREAT", "k", "1" }, { "PEXPIREAT", "k", "0" } })
        {
            client.expect(OK, "SET", "k", "v");
            client.expect(":1\r\n", parts);
            client.expect(":0\r\n", "EXISTS", "k");
            client.expect(":0\r\n", parts);
        }
        client.expect(OK, "SET", "k", "v");
        client.expect("$1\r\nv\r\n", "GETEX", "k", "EXAT", "1");
        client.expect(NIL, "GET", "k");
        client.expect(OK, "SET", "k", "v", "EXAT", "1");
        client.expect(NIL, "GET", "k");
        client.expect(OK, "SET", "k", "v", "EX", "10");
        client.expect(":0\r\n", "EXPIRE", "k", "-1", "GT");
        client.expect(":1\r\n", "EXPIRE", "k", "-1", "LT");
        client.expect(NIL, "GET", "k");
    }

    @Test
    void shouldJudgeATimeByTheOneThatIsThere()
    {
        client.expect(":0\r\n", "EXPIRE", "k", "10");
        client.expect(OK, "SET", "k", "v");
        client.expect(":0\r\n", "EXPIRE", "k", "10", "XX");
        client.expect(":0\r\n", "EXPIRE", "k", "10", "GT");
        client.expect(":0\r\n", "EXPIRE", "k", "10", "XX", "LT");
        client.expect(":1\r\n", "EXPIRE", "k", "10", "LT");
        client.expect(":0\r\n", "EXPIRE", "k", "5", "NX");
        client.expect(":0\r\n", "EXPIRE", "k", "10", "GT");
        client.expect(":0\r\n", "PEXPIRE", "k", "10000", "LT");
        client.expect(":1\r\n", "PEXPIRE", "k", "10001", "GT", "XX");
        client.expect(":1\r\n", "EXPIRE", "k", "5", "XX", "LT");
        client.expect(":5\r\n", "TTL", "k");
        client.expect(":1\r\n", "PERSIST", "k");
        client.expect(":0\r\n", "PERSIST", "k");
        client.expect(":1\r\n", "EXPIRE", "k", "5", "NX");
        client.expect(
            "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n", "EXPIRE", "k", "5", "NX", "XX");
        client.expect(
            "-ERR GT and LT options at the same time are not compatible\r\n", "EXPIRE", "k", "5", "GT", "LT");
    }

    // --- transactions ---

    @Test
    void shouldCountATimeToLiveFromWhenTheTransactionIsDone()
    {
        client.expect(OK, "MSET", "a", "1", "b", "2", "c", "3", "d", "4");
        client.expect(OK, "MULTI");
        client.expect(QUEUED, "EXPIRE", "a", "10");
        client.expect(QUEUED, "GETEX", "b", "PX", "20000");
        client.expect(QUEUED, "SET", "c", "3", "EX", "30", "GET");
        client.expect(QUEUED, "SETEX", "d", "40", "4");
        epochMs += 60_000;
        client.expect("*4\r\n:1\r\n$1\r\n2\r\n$1\r\n3\r\n+OK\r\n", "EXEC");
        client.expect(":10\r\n", "TTL", "a");
        client.expect(":20\r\n", "TTL", "b");
        client.expect(":30\r\n", "TTL", "c");
        client.expect(":40\r\n", "TTL", "d");
        epochMs += 10_000;
        client.expect("*4\r\n" + NIL + "$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n", "MGET", "a", "b", "c", "d");
    }

    @Test
    void shouldNotDoATransactionWhoseKeyHasExpiredSinceItWasWatched()
    {
        client.expect(OK, "SET", "k", "v", "PX", "1000");
        client.expect(OK, "WATCH", "k");
        epochMs += 1000;
        client.expect(OK, "MULTI");
        client.expect(QUEUED, "SET", "k", "w");
        client.expect("*-1\r\n", "EXEC");
        client.expect(OK, "WATCH", "k");
        client.expect(OK, "MULTI");
        client.expect(QUEUED, "SET", "k", "w");
        client.expect("*1\r\n+OK\r\n", "EXEC");
    }

    @Test
    void shouldDoTheOtherCommandsOfATransactionWhereTheArgumentsOfOneAreWrong()
    {
        client.expect(OK, "MULTI");
        client.expect(QUEUED, "SET", "a", "1");
        client.expect(QUEUED, "SET", "a", "2", "EX", "x");
        client.expect(QUEUED, "MSETNX", "b", "1", "a");
        client.expect(QUEUED, "INCRBY", "a", "1.5");
        client.expect(QUEUED, "INCR", "a");
        client.expect(
            "*5\r\n+OK\r\n" + NOT_AN_INTEGER + "-ERR wrong number of arguments for 'msetnx' command\r\n" +
                NOT_AN_INTEGER + ":2\r\n",
            "EXEC");
        client.expect(OK, "MULTI");
        client.expect("-ERR wrong number of arguments for 'setex' command\r\n", "SETEX", "a", "1");
        client.expect("-EXECABORT Transaction discarded because of previous errors.\r\n", "EXEC");
    }

    @Test
    void shouldGoOnWatchingWhereThereWasNoTransactionToExecute()
    {
        client.expect(OK, "WATCH", "k");
        client.expect("-ERR EXEC without MULTI\r\n", "EXEC");
        client.expect("-ERR DISCARD without MULTI\r\n", "DISCARD");
        client.expect(OK, "SET", "k", "changed");
        client.expect(OK, "MULTI");
        client.expect(QUEUED, "SET", "k", "mine");
        client.expect("*-1\r\n", "EXEC");
        client.expect(OK, "MULTI");
        client.expect(QUEUED, "GET", "k");
        client.expect("*1\r\n$7\r\nchanged\r\n", "EXEC");
    }

    /** Two requests a second; MULTI counts as none. */
    @Test
    void shouldNotDoATransactionOfWhichACommandWasOverTheLimit()
    {
        node.close();
        node = new SteppedNode((context) -> SteppedNode.withResp(context.rateLimitPerSecond(2)));
        client = RespTestClient.login(node);
        client.send("MULTI").send("SET", "a", "1").send("SET", "b", "2").send("SET", "c", "3");
        client.expectNext(
            OK + QUEUED + QUEUED + "-ERR too many requests a second on this connection, retry_after_ms=500\r\n");
        node.advance(1_000_000_000);
        client.expect("-EXECABORT Transaction discarded because of previous errors.\r\n", "EXEC");
        client.expect(NIL, "GET", "a");
    }

    @Test
    void shouldAnswerATransactionWhoseAnswersAreLongerThanWhatIsSentAtOnce()
    {
        reopen(1024 * 1024);
        final int count = 20;
        final String text = "e".repeat(500_000);
        client.expect(OK, "MULTI");
        for (int i = 0; i < count; i++)
        {
            client.expect(QUEUED, "ECHO", text);
        }
        client.send("EXEC");
        client.expectNext("*20\r\n");
        for (int i = 0; i < count; i++)
        {
            client.expectNext("$500000\r\n" + text + "\r\n");
        }
        client.expect("+PONG\r\n", "PING");
    }

    // --- what is long ---

    /** The frame is as long as it may be, and the operation that is made of it a little longer than a batch. */
    @Test
    void shouldRefuseAValueWithWhichTheBatchIsTooLong()
    {
        reopen(64 * 1024);
        final String set = RespTestClient.request("SET", "k", "v".repeat(60_000));
        final String longest = "v".repeat(60_000 + 64 * 1024 - set.length());
        client.expect(
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n", "SET", "k", longest);
        client.expect(NIL, "GET", "k");
    }

    @Test
    void shouldRefuseToAnswerWithAValueThatIsLongerThanAFrame()
    {
        reopen(64 * 1024);
        client.expect(":40000\r\n", "APPEND", "k", "v".repeat(40_000));
        client.expect(":80000\r\n", "APPEND", "k", "w".repeat(40_000));
        final String refusal = "-ERR the answer is longer than a frame may be: server.max_frame_size, max=65536\r\n";
        client.expect(refusal, "GET", "k");
        client.expect("*2\r\n" + NIL + refusal, "MGET", "absent", "k");
        client.expect(refusal, "GETRANGE", "k", "0", "-1");
        client.expect("$4\r\nvvww\r\n", "GETRANGE", "k", "39998", "40001");
        client.expect(":80000\r\n", "STRLEN", "k");
    }

    // --- parts of values ---

    @Test
    void shouldWriteOverPartsOfValuesWithinTheirBounds()
    {
        client.expect(":0\r\n", "SETRANGE", "k", "5", "");
        client.expect(":0\r\n", "EXISTS", "k");
        client.expect("-ERR offset is out of range\r\n", "SETRANGE", "k", "-1", "x");
        client.expect(NOT_AN_INTEGER, "SETRANGE", "k", "1.5", "x");
        client.expect(
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n", "SETRANGE", "k", "67108864", "x");
        client.expect(
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n", "SETRANGE", "k",
            "9223372036854775807", "x");
        client.expect(":3\r\n", "SETRANGE", "k", "2", "x");
        client.expect("$3\r\n\0\0x\r\n", "GET", "k");
        client.expect(":3\r\n", "SETRANGE", "k", "9223372036854775807", "");
        client.expect(":0\r\n", "APPEND", "empty", "");
        client.expect(":1\r\n", "EXISTS", "empty");
        client.expect("$0\r\n\r\n", "GET", "empty");
    }

    @Test
    void shouldReadPartsOfValuesByOffsetsOfAnyKind()
    {
        client.expect(OK, "SET", "k", "Hello");
        final String[][] ranges = { { "0", "-1", "Hello" }, { "-3", "-1", "llo" }, { "1", "1", "e" },
            { "3", "1", "" }, { "-1", "-3", "" }, { "0", "-100", "H" }, { "-100", "0", "H" }, { "5", "9", "" },
            { "-9223372036854775808", "9223372036854775807", "Hello" }, { "0", "-9223372036854775808", "H" } };
        for (final String[] range : ranges)
        {
            final String answer = "$" + range[2].length() + "\r\n" + range[2] + "\r\n";
            client.expect(answer, "GETRANGE", "k", range[0], range[1]);
            client.expect(OK, "MULTI");
            client.expect(QUEUED, "GETRANGE", "k", range[0], range[1]);
            client.expect("*1\r\n" + answer, "EXEC");
        }
        client.expect("$0\r\n\r\n", "GETRANGE", "absent", "0", "-1");
        client.expect(NOT_AN_INTEGER, "GETRANGE", "absent", "a", "-1");
    }

    // --- numbers ---

    @Test
    void shouldRefuseToCountBeyondSixtyFourBits()
    {
        final String overflow = "-ERR increment or decrement would overflow\r\n";
        client.expect(OK, "SET", "n", "9223372036854775807");
        client.expect(overflow, "INCR", "n");
        client.expect(":-1\r\n", "INCRBY", "m", "-1");
        client.expect("-ERR decrement would overflow\r\n", "DECRBY", "m", "-9223372036854775808");
        client.expect(NOT_AN_INTEGER, "INCRBY", "m", "9223372036854775808");
        client.expect(":-9223372036854775808\r\n", "DECRBY", "m", "9223372036854775807");
        client.expect(overflow, "DECR", "m");
        client.expect(OK, "SET", "n", "1", "EX", "50");
        client.expect(":2\r\n", "INCR", "n");
        client.expect(":50\r\n", "TTL", "n");
        client.expect(NOT_AN_INTEGER, "INCRBY", "n", "1.5");
    }

    // --- several keys ---

    @Test
    void shouldStoreSeveralKeysAllOrNoneWhereTheyMustBeAbsent()
    {
        client.expect("-ERR wrong number of arguments for 'mset' command\r\n", "MSET", "a", "1", "b");
        client.expect("-ERR wrong number of arguments for 'msetnx' command\r\n", "MSETNX", "a", "1", "b");
        client.expect(":1\r\n", "MSETNX", "a", "1", "a", "2");
        client.expect("$1\r\n2\r\n", "GET", "a");
        client.expect(":0\r\n", "MSETNX", "b", "1", "a", "3");
        client.expect(OK, "MULTI");
        client.expect(QUEUED, "MSETNX", "b", "1", "a", "3");
        client.expect(QUEUED, "DEL", "a", "a", "b");
        client.expect(QUEUED, "MSETNX", "b", "1", "a", "3");
        client.expect(QUEUED, "MGET", "a", "b", "c");
        client.expect("*4\r\n:0\r\n:1\r\n:1\r\n*3\r\n$1\r\n3\r\n$1\r\n1\r\n" + NIL, "EXEC");
        client.expect(OK, "SET", "a", "v", "EX", "9");
        client.expect("$1\r\nv\r\n", "GETSET", "a", "w");
        client.expect(":-1\r\n", "TTL", "a");
        client.expect("$1\r\nw\r\n", "GETDEL", "a");
        client.expect(NIL, "GETDEL", "a");
    }

    @Test
    void shouldAnswerAPipelineOfReadsAndWritesInItsOrder()
    {
        final String[] absent = new String[300];
        Arrays.fill(absent, "x");
        absent[0] = "EXISTS";
        client.send("SET", "a", "1").send("GET", "a").send("TTL", "a").send("EXPIRE", "a", "5").send("TTL", "a")
            .send("MGET", "a", "b").send(absent).send("DEL", "a").send("DBSIZE").send("SET", "a", "2", "GET")
            .send("GET", "a").send("FLUSHDB").send("GET", "a").send("APPEND", "a", "x").send("STRLEN", "a")
            .send("MULTI").send("INCR", "n").send("GET", "n").send("EXEC").send("SCAN", "0").send("PING");
        client.expectNext(
            OK + "$1\r\n1\r\n:-1\r\n:1\r\n:5\r\n*2\r\n$1\r\n1\r\n" + NIL + ":0\r\n:1\r\n:0\r\n" + NIL + "$1\r\n2\r\n" +
                OK + NIL + ":1\r\n:1\r\n" + OK + QUEUED + QUEUED + "*2\r\n:1\r\n$1\r\n1\r\n" +
                "*2\r\n$1\r\n0\r\n*2\r\n$1\r\na\r\n$1\r\nn\r\n+PONG\r\n");
    }
}
