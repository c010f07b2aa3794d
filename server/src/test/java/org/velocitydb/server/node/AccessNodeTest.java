package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.server.node.TestClient2.Frame;
import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.Role;
import org.velocitydb.server.users.Scope;
import org.velocitydb.server.users.UserDirectory;

/**
 * Roles and scopes, over both protocols and SQL.
 */
final class AccessNodeTest
{
    private static final String ADMIN = "root";
    private static final List<String> TABLES = List.of("kv", "orders");
    private static final List<String> NO_SCOPES = List.of();
    /** Every key of up to four of these letters; prefixes and bounds of tests use those between the ends alone. */
    private static final String LETTERS = "0abcd";
    private static final int KEY_LENGTH_MAX = 4;
    private static final int REQUEST_COUNT = 1_500;
    private static final List<String> UNIVERSE = universe();

    private static Principal user(final String name, final Role role, final List<String> scopes)
    {
        return Principal.of(name, role, scopes.stream().map(Scope::parse).toList(), SteppedNode.anyPhc(), false);
    }

    private static SteppedNode nodeOf(final Principal... users)
    {
        final List<Principal> all = new ArrayList<>(List.of(users));
        all.add(user(ADMIN, Role.ADMIN, NO_SCOPES));
        return new SteppedNode((context) -> context.users(UserDirectory.of(all)));
    }

    private static Frame sql(final TestClient2 client, final String statement)
    {
        client.sql(statement);
        return client.take();
    }

    private static void assertForbidden(final Frame frame)
    {
        assertEquals(ErrorCode.FORBIDDEN, frame.code());
    }

    @Test
    void shouldLetTheRoleReadWriteNothingOverEitherProtocol()
    {
        try (SteppedNode node = nodeOf(user("bob", Role.READ, NO_SCOPES)))
        {
            final TestClient2 client = node.login("bob");
            client.put("a", "1");
            assertForbidden(client.take());
            client.write(WriteRequest.KIND_DELETE, 0, List.of("a"));
            assertForbidden(client.take());
            client.write(WriteRequest.KIND_CHECK, 0, List.of("a"));
            assertForbidden(client.take());
            for (final String statement : List.of(
                "INSERT INTO kv (key, value) VALUES ('a', 1)", "UPDATE kv SET value = 1 WHERE key = 'a'",
                "DELETE FROM kv WHERE key = 'a'", "CREATE TABLE t", "DROP TABLE t", "DROP TABLE IF EXISTS t"))
            {
                assertForbidden(sql(client, statement));
                assertTrue(node.login1("bob").command(statement).text().startsWith("the user may not do this: "));
            }
            client.get("a");
            assertEquals(null, client.take().value());
            assertEquals(List.of("0"), sql(client, "SELECT COUNT(*) FROM kv").cells());
            assertEquals(MessageType.SQL_RESULT, sql(client, "SHOW STATS").type());
            client.empty(MessageType.STATS);
            assertEquals(MessageType.STATS_RESULT, client.take().type());
            final TestClient1 client1 = node.login1("bob");
            assertTrue(client1.command("SELECT COUNT(*) FROM kv").text().contains("{\"Integer\": 0}"));
        }
    }

    @Test
    void shouldLetTheRoleWriteDoAllButDefineTables()
    {
        try (SteppedNode node = nodeOf(user("carol", Role.WRITE, NO_SCOPES)))
        {
            final TestClient2 client = node.login("carol");
            client.put("a", "1");
            assertTrue(client.take().write().isApplied());
            assertEquals(1, sql(client, "INSERT INTO kv (key, value) VALUES ('b', 1)").sql().rowsAffected());
            assertForbidden(sql(client, "CREATE TABLE t"));
            assertForbidden(sql(client, "DROP TABLE IF EXISTS t"));
            assertForbidden(sql(client, "SHOW USERS"));
            assertTrue(node.login1("carol").command("SHOW USERS").text().contains("needs the role admin"));
        }
    }

    @Test
    void shouldShowUsersToAnAdministratorWithoutHashes()
    {
        try (SteppedNode node = nodeOf(user("bob", Role.READ, List.of("kv:a", "orders:"))))
        {
            final TestClient2 client = node.login(ADMIN);
            assertEquals(List.of("bob", "read kv:a orders:", ADMIN, "admin"), sql(client, "SHOW USERS").cells());
            assertEquals(1, sql(client, "CREATE TABLE t").sql().rowsAffected());
        }
    }

    @Test
    void shouldShowAConfinedUserItsOwnTablesAlone()
    {
        try (SteppedNode node = nodeOf(user("bob", Role.WRITE, List.of("orders:a"))))
        {
            sql(node.login(ADMIN), "CREATE TABLE orders");
            sql(node.login(ADMIN), "CREATE TABLE secrets");
            final TestClient2 client = node.login("bob");
            assertEquals("orders", sql(client, "SHOW TABLES").cells().get(0));
            assertEquals(2, sql(client, "SHOW TABLES").cells().size());
            assertForbidden(sql(client, "SELECT * FROM secrets WHERE key = 'a'"));
            assertForbidden(sql(client, "SELECT * FROM absent WHERE key = 'a'"));
            assertForbidden(sql(client, "SELECT * FROM secrets WHERE key = 'a' AND key = 'b'"));
            client.get(99, "a");
            assertForbidden(client.take());
        }
    }

    @Test
    void shouldLetAConfinedUserDeleteRangesAndDoBlocksWithinItsScopesAlone()
    {
        try (SteppedNode node = nodeOf(
            user("bob", Role.WRITE, List.of("kv:a")), user("eve", Role.READ, List.of("kv:a"))))
        {
            final TestClient2 admin = node.login(ADMIN);
            sql(admin, "INSERT INTO kv (key, value) VALUES ('a1', 1), ('a2', 2), ('b1', 3)");
            final TestClient2 bob = node.login("bob");
            final TestClient1 bob1 = node.login1("bob");
            for (final String statement : List.of(
                "DELETE FROM kv WHERE key >= 'a'", "DELETE FROM kv WHERE key LIKE '%1'",
                "DELETE FROM kv WHERE key >= 'a' AND key < 'b1'", "DELETE FROM kv WHERE value = 3",
                "DELETE FROM kv WHERE key LIKE 'b%' LIMIT 1", "UPDATE kv SET value = 9 WHERE key = 'b1' AND value = 3",
                "BEGIN; DELETE FROM kv WHERE key = 'a1'; DELETE FROM kv WHERE key = 'b1'; COMMIT",
                "BEGIN; DELETE FROM kv WHERE key = 'a1'; CHECK EXISTS kv WHERE key = 'b1'; COMMIT",
                "EXPLAIN SELECT * FROM kv WHERE key = 'b1'", "EXPLAIN DELETE FROM kv WHERE key > 'a'",
                "INSERT INTO kv (key, value) VALUES ('b2', 1) IF NOT EXISTS"))
            {
                assertForbidden(sql(bob, statement));
                assertForbidden(sql(bob, statement));
                assertTrue(bob1.command(statement).text().startsWith("the user may not do this: "), statement);
            }
            assertEquals(0, sql(bob, "PREPARE find AS SELECT value FROM kv WHERE key = ?").sql().rowsAffected());
            assertEquals(0, sql(bob, "PREPARE put AS INSERT INTO kv (key, value) VALUES (?, 7)").sql().rowsAffected());
            for (int i = 0; i < 2; i++)
            {
                assertForbidden(execute(bob, "find", "b1"));
                assertForbidden(execute(bob, "put", "b2"));
                assertEquals(List.of("1"), execute(bob, "find", "a1").cells());
                assertEquals(1, execute(bob, "put", "a3").sql().rowsAffected());
            }
            assertEquals(List.of("4"), sql(admin, "SELECT COUNT(*) FROM kv").cells());
            assertEquals(3, sql(bob, "DELETE FROM kv WHERE key LIKE 'a%'").sql().rowsAffected());
            final TestClient2 eve = node.login("eve");
            sql(eve, "PREPARE put AS INSERT INTO kv (key, value) VALUES (?, 7)");
            assertForbidden(execute(eve, "put", "a3"));
            assertForbidden(sql(eve, "BEGIN; COMMIT"));
            assertForbidden(sql(eve, "BEGIN; CHECK EXISTS kv WHERE key = 'a1'; COMMIT"));
            assertForbidden(sql(eve, "DELETE FROM kv WHERE key LIKE 'a%'"));
        }
    }

    private static Frame execute(final TestClient2 client, final String name, final String key)
    {
        client.sql("EXECUTE " + name, key);
        return client.take();
    }

    @Test
    void shouldFollowATableToTheOneThatTookItsName()
    {
        try (SteppedNode node = nodeOf(user("bob", Role.WRITE, List.of("orders:a"))))
        {
            final TestClient2 admin = node.login(ADMIN);
            final TestClient2 client = node.login("bob");
            client.get(1, "a");
            assertForbidden(client.take());
            sql(admin, "CREATE TABLE orders");
            final int first = keyspaces(admin).get("orders");
            client.put(WriteRequest.CONDITION_NONE, first, "a", "1");
            assertTrue(client.take().write().isApplied());
            sql(admin, "DROP TABLE orders");
            sql(admin, "CREATE TABLE other");
            sql(admin, "CREATE TABLE orders");
            client.get(first, "a");
            assertForbidden(client.take());
            client.get(keyspaces(admin).get("other"), "a");
            assertForbidden(client.take());
            client.get(keyspaces(admin).get("orders"), "a");
            assertEquals(null, client.take().value());
        }
    }

    private static Map<String, Integer> keyspaces(final TestClient2 client)
    {
        final List<String> cells = sql(client, "SHOW TABLES").cells();
        final Map<String, Integer> keyspaces = new HashMap<>();
        for (int i = 0; i < cells.size(); i += 2)
        {
            keyspaces.put(cells.get(i), Integer.parseInt(cells.get(i + 1)));
        }
        return keyspaces;
    }

    // --- against a model

    /**
     * Users with roles and scopes drawn at random send requests of every kind. A request is allowed if the user's role
     * allows its kind and some scope holds every key of the universe that it touches; then it answers what a map holds
     * and changes the map; else it is refused as forbidden and the map says in the end that it changed nothing.
     */
    @Test
    void shouldAgreeWithAModelOverRequestsOfEveryKind()
    {
        final long seed = new SecureRandom().nextLong();
        for (int round = 0; round < 3; round++)
        {
            try
            {
                new Trial(new Random(seed + round)).run();
            }
            catch (final RuntimeException | AssertionError ex)
            {
                throw new AssertionError("seed=" + seed + ", round=" + round, ex);
            }
        }
    }

    private static List<String> universe()
    {
        final List<String> keys = new ArrayList<>(List.of(""));
        int from = 0;
        for (int length = 1; length <= KEY_LENGTH_MAX; length++)
        {
            final int to = keys.size();
            for (int i = from; i < to; i++)
            {
                for (final char letter : LETTERS.toCharArray())
                {
                    keys.add(keys.get(i) + letter);
                }
            }
            from = to;
        }
        return keys.subList(1, keys.size());
    }

    /** One node with its users. */
    private static final class Trial
    {
        private final Random random;
        private final List<Principal> users = new ArrayList<>();
        private final Map<String, TreeMap<String, String>> contents = new HashMap<>();
        private final Map<String, TestClient2> clients = new HashMap<>();
        private final Map<String, TestClient1> clients1 = new HashMap<>();
        private Map<String, Integer> keyspaces;
        private int allowedCount;

        Trial(final Random random)
        {
            this.random = random;
            for (int i = 0; i < 6; i++)
            {
                final List<String> scopes = new ArrayList<>();
                for (int j = random.nextInt(3); j > 0; j--)
                {
                    scopes.add(TABLES.get(random.nextInt(2)) + ":" + word("ab", random.nextInt(3)));
                }
                users.add(user("user" + i, i % 3 == 0 ? Role.READ : Role.WRITE, scopes));
            }
            TABLES.forEach((table) -> contents.put(table, new TreeMap<>()));
        }

        private String word(final String letters, final int length)
        {
            final StringBuilder word = new StringBuilder();
            for (int i = 0; i < length; i++)
            {
                word.append(letters.charAt(random.nextInt(letters.length())));
            }
            return word.toString();
        }

        private String key()
        {
            return word("abc", 1 + random.nextInt(KEY_LENGTH_MAX - 1));
        }

        private List<String> keys()
        {
            final List<String> keys = new ArrayList<>(List.of(key()));
            while (random.nextBoolean())
            {
                keys.add(random.nextBoolean() ? keys.get(0) + "a" : key());
            }
            return keys.stream().distinct().toList();
        }

        void run()
        {
            try (SteppedNode node = nodeOf(users.toArray(new Principal[0])))
            {
                final TestClient2 admin = node.login(ADMIN);
                sql(admin, "CREATE TABLE orders");
                keyspaces = keyspaces(admin);
                for (final Principal user : users)
                {
                    clients.put(user.name(), node.login(user.name()));
                    clients1.put(user.name(), node.login1(user.name()));
                }
                for (int i = 0; i < REQUEST_COUNT; i++)
                {
                    step(users.get(random.nextInt(users.size())), TABLES.get(random.nextInt(2)));
                }
                assertTrue(allowedCount > REQUEST_COUNT / 10, "allowed: " + allowedCount);
                assertTrue(allowedCount < REQUEST_COUNT * 9 / 10, "allowed: " + allowedCount);
                for (final String table : TABLES)
                {
                    assertEquals(contents.get(table).keySet().stream().toList(),
                        sql(admin, "SELECT key FROM " + table).cells());
                }
            }
        }

        private void step(final Principal user, final String table)
        {
            final TestClient2 client = clients.get(user.name());
            final TreeMap<String, String> content = contents.get(table);
            final int keyspace = keyspaces.get(table);
            final List<String> keys = keys();
            switch (random.nextInt(8))
            {
                case 0 -> {
                    client.get(keyspace, keys.get(0));
                    final Frame frame = client.take();
                    if (allows(user, table, keys.subList(0, 1), frame))
                    {
                        assertEquals(content.get(keys.get(0)), frame.value());
                    }
                }
                case 1 -> {
                    client.multiGet(keyspace, keys);
                    final Frame frame = client.take();
                    if (allows(user, table, keys, frame))
                    {
                        assertEquals(keys.stream().map(content::get).toList(), frame.values());
                    }
                }
                case 2, 3 -> {
                    client.write(WriteRequest.KIND_PUT, keyspace, keys);
                    if (allowsWrite(user, table, keys, client.take()))
                    {
                        keys.forEach((key) -> content.put(key, key));
                    }
                }
                case 4 -> {
                    client.write(WriteRequest.KIND_DELETE, keyspace, keys);
                    if (allowsWrite(user, table, keys, client.take()))
                    {
                        content.keySet().removeAll(keys);
                    }
                }
                case 5 -> scan(user, table, client);
                case 6 -> statement(user, table, keys);
                default -> select(user, table, client);
            }
        }

        private void scan(final Principal user, final String table, final TestClient2 client)
        {
            final boolean isPrefix = random.nextBoolean();
            final String from = word("ab", random.nextInt(4));
            final String to = isPrefix || random.nextInt(3) == 0 ? null : bound(from);
            final int flags = (isPrefix ? ScanRequest.FLAG_PREFIX : 0) |
                (random.nextBoolean() ? ScanRequest.FLAG_REVERSE : 0);
            client.scan(keyspaces.get(table), flags, 0, from, to);
            final Frame frame = client.take();
            final List<String> touched = UNIVERSE.stream()
                .filter((key) -> isPrefix
                    ? key.startsWith(from)
                    : key.compareTo(from) >= 0 && (to == null || key.compareTo(to) < 0))
                .toList();
            if (allows(user, table, touched, frame))
            {
                final List<String> found = new ArrayList<>(frame.keys());
                found.sort(null);
                assertEquals(contents.get(table).keySet().stream().filter(touched::contains).toList(), found);
            }
        }

        /** A bound behind another, so that the range holds keys. */
        private String bound(final String from)
        {
            return random.nextBoolean() || from.isEmpty()
                ? from + word("abc", 1 + random.nextInt(2)).replace('a', 'b')
                : from.substring(0, from.length() - 1) + (char) (from.charAt(from.length() - 1) + 1);
        }

        private void select(final Principal user, final String table, final TestClient2 client)
        {
            final String from = word("ab", 1 + random.nextInt(3));
            final String to = bound(from);
            final boolean isLike = random.nextBoolean();
            final Frame frame = sql(client, "SELECT key FROM " + table + " WHERE " +
                (isLike ? "key LIKE '" + from + "%'" : "key >= '" + from + "' AND key < '" + to + "'"));
            final List<String> touched = UNIVERSE.stream()
                .filter((key) -> isLike ? key.startsWith(from) : key.compareTo(from) >= 0 && key.compareTo(to) < 0)
                .toList();
            if (allows(user, table, touched, frame))
            {
                assertEquals(contents.get(table).keySet().stream().filter(touched::contains).toList(), frame.cells());
            }
        }

        /** A statement that names its keys, over either version. */
        private void statement(final Principal user, final String table, final List<String> keys)
        {
            final String list = keys.stream().map((key) -> "'" + key + "'").collect(Collectors.joining(", "));
            final String rows = keys.stream().map((key) -> "('" + key + "', '" + key + "')")
                .collect(Collectors.joining(", "));
            final int kind = random.nextInt(4);
            final String statement = switch (kind)
            {
                case 0 -> "INSERT INTO " + table + " (key, value) VALUES " + rows;
                case 1 -> "UPDATE " + table + " SET value = 'x' WHERE key IN (" + list + ")";
                case 2 -> "DELETE FROM " + table + " WHERE key IN (" + list + ")";
                default -> "SELECT value FROM " + table + " WHERE key IN (" + list + ")";
            };
            final boolean isAllowed = isAllowed(user, table, keys) && (kind == 3 || user.mayWrite());
            if (random.nextBoolean())
            {
                final Frame frame = sql(clients.get(user.name()), statement);
                assertEquals(isAllowed ? "type " + MessageType.SQL_RESULT : "FORBIDDEN",
                    frame.type() == MessageType.ERROR ? frame.code().toString() : frame.words(),
                    user + ": " + statement);
            }
            else
            {
                final String text = clients1.get(user.name()).command(statement).text();
                assertEquals(!isAllowed, text.startsWith("the user may not do this: "), user + ": " + statement);
            }
            allowedCount += isAllowed ? 1 : 0;
            if (isAllowed && kind == 0)
            {
                keys.forEach((key) -> contents.get(table).put(key, key));
            }
            else if (isAllowed && kind == 1)
            {
                keys.forEach((key) -> contents.get(table).computeIfPresent(key, (absent, value) -> "x"));
            }
            else if (isAllowed && kind == 2)
            {
                contents.get(table).keySet().removeAll(keys);
            }
        }

        private boolean allowsWrite(
            final Principal user, final String table, final List<String> keys, final Frame frame)
        {
            return check(user, table, keys, isAllowed(user, table, keys) && user.mayWrite(), frame);
        }

        private boolean allows(final Principal user, final String table, final List<String> keys, final Frame frame)
        {
            return check(user, table, keys, isAllowed(user, table, keys), frame);
        }

        private boolean check(
            final Principal user,
            final String table,
            final List<String> keys,
            final boolean isAllowed,
            final Frame frame)
        {
            final String found = frame.type() == MessageType.ERROR ? frame.code().toString() : "answered";
            assertEquals(isAllowed ? "answered" : "FORBIDDEN", found, () -> user + ": " + table + keys);
            allowedCount += isAllowed ? 1 : 0;
            return isAllowed;
        }

        private static boolean isAllowed(final Principal user, final String table, final List<String> keys)
        {
            final List<String> scopes = user.scopes().stream().map(Scope::toString).toList();
            return scopes.isEmpty() || keys.stream().allMatch((key) -> scopes.stream().anyMatch(
                (scope) -> (table + ":" + key).startsWith(scope)));
        }
    }
}
