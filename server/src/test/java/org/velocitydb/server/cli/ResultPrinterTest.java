package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

class ResultPrinterTest
{
    private static SqlResult rows()
    {
        return SqlResult.of(
            List.of("key", "value"),
            List.of(
                List.of("user:1", "al\"ice, \n\u001b[31m"),
                List.of("größe", 42L),
                Arrays.asList("", null),
                List.of("x", new byte[]{ 0, (byte) 0xFF }),
                List.of("f", 1.5),
                List.of("n", Double.NaN),
                List.of("b", true)),
            0);
    }

    private static SqlResult noRows()
    {
        return SqlResult.of(List.of("key"), List.of(), 0);
    }

    private static SqlResult write()
    {
        return SqlResult.of(List.of(), List.of(), 1);
    }

    @Test
    void shouldDrawTablesAndShowControlCharactersInsteadOfSendingThem()
    {
        assertPrinted(OutputFormat.TABLE, rows(),
            "+--------+----------------------+",
            "| key    | value                |",
            "+--------+----------------------+",
            "| user:1 | al\"ice, \\n\\u001b[31m |",
            "| größe  |                   42 |",
            "|        | NULL                 |",
            "| x      | x'00ff'              |",
            "| f      |                  1.5 |",
            "| n      |                  NaN |",
            "| b      | true                 |",
            "+--------+----------------------+",
            "7 rows");
        assertPrinted(OutputFormat.TABLE, noRows(), "+-----+", "| key |", "+-----+", "0 rows");
        assertPrinted(OutputFormat.TABLE, write(), "1 row affected");
    }

    @Test
    void shouldWriteCsvThatTellsNullFromEmpty()
    {
        final StringBuilder output = new StringBuilder();
        OutputFormat.CSV.printer().print(rows(), sink(output));
        OutputFormat.CSV.printer().print(write(), sink(output));

        assertEquals("key,value\r\nuser:1,\"al\"\"ice, \n\u001b[31m\"\r\ngröße,42\r\n\"\",\r\nx,0x00ff\r\nf,1.5\r\n" +
            "n,NaN\r\nb,true\r\n", output.toString());
    }

    @Test
    void shouldWriteOneJsonObjectALine()
    {
        assertPrinted(OutputFormat.JSON, rows(),
            "{\"columns\":[\"key\",\"value\"],\"rows\":[[\"user:1\",\"al\\\"ice, \\n\\u001b[31m\"],[\"größe\",42]," +
                "[\"\",null],[\"x\",{\"base64\":\"AP8=\"}],[\"f\",1.5],[\"n\",\"NaN\"],[\"b\",true]]}");
        assertPrinted(OutputFormat.JSON, write(), "{\"rows_affected\":1}");
        assertPrinted(OutputFormat.JSON, SqlResult.of(List.of("\\\t\uD83D\uDE00\uD800"), List.of(), 0),
            "{\"columns\":[\"\\\\\\t\uD83D\uDE00\\ud800\"],\"rows\":[]}");
    }

    @Test
    void shouldPointAtTheCharacter()
    {
        assertEquals("SELECT nmae FROM kv\n       ^\n", StatementRunner.pointed("SELECT nmae FROM kv", 8));
        assertEquals("  nmae\n  ^\n", StatementRunner.pointed("SELECT\n\t nmae\nFROM kv", 10));
        assertEquals("SELECT\n      ^\n", StatementRunner.pointed("SELECT", 7));
        assertEquals("SELECT\n      ^\n", StatementRunner.pointed("SELECT", 99));
        final String pointed = StatementRunner.pointed("x".repeat(500) + "!" + "y".repeat(500), 501);
        final List<String> lines = pointed.lines().toList();
        assertEquals('!', lines.get(0).charAt(lines.get(1).indexOf('^')));
    }

    private static void assertPrinted(final OutputFormat format, final SqlResult result, final String... lines)
    {
        final StringBuilder output = new StringBuilder();
        format.printer().print(result, sink(output));
        assertEquals(String.join("\n", lines) + "\n", output.toString());
    }

    @Test
    void shouldDrawTheHeaderAnewWhereALaterPageIsWider()
    {
        final List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < 1000; i++)
        {
            rows.add(List.of("a"));
        }
        rows.add(List.of("wide"));
        final StringBuilder output = new StringBuilder();
        OutputFormat.TABLE.printer().print(SqlResult.of(List.of("k"), rows, 0), sink(output));

        final List<String> lines = output.toString().lines().toList();
        assertEquals(List.of("+---+", "| k |", "+---+", "| a |"), lines.subList(0, 4));
        assertEquals(
            List.of("| a |", "+------+", "| k    |", "+------+", "| wide |", "+------+", "1001 rows"),
            lines.subList(1002, lines.size()));
    }

    @Test
    void shouldLetALongCellStickOutOfItsColumn()
    {
        final StringBuilder output = new StringBuilder();
        OutputFormat.TABLE.printer().print(
            SqlResult.of(List.of("k"), List.of(List.of("x".repeat(5000)), List.of("y")), 0), sink(output));

        final List<String> lines = output.toString().lines().toList();
        assertEquals(5004, lines.get(3).length());
        assertEquals(1004, lines.get(4).length());
    }

    @Test
    void shouldTakeNoMoreRowsThanAreWanted()
    {
        for (final OutputFormat format : OutputFormat.values())
        {
            final int[] taken = { 0 };
            final SqlResult endless = new SqlResult()
            {
                @Override
                public List<String> columns()
                {
                    return List.of("k");
                }

                @Override
                public List<Object> next()
                {
                    taken[0]++;
                    return List.of("v");
                }

                @Override
                public long rowsAffected()
                {
                    return 0;
                }

                @Override
                public void close()
                {
                    // Nothing is open.
                }
            };
            final StringBuilder output = new StringBuilder();
            format.printer().print(endless, (text) -> output.append(text).length() < 5000);
            assertTrue(taken[0] <= 3000, format + " took " + taken[0]);
        }
    }

    private static TextSink sink(final StringBuilder output)
    {
        return (text) ->
        {
            output.append(text);
            return true;
        };
    }
}
