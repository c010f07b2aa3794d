package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class SqlParametersTest
{
    private final SqlParser parser = new SqlParser();
    private final SqlParameters parameters = new SqlParameters();

    @Test
    void shouldBindValuesInTheirOrderAsText()
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[]{ '-', 0, (byte) 0xFF, 'x', '-' });
        parameters.addText("ä").addBytes(buffer, 1, 2).addLong(Long.MIN_VALUE).addDouble(-1.5).addBoolean(true)
            .addBoolean(false).addBytes(new byte[]{ 1 }).addText(buffer, 3, 1);

        assertEquals(8, parameters.count());
        assertEquals(
            "insert '<c3><a4>'='<00><ff>' '-9223372036854775808'='-1.5' 'true'='false' '<01>'='x'",
            print("INSERT INTO kv (key, value) VALUES (?, ?), (?, ?), (?, ?), (?, ?)"));
    }

    @Test
    void shouldBindInPredicatesPatternsAndRowCounts()
    {
        parameters.addText("b%").addText("bc").addNull().addText("bd").addLong(3).addLong(4);

        assertEquals(
            "select KEY_AND_VALUE points 'bc' 'bd' limit=3 offset=4",
            print("SELECT * FROM kv WHERE key LIKE ? AND key IN (?, ?, ?) LIMIT ? OFFSET ?"));
    }

    @Test
    void shouldMatchNothingWithNull()
    {
        parameters.addNull();

        assertEquals("select KEY_AND_VALUE none", print("SELECT * FROM kv WHERE key = ?"));
        assertEquals("select KEY_AND_VALUE none", print("SELECT * FROM kv WHERE key > ?"));
        assertEquals("delete none", print("DELETE FROM kv WHERE key = ?"));
    }

    @Test
    void shouldRefuseNullAndOtherTypesWhereTheyMakeNoSense()
    {
        parameters.addNull();
        refused("INSERT INTO kv (key, value) VALUES (?, 'a')", "key cannot be NULL: character=36");
        refused("UPDATE kv SET value = ? WHERE key = 'a'", "value cannot be NULL: character=22");
        refused("SELECT * FROM kv LIMIT ?", "LIMIT is not a whole number: character=23");

        parameters.clear();
        parameters.addText("5");
        refused("SELECT * FROM kv LIMIT ?", "LIMIT is not a whole number: character=23");

        parameters.clear();
        parameters.addLong(-1);
        refused("SELECT * FROM kv OFFSET ?", "OFFSET is negative: character=24");
    }

    @Test
    void shouldNotBindWhereNoLiteralMayStand()
    {
        parameters.addText("kv");

        final SqlException ex = assertThrows(SqlException.class, () -> parser.parse("SELECT * FROM ?", parameters));

        assertEquals("expected a table at character 14, found '?'", ex.getMessage());
        assertEquals(SqlException.Kind.SYNTAX, ex.kind());
    }

    @Test
    void shouldLeaveStatementsAsTheyWereParsed()
    {
        final byte[] bytes = { 'a' };
        parameters.addBytes(bytes);
        final Statement statement = parser.parse("DELETE FROM kv WHERE key = ?", parameters);

        bytes[0] = 'b';
        parameters.clear();
        parameters.addText("c");
        parser.parse("DELETE FROM kv WHERE key = ?", parameters);

        assertEquals("delete points 'a'", StatementPrinter.print(statement));
    }

    @Test
    void shouldRefuseTextThatHasNoUtf8()
    {
        final SqlException ex = assertThrows(SqlException.class, () -> parameters.addText("a\uDC00"));

        assertEquals("parameter holds half of a surrogate pair: character=1", ex.getMessage());
        assertEquals(SqlException.Kind.TYPE, ex.kind());
    }

    private String print(final String statement)
    {
        return StatementPrinter.print(parser.parse(statement, parameters));
    }

    private void refused(final String statement, final String message)
    {
        final SqlException ex = assertThrows(SqlException.class, () -> parser.parse(statement, parameters));

        assertEquals(message, ex.getMessage());
    }
}
