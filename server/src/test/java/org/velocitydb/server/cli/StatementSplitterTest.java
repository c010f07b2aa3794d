package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class StatementSplitterTest
{
    @Test
    void shouldCutAtSemicolons()
    {
        assertSplit("a;b;c", "a", "b", "c");
        assertSplit("  a ;\n\n b\nc ; ", "a", "b\nc");
    }

    @Test
    void shouldLeaveOutWhatIsEmpty()
    {
        assertSplit("");
        assertSplit(" \n\t");
        assertSplit(";; ;\n;");
        assertSplit("-- nothing; at all\n/* nor; here */");
        assertSplit("-- nothing\n;a", "a");
    }

    @Test
    void shouldNotCutInsideStrings()
    {
        assertSplit("INSERT ';' ; b", "INSERT ';'", "b");
        assertSplit("x 'it''s; fine' ; b", "x 'it''s; fine'", "b");
        assertSplit("'--;' ; '/*;' ; '*/'", "'--;'", "'/*;'", "'*/'");
        assertSplit("'a\n;b'", "'a\n;b'");
    }

    @Test
    void shouldNotCutInsideComments()
    {
        assertSplit("a -- it's; b\n c; d", "a -- it's; b\n c", "d");
        assertSplit("a /* it's; ** / */ b; c", "a /* it's; ** / */ b", "c");
        assertSplit("a /**/;b", "a /**/", "b");
        assertSplit("a /*/ ; */;b", "a /*/ ; */", "b");
    }

    @Test
    void shouldNotCutInsideABlock()
    {
        assertSplit("a; begin ; b; c 'COMMIT'; Commit; d", "a", "begin ; b; c 'COMMIT'; Commit", "d");
        assertSplit("BEGIN /* ; */; -- ;\n b; COMMIT -- ;\n; c;", "BEGIN /* ; */; -- ;\n b; COMMIT -- ;", "c");
        assertSplit("BEGIN x; b; COMMIT; c", "BEGIN x", "b", "COMMIT", "c");
        assertSplit("BEGIN; b; COMMITTED; c", "BEGIN; b; COMMITTED; c");
        assertSplit("BEGIN; COMMIT; BEGIN;; b; COMMIT; c", "BEGIN; COMMIT", "BEGIN;; b; COMMIT", "c");
    }

    @Test
    void shouldTakeMinusAndSlashForThemselves()
    {
        assertSplit("a - b / c; -1; /", "a - b / c", "-1", "/");
        assertSplit("a-", "a-");
    }

    @Test
    void shouldHandOverWhatIsNotClosedAtTheEnd()
    {
        assertSplit("a; 'b; c", "a", "'b; c");
        assertSplit("a; b /* c;", "a", "b /* c;");
    }

    @Test
    void shouldKnowWhetherAStatementHasBegun()
    {
        final StatementSplitter splitter = new StatementSplitter();
        assertFalse(splitter.isInStatement());

        splitter.append("SELECT\n");
        assertNull(splitter.poll());
        assertTrue(splitter.isInStatement());

        splitter.append("1;\n");
        assertEquals("SELECT\n1", splitter.poll());
        assertNull(splitter.poll());
        assertFalse(splitter.isInStatement());

        splitter.append("'a\n");
        assertNull(splitter.poll());
        splitter.clear();
        assertFalse(splitter.isInStatement());
    }

    /** Whatever the pieces, the statements are the same. */
    private static void assertSplit(final String text, final String... expected)
    {
        for (int length = 1; length <= Math.max(1, text.length()); length++)
        {
            final StatementSplitter splitter = new StatementSplitter();
            final List<String> found = new ArrayList<>();
            for (int from = 0; from < text.length(); from += length)
            {
                splitter.append(text.substring(from, Math.min(text.length(), from + length)));
                for (String statement = splitter.poll(); statement != null; statement = splitter.poll())
                {
                    found.add(statement);
                }
            }
            final String rest = splitter.finish();
            if (rest != null)
            {
                found.add(rest);
            }
            assertEquals(List.of(expected), found, "pieces of " + length);
        }
    }
}
