package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.velocitydb.server.cli.SqlConnector.SqlResult;

class ResultPrinterTest
{
    private static final SqlResult ROWS = new SqlResult(
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
    private static final SqlResult NO_ROWS = new SqlResult(List.of("key"), List.of(), 0);
    private static final SqlResult WRITE = new SqlResult(List.of(), List.of(), 1);

    @Test
    void shouldDrawTablesAndShowControlCharactersInsteadOfSendingThem()
    {
        assertPrinted(OutputFormat.TABLE, ROWS,
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
        assertPrinted(OutputFormat.TABLE, NO_ROWS, "+-----+", "| key |", "+-----+", "0 rows");
        assertPrinted(OutputFormat.TABLE, WRITE, "1 row affected");
    }

    @Test
    void shouldWriteCsvThatTellsNullFromEmpty()
    {
        final StringBuilder output = new StringBuilder();
        OutputFormat.CSV.printer().print(ROWS, output);
        OutputFormat.CSV.printer().print(WRITE, output);

        assertEquals("key,value\r\nuser:1,\"al\"\"ice, \n\u001b[31m\"\r\ngröße,42\r\n\"\",\r\nx,0x00ff\r\nf,1.5\r\n" +
            "n,NaN\r\nb,true\r\n", output.toString());
    }

    @Test
    void shouldWriteOneJsonObjectALine()
    {
        assertPrinted(OutputFormat.JSON, ROWS,
            "{\"columns\":[\"key\",\"value\"],\"rows\":[[\"user:1\",\"al\\\"ice, \\n\\u001b[31m\"],[\"größe\",42]," +
                "[\"\",null],[\"x\",{\"base64\":\"AP8=\"}],[\"f\",1.5],[\"n\",\"NaN\"],[\"b\",true]]}");
        assertPrinted(OutputFormat.JSON, WRITE, "{\"rows_affected\":1}");
        assertPrinted(OutputFormat.JSON, new SqlResult(List.of("\\\t\uD83D\uDE00\uD800"), List.of(), 0),
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
        format.printer().print(result, output);
        assertEquals(String.join("\n", lines) + "\n", output.toString());
    }
}
