package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.CursorEntry;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.Keys;

import com.sun.management.ThreadMXBean;

final class SelectExecutionTest
{
    private static final RowConsumer TAKE_ALL = (keyBuffer, keyOffset, keyLength, valueBuffer, valueOffset, valueLength,
        version, expiryMs) -> true;
    private static final RowConsumer TAKE_NONE = (keyBuffer, keyOffset, keyLength, valueBuffer, valueOffset,
        valueLength, version, expiryMs) -> false;

    private final SqlParser parser = new SqlParser();
    private final MemorySource source = new MemorySource();
    private final SqlRunner runner = new SqlRunner(source);
    private final SelectExecution execution = new SelectExecution();

    @Test
    void shouldGiveRowsWithTheirVersions()
    {
        source.put("b", "2");
        source.put("a", "1");

        assertEquals(List.of("'a'='1'@2", "'b'='2'@1"), runner.select("SELECT * FROM kv"));
        assertEquals(List.of("'b'='2'@1", "'a'='1'@2"), runner.select("SELECT * FROM kv ORDER BY key DESC"));
        assertEquals(2, runner.count("SELECT COUNT(*) FROM kv"));
        assertEquals(0, runner.count("SELECT COUNT(*) FROM kv WHERE key IN ('c', 'd')"));
    }

    @Test
    void shouldLookAtNoMoreDeletedEntriesThanAskedAndShowNone()
    {
        source.put("a", "1");
        for (int i = 0; i < 1_000; i++)
        {
            source.put("deleted %04d".formatted(i).getBytes(), null);
        }
        source.put("z", "2");
        execution.begin(select("SELECT * FROM kv"), source);
        while (!execution.isDone())
        {
            final int movesBefore = source.moves();
            execution.doWork(100, TAKE_ALL);
            final int moves = source.moves() - movesBefore;
            assertTrue(moves > 0 && moves <= 101, "moves=" + moves);
        }
        assertEquals(2, execution.count());
        execution.close();
    }

    @Test
    void shouldLookAtNoMoreEntriesThanAsked()
    {
        fill(10);
        execution.begin(select("SELECT * FROM kv WHERE key LIKE '%7'"), source);

        assertEquals(4, execution.doWork(4, TAKE_NONE));
        assertFalse(execution.isDone());
        assertEquals(0, execution.count());
        assertEquals(4, execution.doWork(4, TAKE_ALL));
        assertEquals(1, execution.count());
        assertEquals(2, execution.doWork(4, TAKE_ALL));
        assertTrue(execution.isDone());
        execution.close();
    }

    @Test
    void shouldOfferARowAgainUntilThereIsRoom()
    {
        fill(3);
        for (final String where : new String[]{ "", " WHERE key IN ('key2', 'key1', 'key0')" })
        {
            execution.begin(select("SELECT * FROM kv" + where), source);

            assertEquals(0, execution.doWork(10, TAKE_NONE));
            assertEquals(0, execution.doWork(10, TAKE_NONE));
            assertEquals(0, execution.count());
            assertEquals(1, execution.doWork(1, TAKE_ALL));
            assertEquals(0, execution.doWork(10, TAKE_NONE));
            assertEquals(1, execution.count());
            assertEquals(2, execution.doWork(10, TAKE_ALL));
            assertTrue(execution.isDone());
            assertEquals(3, execution.count());
            execution.close();
        }
    }

    @Test
    void shouldNotReadWhereNothingCanMatch()
    {
        fill(3);
        for (final String rest : new String[]{ "WHERE key > 'b' AND key < 'a'", "WHERE key = 'a' AND key = 'b'",
            "LIMIT 0",
            "WHERE key = NULL", "WHERE key LIKE 'a%' AND key LIKE 'b%'" })
        {
            execution.begin(select("SELECT * FROM kv " + rest), source);
            assertTrue(execution.isDone(), rest);
            assertEquals(0, execution.doWork(1, TAKE_ALL), rest);
            execution.close();
        }
        assertEquals(0, source.gets());
        assertEquals(0, source.moves());
    }

    @Test
    void shouldReadNoFurtherThanRangeAndLimitGo()
    {
        fill(9);

        assertEquals(2, runner.select("SELECT * FROM kv WHERE key BETWEEN 'key3' AND 'key4'").size());
        assertEquals(3, source.moves());
        assertEquals(2, runner.select("SELECT * FROM kv WHERE key >= 'key5' LIMIT 2").size());
        assertEquals(3 + 2, source.moves());
        assertEquals(1, runner.select("SELECT * FROM kv WHERE key IN ('key1', 'key2', 'key1') LIMIT 1").size());
        assertEquals(1, source.gets());
        assertEquals(5, source.moves());
    }

    @Test
    void shouldKeepTheCursorOpenNoLongerThanTheStatement()
    {
        fill(3);
        execution.begin(select("SELECT * FROM kv"), source);
        assertEquals(0, source.openCursors());
        execution.doWork(1, TAKE_ALL);
        assertEquals(1, source.openCursors());

        execution.close();
        execution.close();

        assertEquals(0, source.openCursors());
        assertEquals(0, execution.doWork(1, TAKE_ALL));
    }

    @Test
    void shouldRefuseToBeginTwice()
    {
        final SelectStatement statement = select("SELECT * FROM kv");
        execution.begin(statement, source);

        final IllegalStateException ex = assertThrows(IllegalStateException.class,
            () -> execution.begin(statement, source));

        assertEquals("execution was not closed: state=SEEK", ex.getMessage());
    }

    @Test
    void shouldPassOnWhatTheSourceThrowsAndStillClose()
    {
        fill(3);
        final RowConsumer broken = (
            keyBuffer, keyOffset, keyLength, valueBuffer, valueOffset, valueLength, version, expiryMs) ->
        {
            throw new IllegalArgumentException("broken");
        };
        execution.begin(select("SELECT * FROM kv"), source);

        assertThrows(IllegalArgumentException.class, () -> execution.doWork(1, broken));
        execution.close();

        assertEquals(0, source.openCursors());
    }

    @Test
    void shouldFindItsWayAroundTheLongestKeys()
    {
        final byte[] low = key(Keys.MAX_KEY_LENGTH, 0x00);
        final byte[] high = key(Keys.MAX_KEY_LENGTH, 0xFF);
        source.put(low, low);
        source.put("m", "m");
        source.put(high, high);

        assertEquals(2, count("> ?", low));
        assertEquals(3, count(">= ?", low));
        assertEquals(1, count("<= ?", low));
        assertEquals(0, count("< ?", low));
        assertEquals(0, count("> ?", high));
        assertEquals(3, count("<= ?", high));
        assertEquals(2, count("< ?", high));
        assertEquals(2, count("<> ?", high));
    }

    @Test
    void shouldAnswerLikeForKeysThatAreNotUtf8()
    {
        source.put(new byte[]{ 'a', (byte) 0xC3 }, new byte[0]);
        source.put(new byte[]{ 'a', (byte) 0xC3, (byte) 0xA9 }, new byte[0]);
        source.put(new byte[]{ 'a', (byte) 0xE2, (byte) 0x82 }, new byte[0]);

        assertEquals(2, runner.count("SELECT COUNT(*) FROM kv WHERE key LIKE 'a_'"));
        assertEquals(1, runner.count("SELECT COUNT(*) FROM kv WHERE key LIKE 'a__'"));
        assertEquals(3, runner.count("SELECT COUNT(*) FROM kv WHERE key LIKE '%__'"));
        assertEquals(1, runner.count("SELECT COUNT(*) FROM kv WHERE key LIKE '%___'"));
        assertEquals(1, runner.count("SELECT COUNT(*) FROM kv WHERE key LIKE '%é'"));
    }

    @Test
    void shouldMatchHostilePatternsInBoundedSteps()
    {
        source.put(key(Keys.MAX_KEY_LENGTH, 'a'), new byte[0]);

        assertEquals(0, runner.count("SELECT COUNT(*) FROM kv WHERE key LIKE '%" + "a%".repeat(120) + "b'"));
        assertEquals(0, runner.count("SELECT COUNT(*) FROM kv WHERE key LIKE '%" + "a".repeat(250) + "b'"));
    }

    /** A slice of long keys and hostile patterns would be as long as hundreds of others. */
    @Test
    void shouldLookAtFewerKeysWhereEachIsLongToMatch()
    {
        for (int i = 0; i < 20; i++)
        {
            final byte[] long64 = key(Keys.MAX_KEY_LENGTH, 'a');
            long64[0] = (byte) i;
            source.put(long64, new byte[0]);
        }
        execution.begin(select("SELECT * FROM kv WHERE key LIKE '%" + "a%".repeat(120) + "b'"), source);

        final int movesBefore = source.moves();
        assertTrue(execution.doWork(256, TAKE_ALL) >= 256);
        assertEquals(2, source.moves() - movesBefore);
        assertFalse(execution.isDone());
        execution.close();
    }

    /** Who does not read would have the same row compared again in every duty cycle, which would never be idle. */
    @Test
    void shouldNotMatchARowAgainThatIsOfferedAgain()
    {
        source.put(key(1, 'a'), key(100_000, 'v'));
        for (final String where : List.of("key = 'a'", "key >= 'a'"))
        {
            execution.begin(select("SELECT * FROM kv WHERE " + where + " AND value LIKE '%v%'"), source);

            assertTrue(execution.doWork(256, TAKE_NONE) > 0, where);
            assertEquals(0, execution.doWork(256, TAKE_NONE), where);
            assertEquals(0, execution.doWork(256, TAKE_NONE), where);
            assertEquals(1, execution.doWork(256, TAKE_ALL), where);
            assertEquals(1, execution.count());
            execution.close();
        }
    }

    @Test
    void shouldAllocateNothingForARow()
    {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final SelectStatement rows = select(
            "SELECT * FROM kv WHERE key LIKE '%_r:%' AND key <> 'user:7' ORDER BY key DESC");
        final SelectStatement count = select("SELECT COUNT(*) FROM kv WHERE key > 'a'");
        final RepeatingSource repeating = new RepeatingSource();
        run(rows, repeating);
        run(count, repeating);

        final long before = threads.getCurrentThreadAllocatedBytes();
        run(rows, repeating);
        run(count, repeating);
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // The question itself may cost a few bytes; two million rows may not.
        assertTrue(allocated < 1000, "allocated=" + allocated);
    }

    private void run(final SelectStatement statement, final RepeatingSource repeating)
    {
        repeating.left = RepeatingSource.ENTRIES;
        execution.begin(statement, repeating);
        while (!execution.isDone())
        {
            execution.doWork(100, TAKE_ALL);
        }
        assertEquals(RepeatingSource.ENTRIES, execution.count());
        execution.close();
    }

    private long count(final String predicate, final byte[] bound)
    {
        final SelectStatement statement = (SelectStatement) parser.parse(
            "SELECT COUNT(*) FROM kv WHERE key " + predicate, new SqlParameters().addBytes(bound));
        execution.begin(statement, source);
        while (!execution.isDone())
        {
            execution.doWork(1, TAKE_NONE);
        }
        execution.close();
        return execution.count();
    }

    private SelectStatement select(final String statement)
    {
        return (SelectStatement) parser.parse(statement);
    }

    private void fill(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            source.put("key" + i, "value" + i);
        }
    }

    private static byte[] key(final int length, final int value)
    {
        final byte[] key = new byte[length];
        Arrays.fill(key, (byte) value);
        return key;
    }

    /**
     * A million times the same entry, without garbage.
     */
    private static final class RepeatingSource implements SqlSource, EntryCursor
    {
        static final int ENTRIES = 1_000_000;

        private final DirectBuffer bytes = new UnsafeBuffer(StatementPrinter.utf8("user:1"));
        private final CursorEntry entry = new CursorEntry()
            .key(bytes, 0, bytes.capacity())
            .value(bytes, 0, bytes.capacity())
            .version(1, Expiry.NEVER_MS, false);
        private int left;

        @Override
        public boolean get(final DirectBuffer key, final int offset, final int length, final EntryView view)
        {
            return false;
        }

        @Override
        public EntryCursor cursor()
        {
            return this;
        }

        @Override
        public boolean seekFirst()
        {
            return next();
        }

        @Override
        public boolean seekLast()
        {
            return next();
        }

        @Override
        public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
        {
            return next();
        }

        @Override
        public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
        {
            return next();
        }

        @Override
        public boolean next()
        {
            return --left >= 0;
        }

        @Override
        public boolean previous()
        {
            return next();
        }

        @Override
        public boolean isValid()
        {
            return left >= 0;
        }

        @Override
        public CursorEntry entry()
        {
            return entry;
        }

        @Override
        public void close()
        {
        }
    }
}
