package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlValues;
import org.velocitydb.server.node.TestClient2.Frame;
import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.Role;
import org.velocitydb.server.users.Scope;
import org.velocitydb.server.users.UserDirectory;

/**
 * The same statements with the same parameters on two nodes. On one their texts are repeated or prepared, so that they
 * are executed straight from their parameters where that can be; on the other each text is too long to be kept, so that
 * it is parsed each time. Both must give the same answers, byte for byte, and those of a model.
 */
final class SqlFastPathTest
{
    private static final int STATEMENT_COUNT = 4_000;
    private static final int PREPARED_MAX = 200;
    private static final List<String> TABLES = List.of("kv", "kv", "kv", "orders", "orders", "nowhere");
    private static final List<String> COLUMNS = List.of(
        "*", "key", "value", "version", "value, key", "version, key, value", "ttl, value");
    /** Stands in front, so that it moves every position in an error by as much. */
    private static final String PADDING = "/*" + " ".repeat(StatementCache.TEXT_LENGTH_MAX) + "*/";
    private static final Pattern POSITION = Pattern.compile("(?<=character[= ])\\d+");
    private static final String CONFINED = "carol";

    private final long seed = new SecureRandom().nextLong();
    private final Random random = new Random(seed);
    private final Map<String, NavigableMap<byte[], byte[]>> model = new HashMap<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private String trace;

    /** What was sent, and what the node answered that executes from parameters. */
    private record Exchange(boolean isConfined, String text, Object[] parameters, Frame answer, String trace)
    {
    }

    /**
     * One user.
     */
    private static final class Side
    {
        private final TestClient2 client;
        private final boolean isConfined;
        /** Names by texts. */
        private final Map<String, String> prepared = new HashMap<>();

        Side(final SteppedNode node, final String user)
        {
            client = node.login(user);
            isConfined = user.equals(CONFINED);
        }

        boolean may(final String table, final Operand key)
        {
            // NULL is no key, so whoever asks for it touches none.
            return !isConfined || table.equals("kv") && (key.bytes == null || key.bytes[0] == 'a');
        }
    }

    /** A literal, or a parameter where the text is a question mark, and the bytes that it stands for. */
    private record Operand(String text, Object parameter, byte[] bytes)
    {
        boolean isKey()
        {
            return bytes != null && bytes.length > 0 && bytes.length <= Keys.MAX_KEY_LENGTH;
        }
    }

    @Test
    void shouldAnswerAsIfEachStatementWereParsed()
    {
        model.put("kv", newTable());
        try (SteppedNode node = newNode())
        {
            final List<Side> sides = List.of(new Side(node, SteppedNode.USER), new Side(node, CONFINED));
            for (int i = 0; i < STATEMENT_COUNT; i++)
            {
                final Side side = sides.get(random.nextInt(4) / 3);
                switch (random.nextInt(10))
                {
                    case 0 -> define(sides.get(0));
                    case 1, 2, 3, 4 -> insert(side);
                    case 5 -> delete(sides.get(0));
                    default -> select(side);
                }
            }
            assertTrue(executedFast(sides.get(0)) > STATEMENT_COUNT / 10, () -> "too few, seed=" + seed);
        }
        try (SteppedNode node = newNode())
        {
            final List<Side> sides = List.of(new Side(node, SteppedNode.USER), new Side(node, CONFINED));
            for (final Exchange exchange : exchanges)
            {
                trace = exchange.trace;
                final Side side = sides.get(exchange.isConfined ? 1 : 0);
                side.client.sql(PADDING + exchange.text, exchange.parameters);
                assertSame(side.client.take(), exchange.answer);
            }
            assertEquals(0, executedFast(sides.get(0)));
        }
    }

    private static SteppedNode newNode()
    {
        return new SteppedNode((context) -> context.users(UserDirectory.of(List.of(
            Principal.of(SteppedNode.USER, Role.ADMIN, List.of(), SteppedNode.anyPhc(), false),
            Principal.of(CONFINED, Role.WRITE, List.of(Scope.parse("kv:a")), SteppedNode.anyPhc(), false)))));
    }

    private static NavigableMap<byte[], byte[]> newTable()
    {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    private static long executedFast(final Side side)
    {
        side.client.sql("SHOW STATS");
        final List<String> cells = side.client.take().cells();
        return Long.parseLong(cells.get(cells.indexOf("sql_executed_from_parameters") + 1));
    }

    // --- statements ---

    private void select(final Side side)
    {
        final String table = pick(TABLES);
        final String columns = pick(COLUMNS);
        final Operand key = operand();
        final Frame frame = execute(
            side, "SELECT " + columns + " FROM " + table + " WHERE key = " + key.text, List.of(key));
        if (frame == null)
        {
            return;
        }
        final NavigableMap<byte[], byte[]> rows = model.get(table);
        final boolean isValid = rows != null && (key.bytes == null || key.isKey()) && side.may(table, key);
        assertEquals(isValid, frame.type() == MessageType.SQL_RESULT, trace);
        if (isValid)
        {
            final byte[] value = key.bytes == null ? null : rows.get(key.bytes);
            assertEquals(value == null ? 0 : 1, frame.sql().rowsAffected(), trace);
            if (value != null && columns.equals("value"))
            {
                assertArrayEquals(value, firstCell(frame), trace);
            }
        }
    }

    private static byte[] firstCell(final Frame frame)
    {
        final SqlValues values = new SqlValues();
        frame.sql().values(values);
        assertTrue(values.next());
        final byte[] cell = new byte[values.bytesLength()];
        frame.message().get(values.bytesOffset(), cell);
        return cell;
    }

    private void insert(final Side side)
    {
        final String table = pick(TABLES);
        final boolean ifAbsent = random.nextInt(3) == 0;
        final List<Operand> operands = new ArrayList<>();
        final List<String> rows = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--)
        {
            final Operand key = operand();
            final Operand value = operand();
            operands.addAll(List.of(key, value));
            rows.add("(" + key.text + ", " + value.text + ")");
        }
        final Frame frame = execute(
            side, "INSERT INTO " + table + " (key, value) VALUES " + String.join(", ", rows) +
                (ifAbsent ? " IF NOT EXISTS" : ""),
            operands);
        if (frame == null)
        {
            return;
        }
        boolean isValid = model.containsKey(table);
        for (int i = 0; i < operands.size(); i += 2)
        {
            isValid &= operands.get(i).isKey() && operands.get(i + 1).bytes != null && side.may(table, operands.get(i));
        }
        assertEquals(isValid, frame.type() == MessageType.SQL_RESULT, trace);
        if (isValid)
        {
            assertEquals(apply(model.get(table), operands, ifAbsent), frame.sql().rowsAffected(), trace);
        }
    }

    private static int apply(
        final NavigableMap<byte[], byte[]> rows, final List<Operand> operands, final boolean ifAbsent)
    {
        final NavigableMap<byte[], byte[]> before = newTable();
        before.putAll(rows);
        int applied = 0;
        for (int i = 0; i < operands.size(); i += 2)
        {
            if (!ifAbsent || !before.containsKey(operands.get(i).bytes))
            {
                rows.put(operands.get(i).bytes, operands.get(i + 1).bytes);
                applied++;
            }
        }
        return applied;
    }

    private void delete(final Side side)
    {
        final Operand key = operand();
        final Frame frame = execute(side, "DELETE FROM kv WHERE key = " + key.text, List.of(key));
        if (frame != null && frame.type() == MessageType.SQL_RESULT)
        {
            final boolean isThere = key.bytes != null && model.get("kv").remove(key.bytes) != null;
            assertEquals(isThere ? 1 : 0, frame.sql().rowsAffected(), trace);
        }
    }

    /** Makes the table anew or takes it away: what is remembered of statements is then about another one. */
    private void define(final Side side)
    {
        final boolean isThere = model.containsKey("orders");
        final Frame frame = execute(side, isThere ? "DROP TABLE orders" : "CREATE TABLE orders", List.of());
        if (frame != null && model.remove("orders") == null)
        {
            model.put("orders", newTable());
        }
    }

    /**
     * Executes a statement, which is kept for the other node.
     *
     * @return the answer; null where there were more or fewer parameters than question marks.
     */
    private Frame execute(final Side side, final String statement, final List<Operand> operands)
    {
        final List<Object> parameters = new ArrayList<>();
        operands.stream().filter((operand) -> operand.text.equals("?")).forEach(
            (operand) -> parameters.add(operand.parameter));
        final int wanted = parameters.size();
        if (random.nextInt(30) == 0)
        {
            parameters.add("one too many");
        }
        else if (random.nextInt(30) == 0 && wanted > 0)
        {
            parameters.remove(wanted - 1);
        }
        final String end = pick(List.of("", "", ";", " ; "));
        trace = "seed=" + seed + ", statement=" + statement + ", operands=" + operands;
        final String prepared = end.isEmpty() ? prepared(side, statement) : null;
        side.client.sql(prepared == null ? statement + end : "EXECUTE " + prepared, parameters.toArray());
        final Frame answer = side.client.take();
        exchanges.add(new Exchange(side.isConfined, statement + end, parameters.toArray(), answer, trace));
        if (parameters.size() == wanted)
        {
            return answer;
        }
        assertEquals(MessageType.ERROR, answer.type(), trace);
        return null;
    }

    /** The name under which a statement is prepared, at times; null where it is refused, or is not to be. */
    private String prepared(final Side side, final String statement)
    {
        final String known = side.prepared.get(statement);
        if (known != null || side.prepared.size() == PREPARED_MAX || random.nextInt(4) > 0)
        {
            return known;
        }
        final String name = "p" + side.prepared.size();
        side.client.sql("PREPARE " + name + " AS " + statement);
        if (side.client.take().type() == MessageType.ERROR)
        {
            return null;
        }
        side.prepared.put(statement, name);
        return name;
    }

    private void assertSame(final Frame expected, final Frame actual)
    {
        assertEquals(expected.type(), actual.type(), () -> trace + ": " + expected.words() + ", " + actual.words());
        if (actual.type() != MessageType.ERROR)
        {
            assertArrayEquals(expected.message().array(), actual.message().array(), trace);
            return;
        }
        final ErrorMessage parsed = expected.error();
        final ErrorMessage error = actual.error();
        assertEquals(parsed.code(), error.code(), trace);
        assertEquals(parsed.outcome(), error.outcome(), trace);
        assertEquals(withoutPadding(parsed.position()), error.position(), trace);
        assertEquals(
            POSITION.matcher(parsed.text()).replaceAll(
                (found) -> Integer.toString(withoutPadding(Integer.parseInt(found.group())))),
            error.text(), trace);
    }

    private static int withoutPadding(final int position)
    {
        return position == ErrorMessage.NULL_POSITION ? position : position - PADDING.length();
    }

    // --- operands ---

    private Operand operand()
    {
        final String letters = "abc".substring(0, 1 + random.nextInt(3));
        return switch (random.nextInt(16))
        {
            case 0 -> literal("'" + letters + "'", bytes(letters));
            case 1 -> literal("x'61ff'", new byte[]{ 'a', (byte) 0xFF });
            case 2 -> literal("-07", bytes("-07"));
            case 3 -> literal("1.50", bytes("1.50"));
            case 4 -> literal("TRUE", bytes("true"));
            case 5 -> random.nextBoolean() ? literal("NULL", null) : literal("''", bytes(""));
            case 6 -> new Operand("?", null, null);
            case 7 -> parameter("");
            case 8 -> parameter(random.nextBoolean() ? random.nextLong() : Long.MIN_VALUE);
            case 9 -> parameter(random.nextInt(5) - 2L);
            case 10 -> parameter(0.5 * random.nextInt(4));
            case 11 -> parameter(random.nextBoolean());
            case 12 -> parameter("a".repeat(random.nextInt(20) == 0 ? Keys.MAX_KEY_LENGTH + random.nextInt(2) : 7));
            case 13 -> new Operand("?", new byte[]{ 'a', (byte) 0xFF }, new byte[]{ 'a', (byte) 0xFF });
            default -> parameter(letters);
        };
    }

    private static Operand literal(final String text, final byte[] bytes)
    {
        return new Operand(text, null, bytes);
    }

    private static Operand parameter(final Object value)
    {
        return new Operand("?", value, bytes(value.toString()));
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private <T> T pick(final List<T> choices)
    {
        return choices.get(random.nextInt(choices.size()));
    }
}
