package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random statements against a model that plans nothing: it asks each row every predicate. Statements are made of text
 * together with what they mean; the model's LIKE is the textbook's recursion over units.
 */
final class SqlModelTest
{
    private static final int STATEMENTS = 2000;
    private static final byte[][] KEY_PARTS = { { 'a' }, { 'b' }, { 'a', 'b' }, { '%' }, { '_' }, { '\\' }, { '\'' },
        { (byte) 0xFF },
        { (byte) 0xC3, (byte) 0xA9 }, { (byte) 0xE2, (byte) 0x82, (byte) 0xAC }, { (byte) 0x82 }, { 0 },
        { (byte) 0xC3 } };
    private static final String[] PATTERN_PARTS = { "a", "b", "ab", "\\%", "\\_", "\\\\", "é", "€", "%", "%", "_", "_",
        "\\a" };

    private final MemorySource source = new MemorySource();
    private final SqlRunner runner = new SqlRunner(source);

    private Random random;
    private StringBuilder text;
    private SqlParameters parameters;
    /** That the predicates are about which are made next. */
    private String column = "key";

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 20261121 })
    void shouldDoWhatAModelDoesThatAsksEachRow(final long seed)
    {
        random = new Random(seed);
        for (int i = 0; i < STATEMENTS; i++)
        {
            text = new StringBuilder();
            parameters = new SqlParameters();
            final int choice = random.nextInt(12);
            final String name = "seed=" + seed + ", statement=" + i + ": ";
            if (choice < 2)
            {
                insert(name);
            }
            else if (choice < 3)
            {
                updateOrDelete(name);
            }
            else if (choice < 4)
            {
                insertIfNotExists(name);
            }
            else if (choice < 5)
            {
                changeIfVersion(name);
            }
            else if (choice < 6 && random.nextInt(4) == 0)
            {
                deleteRange(name);
            }
            else
            {
                select(name);
            }
        }
    }

    private void insert(final String name)
    {
        text.append("INSERT INTO kv (key, value) VALUES ");
        final int rows = 1 + random.nextInt(4);
        final List<byte[]> keys = new ArrayList<>();
        final List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < rows; i++)
        {
            keys.add(key());
            values.add(key());
            text.append(i == 0 ? "(" : ", (");
            literal(keys.get(i));
            text.append(", ");
            literal(values.get(i));
            text.append(")");
        }

        final int affected = runner.write((WriteStatement) parse());

        assertEquals(rows, affected, name + text);
        final List<byte[]> seen = new ArrayList<>();
        for (int i = rows - 1; i >= 0; i--)
        {
            final byte[] key = keys.get(i);
            if (seen.stream().noneMatch((final byte[] later) -> Arrays.equals(later, key)))
            {
                assertEquals(
                    StatementPrinter.print(values.get(i)), StatementPrinter.print(source.rows().get(key).value()),
                    name + text);
            }
            seen.add(key);
        }
    }

    private void updateOrDelete(final String name)
    {
        final boolean isUpdate = random.nextBoolean();
        final byte[] value = key();
        if (isUpdate)
        {
            text.append("UPDATE kv SET value = ");
            literal(value);
        }
        else
        {
            text.append("DELETE FROM kv");
        }
        text.append(" WHERE ");
        Predicate<byte[]> meaning = random.nextBoolean() ? equal() : in();
        if (random.nextInt(3) == 0)
        {
            text.append(" AND ");
            meaning = meaning.and(predicate());
        }
        final List<byte[]> matching = source.rows().keySet().stream().filter(meaning).toList();
        final int others = source.rows().size() - matching.size();

        final int affected = runner.write((WriteStatement) parse());

        assertEquals(matching.size(), affected, name + text);
        for (final byte[] key : matching)
        {
            final MemorySource.Row row = source.rows().get(key);
            assertEquals(isUpdate ? StatementPrinter.print(value) : null, row == null
                ? null
                : StatementPrinter.print(row.value()), name + text);
        }
        assertEquals(isUpdate ? others + matching.size() : others, source.rows().size(), name + text);
    }

    private void select(final String name)
    {
        final boolean isCount = random.nextInt(5) == 0;
        text.append(isCount ? "SELECT COUNT(*) FROM kv" : "SELECT key, value FROM kv");
        final Predicate<Map.Entry<byte[], MemorySource.Row>> meaning = where(random.nextInt(4));
        final List<String> expected = new ArrayList<>();
        for (final Map.Entry<byte[], MemorySource.Row> entry : source.rows().entrySet())
        {
            if (meaning.test(entry))
            {
                expected.add(SqlRunner.row(entry.getKey(), entry.getValue().value(), entry.getValue().sequence()));
            }
        }
        if (isCount)
        {
            assertEquals(expected.size(), count(), name + text);
            return;
        }

        final List<String> page = page(expected);
        final SelectStatement statement = (SelectStatement) parse();
        final List<String> actual = runner.select(statement, 1 + random.nextInt(5), 2 + random.nextInt(3));

        assertEquals(page, actual, name + text);
    }

    private Predicate<Map.Entry<byte[], MemorySource.Row>> where(final int predicates)
    {
        Predicate<Map.Entry<byte[], MemorySource.Row>> meaning = (entry) -> true;
        for (int i = 0; i < predicates; i++)
        {
            text.append(i == 0 ? " WHERE " : " AND ");
            final boolean isNested = random.nextInt(4) == 0;
            text.append(isNested ? "(" : "");
            final boolean isOfValues = random.nextInt(3) == 0;
            column = isOfValues ? "value" : "key";
            final Predicate<byte[]> predicate = predicate();
            column = "key";
            meaning = meaning.and(
                (entry) -> predicate.test(isOfValues ? entry.getValue().value() : entry.getKey()));
            text.append(isNested ? ")" : "");
        }
        return meaning;
    }

    /**
     * A DELETE over whatever predicates there are, perhaps not of all rows.
     */
    private void deleteRange(final String name)
    {
        text.append("DELETE FROM kv");
        final Predicate<Map.Entry<byte[], MemorySource.Row>> meaning = where(1 + random.nextInt(3));
        final int limit = random.nextBoolean() ? random.nextInt(4) : Integer.MAX_VALUE;
        text.append(limit == Integer.MAX_VALUE ? "" : " LIMIT " + limit);
        final List<byte[]> matching = source.rows().entrySet().stream().filter(meaning).limit(limit)
            .map(Map.Entry::getKey).toList();
        final int before = source.rows().size();

        final int affected = runner.write((WriteStatement) parse());

        assertEquals(matching.size(), affected, name + text);
        assertEquals(before - affected, source.rows().size(), name + text);
        for (final byte[] key : matching)
        {
            assertFalse(source.rows().containsKey(key), name + text);
        }
    }

    /**
     * What is there already keeps its value; of a key that is given twice the later row stays.
     */
    private void insertIfNotExists(final String name)
    {
        final byte[] key = key();
        final byte[] value = key();
        final MemorySource.Row before = source.rows().get(key);
        text.append("INSERT INTO kv (key, value) VALUES (");
        literal(key);
        text.append(", ");
        literal(value);
        text.append(") IF NOT EXISTS USING TTL 7");

        final int affected = runner.write((WriteStatement) parse());

        assertEquals(before == null ? 1 : 0, affected, name + text);
        assertEquals(
            StatementPrinter.print(before == null ? value : before.value()),
            StatementPrinter.print(source.rows().get(key).value()), name + text);
    }

    /**
     * Of one key, its version and perhaps its value, which are those that it has or others.
     */
    private void changeIfVersion(final String name)
    {
        final byte[] key = key();
        final MemorySource.Row before = source.rows().get(key);
        final boolean isRight = random.nextBoolean();
        final long version = before == null ? 1 : isRight ? before.sequence() : before.sequence() - 1;
        final boolean isUpdate = random.nextBoolean();
        text.append(isUpdate ? "UPDATE kv SET value = 'new' WHERE key = " : "DELETE FROM kv WHERE key = ");
        literal(key);
        text.append(" AND version = ").append(version);
        boolean isExpected = before != null && isRight;
        if (random.nextInt(3) == 0)
        {
            final byte[] value = before != null && random.nextBoolean() ? before.value() : key();
            text.append(" AND value = ");
            literal(value);
            isExpected = isExpected && Arrays.equals(value, before.value());
        }

        final int affected = runner.write((WriteStatement) parse());

        assertEquals(isExpected ? 1 : 0, affected, name + text);
        final MemorySource.Row after = source.rows().get(key);
        final byte[] now = after == null ? null : after.value();
        final byte[] expected = !isExpected
            ? before == null ? null : before.value()
            : isUpdate ? StatementPrinter.utf8("new") : null;
        assertArrayEquals(expected, now, name + text);
    }

    private long count()
    {
        final SelectExecution execution = new SelectExecution();
        execution.begin((SelectStatement) parse(), source);
        while (!execution.isDone())
        {
            execution.doWork(3, null);
        }
        execution.close();
        return execution.count();
    }

    /**
     * Adds the clauses after WHERE and does what they say.
     */
    private List<String> page(final List<String> rows)
    {
        final int order = random.nextInt(4);
        if (order > 0)
        {
            text.append(order == 1 ? " ORDER BY key" : order == 2 ? " ORDER BY key ASC" : " ORDER BY key DESC");
        }
        if (order == 3)
        {
            Collections.reverse(rows);
        }
        int limit = rows.size();
        if (random.nextBoolean())
        {
            limit = random.nextInt(6);
            text.append(" LIMIT ").append(limit);
        }
        int offset = 0;
        if (random.nextInt(3) == 0)
        {
            offset = random.nextInt(6);
            text.append(" OFFSET ?");
            parameters.addLong(offset);
        }
        final int from = Math.min(offset, rows.size());
        return rows.subList(from, (int) Math.min(rows.size(), (long) from + limit));
    }

    private Predicate<byte[]> predicate()
    {
        return switch (random.nextInt(6))
        {
            case 0 -> equal();
            case 1 -> in();
            case 2 -> between();
            case 3, 4 -> like();
            default -> comparison();
        };
    }

    private Predicate<byte[]> equal()
    {
        final byte[] sought = key();
        text.append(column).append(" = ");
        literal(sought);
        return (final byte[] key) -> Arrays.equals(key, sought);
    }

    private Predicate<byte[]> in()
    {
        final int count = 1 + random.nextInt(6);
        text.append(column).append(" IN (");
        Predicate<byte[]> meaning = (final byte[] key) -> false;
        for (int i = 0; i < count; i++)
        {
            text.append(i == 0 ? "" : ", ");
            final byte[] sought = key();
            literal(sought);
            meaning = meaning.or((final byte[] key) -> Arrays.equals(key, sought));
        }
        text.append(")");
        return meaning;
    }

    private Predicate<byte[]> between()
    {
        final byte[] least = key();
        final byte[] most = key();
        text.append(column).append(" BETWEEN ");
        literal(least);
        text.append(" AND ");
        literal(most);
        return (final byte[] key) -> Arrays.compareUnsigned(key, least) >= 0 && Arrays.compareUnsigned(key, most) <= 0;
    }

    private Predicate<byte[]> comparison()
    {
        final byte[] bound = random.nextInt(10) == 0 ? new byte[0] : key();
        final int operator = random.nextInt(6);
        text.append(column).append(" ").append(new String[]{ "<", "<=", ">", ">=", "<>", "!=" }[operator]).append(' ');
        literal(bound);
        return (final byte[] key) ->
        {
            final int order = Arrays.compareUnsigned(key, bound);
            return switch (operator)
            {
                case 0 -> order < 0;
                case 1 -> order <= 0;
                case 2 -> order > 0;
                case 3 -> order >= 0;
                default -> order != 0;
            };
        };
    }

    private Predicate<byte[]> like()
    {
        final StringBuilder pattern = new StringBuilder();
        final int parts = 1 + random.nextInt(5);
        for (int i = 0; i < parts; i++)
        {
            pattern.append(PATTERN_PARTS[random.nextInt(PATTERN_PARTS.length)]);
        }
        text.append(column).append(" LIKE ");
        literal(StatementPrinter.utf8(pattern.toString()));
        final List<String> units = patternUnits(pattern.toString());
        return (final byte[] key) -> like(units, 0, units(key), 0);
    }

    private static List<String> patternUnits(final String pattern)
    {
        final List<String> units = new ArrayList<>();
        final int[] characters = pattern.codePoints().toArray();
        for (int i = 0; i < characters.length; i++)
        {
            final boolean isEscape = characters[i] == '\\';
            i += isEscape ? 1 : 0;
            final String unit = new String(Character.toChars(characters[i]));
            final boolean isWildcard = !isEscape && (unit.equals("%") || unit.equals("_"));
            units.add(isWildcard ? "wildcard " + unit : unit);
        }
        return units;
    }

    /**
     * Cuts a key: the longest beginning that the JDK takes for exactly one character, or one byte.
     */
    private static List<String> units(final byte[] key)
    {
        final List<String> units = new ArrayList<>();
        int at = 0;
        while (at < key.length)
        {
            int length = 1;
            String unit = "byte " + key[at];
            for (int i = 1; i <= 4 && at + i <= key.length; i++)
            {
                final byte[] part = Arrays.copyOfRange(key, at, at + i);
                final String decoded = new String(part, StandardCharsets.UTF_8);
                final boolean isCharacter = decoded.codePointCount(0, decoded.length()) == 1 &&
                    Arrays.equals(part, decoded.getBytes(StandardCharsets.UTF_8));
                if (isCharacter)
                {
                    length = i;
                    unit = decoded;
                    break;
                }
            }
            units.add(unit);
            at += length;
        }
        return units;
    }

    private static boolean like(final List<String> pattern, final int step, final List<String> key, final int at)
    {
        if (step == pattern.size())
        {
            return at == key.size();
        }
        if (pattern.get(step).equals("wildcard %"))
        {
            return like(pattern, step + 1, key, at) || at < key.size() && like(pattern, step, key, at + 1);
        }
        final boolean isMatch = at < key.size() &&
            (pattern.get(step).equals("wildcard _") || pattern.get(step).equals(key.get(at)));
        return isMatch && like(pattern, step + 1, key, at + 1);
    }

    private byte[] key()
    {
        final int size = source.rows().size();
        if (size > 0 && random.nextInt(3) == 0)
        {
            final byte[][] keys = source.rows().keySet().toArray(new byte[0][]);
            return keys[random.nextInt(size)];
        }
        byte[] key = {};
        final int parts = 1 + random.nextInt(4);
        for (int i = 0; i < parts; i++)
        {
            final byte[] part = KEY_PARTS[random.nextInt(KEY_PARTS.length)];
            final byte[] longer = Arrays.copyOf(key, key.length + part.length);
            System.arraycopy(part, 0, longer, key.length, part.length);
            key = longer;
        }
        return key;
    }

    /**
     * Writes bytes as a string where they are one, else as a blob, or as a parameter.
     */
    private void literal(final byte[] bytes)
    {
        final String string = new String(bytes, StandardCharsets.UTF_8);
        final boolean isText = Arrays.equals(bytes, StatementPrinter.utf8(string));
        final int choice = random.nextInt(3);
        if (choice == 0)
        {
            text.append('?');
            parameters.addBytes(bytes);
        }
        else if (isText && choice == 1)
        {
            text.append('\'').append(string.replace("'", "''")).append('\'');
        }
        else
        {
            text.append("x'").append(HexFormat.of().formatHex(bytes)).append('\'');
        }
    }

    private Statement parse()
    {
        return runner.parse(text.toString(), parameters);
    }
}
