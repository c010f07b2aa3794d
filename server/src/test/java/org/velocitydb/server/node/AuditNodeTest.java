package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.velocitydb.journal.storage.MappedFile;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.server.audit.AuditContext;
import org.velocitydb.server.audit.AuditFullPolicy;
import org.velocitydb.server.audit.AuditReport;
import org.velocitydb.server.audit.AuditScope;
import org.velocitydb.server.audit.AuditVerifier;

/**
 * What requests of both versions leave in the audit log of a node.
 */
final class AuditNodeTest
{
    private static final String FILE = "audit-0000000000000001.jsonl";

    private final SimulatedStorage storage = new SimulatedStorage(7);
    private final List<Throwable> errors = new ArrayList<>();

    @Test
    void shouldLogRequestsOfVersion2WithKeysAndResultsAndNoValues()
    {
        try (SteppedNode node = node(AuditScope.ALL, context ->
        {
        }))
        {
            final TestClient2 client = node.login();
            client.put("user:1", "topsecretvalue");
            client.take().write();
            client.put(WriteRequest.CONDITION_ABSENT, 0, "user:1", "topsecretvalue");
            client.take();
            client.get("user:1");
            client.take();
            client.get("absent");
            client.take();
            client.get(77, "user:1");
            assertEquals(ErrorCode.INVALID_COMMAND, client.take().code());
            client.multiGet(List.of("a", "b"));
            client.take();
            client.scan(ScanRequest.FLAG_PREFIX, 0, "user:", null);
            client.take();
            client.scan(0, 0, "a", "b");
            client.take();
            client.empty(MessageType.STATS);
            client.take();
            client.close();
            node.steps(200);
        }

        assertEquals(List.of(
            "connect OK",
            "login alice OK",
            "put alice 3 0 user:1 OK #",
            "put alice 4 0 user:1 CONDITION_FAILED",
            "get alice 5 0 user:1 OK",
            "get alice 6 0 absent NOT_FOUND",
            "get alice 7 77 user:1 INVALID_COMMAND",
            "multi_get alice 8 2 2 [read 0 a;read 0 b] STARTED",
            "scan alice 9 0 user: STARTED",
            "scan alice 10 0 a b STARTED",
            "admin alice 11 stats OK",
            "logout alice PEER_CLOSED"), events());
        assertIntactWithout("topsecretvalue", SteppedNode.PASSWORD);
    }

    @Test
    void shouldLogRequestsOfTheRedisProtocolWithKeysAndResultsAndNoValues()
    {
        try (SteppedNode node = new SteppedNode(context ->
        {
            SteppedNode.withResp(context);
            context.audit(audit(AuditScope.ALL, audit ->
            {
            }, context));
        }))
        {
            final RespTestClient client = RespTestClient.login(node);
            client.expect("+OK\r\n", "SET", "user:1", "topsecretvalue");
            client.expect("$14\r\ntopsecretvalue\r\n", "GET", "user:1");
            client.expect("$-1\r\n", "GET", "absent");
            client.expect("+OK\r\n", "MSET", "a", "topsecretvalue", "b", "2");
            client.expect(":3\r\n", "INCR", "b");
            client.expect(":1\r\n", "DEL", "a");
            client.expect("*1\r\n$1\r\nb\r\n", "KEYS", "b*");
            client.expect("-ERR value is not an integer or out of range\r\n", "INCRBY", "b", "topsecretvalue");
            client.expect("+PONG\r\n", "PING");
            client.expect("+OK\r\n", "MULTI");
            client.expect("+QUEUED\r\n", "SETNX", "c", "topsecretvalue");
            client.expect("+QUEUED\r\n", "EXPIRE", "c", "10");
            client.expect("*2\r\n:1\r\n:1\r\n", "EXEC");
            client.send("APPEND", "c", "topsecretvalue").send("GET", "b");
            client.expectNext(":28\r\n$1\r\n3\r\n");
            client.expect("+OK\r\n", "FLUSHDB");
            client.close();
            node.steps(200);
        }

        assertEquals(List.of(
            "connect OK",
            "login alice OK",
            "put alice set 0 user:1 OK #",
            "get alice get 0 user:1 OK",
            "get alice get 0 absent NOT_FOUND",
            "batch alice mset 2 2 [put 0 a;put 0 b] OK #",
            "operation alice incr 0 b OK #",
            "delete alice del 0 a OK #",
            "scan alice keys OK",
            "put alice incrby 0 b REFUSED",
            "batch alice exec 2 2 [put 0 c;put 0 c] OK #",
            "operation alice append 0 c OK #",
            "get alice get 0 b OK #",
            "batch alice flushdb OK",
            "batch alice flushdb 3 3 [delete 0 b;delete 0 c;delete 0 user:1] OK #",
            "logout alice PEER_CLOSED"), events());
        assertIntactWithout("topsecretvalue", SteppedNode.PASSWORD);
    }

    @Test
    void shouldLogStatementsOfBothVersionsByKindAndKeyAndNeverTheirText()
    {
        try (SteppedNode node = node(AuditScope.ALL, context ->
        {
        }))
        {
            final TestClient2 client = node.login();
            for (final String statement : List.of(
                "CREATE TABLE t", "INSERT INTO t (key, value) VALUES ('a', 'topsecretvalue'), ('b', 'topsecretvalue')",
                "UPDATE t SET value = 'topsecretvalue' WHERE key = 'a'", "DELETE FROM t WHERE key = 'b'",
                "SELECT value FROM t WHERE key = 'a'", "SELECT * FROM t WHERE key LIKE 'a%'", "SELECT * FROM nowhere",
                "SELEKT 'topsecretvalue'", "SHOW STATS", "DROP TABLE t"))
            {
                client.sql(statement);
                client.take();
            }
            final TestClient1 client1 = node.login1();
            client1.command("INSERT INTO kv (key, value) VALUES ('c', 'topsecretvalue')");
            client1.command("SELECT value FROM kv WHERE key = 'c'");
            client1.command("SELECT value FROM nowhere WHERE key = 'c'");
        }

        assertEquals(List.of(
            "ddl alice 3 create table t OK #",
            "sql alice 4 insert t 2 2 [put 1 a;put 1 b] OK #",
            "sql alice 5 update t 1 a OK #",
            "sql alice 6 delete t 1 b OK #",
            "sql alice 7 select t a STARTED",
            "sql alice 8 select t a b STARTED",
            "sql alice 9 select nowhere  SQL_ERROR",
            "sql alice 10 unreadable SQL_ERROR",
            "admin alice 11 show stats OK",
            "ddl alice 12 drop table t OK #",
            "sql alice insert kv 0 c OK #",
            "sql alice select kv c STARTED",
            "sql alice select nowhere c SQL_ERROR"),
            events().stream().filter(event -> event.matches("(ddl|sql|admin).*")).toList());
        assertIntactWithout("topsecretvalue", SteppedNode.PASSWORD, "SELEKT");
    }

    @Test
    void shouldLogStatementsThatArePreparedThatStandInABlockAndThatDeleteRanges()
    {
        try (SteppedNode node = node(AuditScope.ALL, context ->
        {
        }))
        {
            final TestClient2 client = node.login();
            for (final String statement : List.of(
                "INSERT INTO kv (key, value) VALUES ('a1', 'topsecretvalue'), ('a2', 'topsecretvalue')",
                "BEGIN; INSERT INTO kv (key, value) VALUES ('b', 'topsecretvalue'); " +
                    "CHECK EXISTS kv WHERE key = 'a1'; COMMIT",
                "BEGIN; DELETE FROM kv WHERE key = 'c'; CHECK EXISTS kv WHERE key = 'c'; COMMIT",
                "PREPARE find AS SELECT value FROM kv WHERE key = 'a1'", "EXECUTE find",
                "EXPLAIN SELECT * FROM kv WHERE value = 'topsecretvalue'", "DELETE FROM kv WHERE key LIKE 'a%'",
                "DELETE FROM kv WHERE key LIKE 'a%'", "DEALLOCATE find"))
            {
                client.sql(statement);
                client.take();
            }
            client.sql("SELECT value FROM kv WHERE key = ?", 5L);
            client.take();
        }

        assertEquals(List.of(
            "sql alice 3 insert kv 2 2 [put 0 a1;put 0 a2] OK #",
            "sql alice 4 block 2 2 [put 0 b;check 0 a1] OK #",
            "sql alice 5 block 2 2 [delete 0 c;check 0 c] CONDITION_FAILED",
            "sql alice 6 prepare OK",
            "sql alice 7 select kv a1 OK",
            "sql alice 8 explain OK",
            "sql alice 9 delete kv a b STARTED",
            "sql alice 9 delete kv 2 2 [delete 0 a1;delete 0 a2] OK #",
            "sql alice 10 delete kv a b STARTED",
            "sql alice 11 deallocate OK",
            "sql alice 12 select kv 5 NOT_FOUND"),
            events().stream().filter(event -> event.matches("(ddl|sql|admin).*")).toList());
        assertIntactWithout("topsecretvalue", SteppedNode.PASSWORD);
    }

    @Test
    void shouldLogLoginsAlone()
    {
        try (SteppedNode node = node(AuditScope.LOGINS, context ->
        {
        }))
        {
            final TestClient2 client = node.connect();
            client.hello();
            client.take();
            client.auth("mallory", "guessed-password");
            assertEquals(ErrorCode.INVALID_CREDENTIALS, client.take().code());
            client.auth(SteppedNode.USER, SteppedNode.PASSWORD);
            client.take();
            client.put("a", "1");
            client.take().write();
            client.get("a");
            client.take();
            client.close();
            node.connect().close();
            node.steps(200);
        }

        assertEquals(List.of("login mallory REFUSED", "login alice OK", "logout alice PEER_CLOSED"), events());
        assertIntactWithout("guessed-password", SteppedNode.PASSWORD);
    }

    @Test
    void shouldLogWritesButNoReads()
    {
        try (SteppedNode node = node(AuditScope.WRITES, context ->
        {
        }))
        {
            final TestClient2 client = node.login();
            client.put("a", "1");
            client.take().write();
            client.get("a");
            client.take();
            client.sql("SELECT * FROM kv");
            client.take();
        }

        assertEquals(List.of("login alice OK", "put alice 3 0 a OK #", "logout alice SHUTDOWN"), events());
    }

    @Test
    void shouldStopReadingAConnectionWhileTheLogHasNoRoomAndThenLoseNothing()
    {
        try (SteppedNode node = node(AuditScope.ALL, context -> context.ringBytes(64 * 1024)))
        {
            final TestClient2 client = node.login();
            node.steps(5);
            storage.capacityBytes(1);
            int answered = 0;
            final int sent = 600;
            for (int i = 0; i < sent; i++)
            {
                if (i % 3 == 0)
                {
                    client.put("key " + i, "1");
                }
                else
                {
                    client.get("key " + i);
                }
            }
            client.pump(2000);
            while (client.hasReceived())
            {
                client.take();
                answered++;
            }
            assertTrue(answered > 100 && answered < sent, "answered=" + answered);
            assertEquals("failing", figure(node, "audit_state"));
            assertEquals("degraded: the audit log cannot be written", figure(node, "state"));
            assertFalse("0".equals(figure(node, "audit_held_frames")));
            assertEquals(List.of("the audit log cannot be written"), node.node().whyNotReady());
            assertEquals(1, sample(node, "velocitydb_audit_failing"));
            assertTrue(sample(node, "velocitydb_audit_failures_total") > 0);

            storage.capacityBytes(Long.MAX_VALUE);
            node.advance(2_000_000_000);
            client.take(sent - answered);
            node.steps(100);
            assertEquals("writing", figure(node, "audit_state"));
            assertEquals(List.of(), node.node().whyNotReady());
            assertEquals(0, sample(node, "velocitydb_audit_failing"));
            assertEquals("0", figure(node, "audit_dropped"));
        }

        assertEquals(600, events().stream().filter(event -> event.matches("(put|get) .*")).count());
        assertIntactWithout(SteppedNode.PASSWORD);
        assertEquals(1, errors.size(), errors::toString);
    }

    /** It is sent after its frame was handled, when there may be no room any more. */
    @Test
    void shouldNotDeleteARangeWhileTheLogHasNoRoomForIt()
    {
        try (SteppedNode node = node(AuditScope.ALL, context -> context.ringBytes(64 * 1024)))
        {
            final TestClient2 client = node.login();
            final TestClient2 other = node.login();
            client.write(WriteRequest.KIND_PUT, 0, List.of("range 1", "range 2"));
            client.take().write();
            node.steps(5);
            final List<String> manyKeys = IntStream.range(0, 50).mapToObj(i -> "key " + i).toList();
            storage.capacityBytes(1);
            node.holdWriter(true);
            final int heldWrites = 8;
            for (int i = 0; i < heldWrites; i++)
            {
                other.put("key " + i, "1");
            }
            other.pump(50);
            client.sql("DELETE FROM kv WHERE key LIKE 'range%'");
            client.pump(50);
            for (int i = 0; i < 600; i++)
            {
                // Events far longer than what answered writes give back, so that those make no room.
                other.multiGet(manyKeys);
            }
            other.pump(2000);
            node.holdWriter(false);
            other.pump(100);
            client.pump(100);
            assertFalse(client.hasReceived(), "deleted without a trace");

            storage.capacityBytes(Long.MAX_VALUE);
            node.advance(2_000_000_000);
            other.take(heldWrites + 600);
            assertEquals(2, client.take().sql().rowsAffected());
            node.steps(100);
            assertEquals("0", figure(node, "audit_dropped"));
        }

        assertEquals(
            List.of("delete kv range rangf STARTED", "delete kv 2 2 [delete 0 range 1;delete 0 range 2] OK #"),
            events().stream().filter(event -> event.startsWith("sql "))
                .map(event -> event.replaceAll("sql alice \\d+ ", "")).toList());
        assertEquals(1, errors.size(), errors::toString);
    }

    @Test
    void shouldGoOnWithoutTheLogWhereItIsToDrop()
    {
        try (SteppedNode node = node(
            AuditScope.ALL, context -> context.ringBytes(64 * 1024).whenFull(AuditFullPolicy.DROP)))
        {
            final TestClient2 client = node.login();
            node.steps(5);
            storage.capacityBytes(1);
            for (int i = 0; i < 600; i++)
            {
                client.get("key " + i);
            }
            client.take(600);
            storage.capacityBytes(Long.MAX_VALUE);
            node.advance(2_000_000_000);
            node.steps(100);
            assertFalse("0".equals(figure(node, "audit_dropped")));
        }

        assertEquals(1, lines().stream().filter(line -> line.contains("\"event\":\"dropped\"")).count());
        assertIntactWithout(SteppedNode.PASSWORD);
    }

    // --- helpers ---

    private SteppedNode node(final AuditScope scope, final Consumer<AuditContext> settings)
    {
        return new SteppedNode(context -> context.audit(audit(scope, settings, context)));
    }

    private AuditContext audit(
        final AuditScope scope, final Consumer<AuditContext> settings, final NodeContext context)
    {
        final AuditContext audit = new AuditContext()
            .storage(storage)
            .scope(scope)
            .nanoClock(context.nanoClock())
            .epochClock(() -> 1_763_737_380_123L)
            .errorHandler(errors::add);
        settings.accept(audit);
        return audit;
    }

    private static double sample(final SteppedNode node, final String name)
    {
        return NodeMetricsTest.samples(node).get(name);
    }

    private static String figure(final SteppedNode node, final String name)
    {
        final List<ServerStatistics.Figure> figures = new ArrayList<>(node.node().statistics().status());
        figures.addAll(node.node().statistics().all());
        return figures.stream().filter(figure -> figure.name().equals(name)).findFirst().orElseThrow().text();
    }

    private void assertIntactWithout(final String... secrets)
    {
        final AuditReport report = new AuditVerifier().verify(storage);
        assertTrue(report.isIntact(), report::toString);
        lines().forEach(JsonChecker::check);
        for (final String secret : secrets)
        {
            assertTrue(lines().stream().noneMatch(line -> line.contains(secret)), secret);
        }
    }

    private List<String> lines()
    {
        try (MappedFile file = storage.map(FILE))
        {
            final byte[] bytes = new byte[file.buffer().capacity()];
            file.buffer().getBytes(0, bytes);
            return new String(bytes, StandardCharsets.US_ASCII).lines().toList();
        }
    }

    /** The values of each event's members, without what differs from run to run. */
    private List<String> events()
    {
        return lines().stream().filter(line -> line.contains("\"connection\":")).map(AuditNodeTest::event).toList();
    }

    private static String event(final String line)
    {
        return line.replaceAll("^.*\"event\":", "\"event\":")
            .replaceAll(",\"prev\".*", "")
            .replaceAll("\"connection\":\\d+,", "")
            .replaceAll("\"address\":\"[^\"]*\",?", "")
            .replaceAll("\"sequence\":\\d+", "#")
            .replaceAll("\"[a-z_]+\":", "")
            .replaceAll("\\},\\{", ";")
            .replaceAll("[\"{}]", "")
            .replace(',', ' ');
    }
}
