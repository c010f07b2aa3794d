package org.velocitydb.engine.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.journal.storage.Storage;

/**
 * What a table, or a set of tables, should hold: a sorted map in plain Java, and the questions that tests ask of both.
 */
public final class Model
{
    /** The entries, by key as unsigned bytes. */
    public final NavigableMap<byte[], ModelEntry> entries = new TreeMap<>(Arrays::compareUnsigned);

    /**
     * A model of nothing.
     */
    public Model()
    {
    }

    /**
     * Bytes of a text.
     *
     * @param text in ASCII.
     * @return its bytes.
     */
    public static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * A key that shares beginnings with others of the same random source.
     *
     * @param random source.
     * @param space  how many keys there are, about.
     * @return the key.
     */
    public static byte[] randomKey(final SplittableRandom random, final int space)
    {
        final int choice = random.nextInt(space);
        return switch (choice % 4)
        {
            case 0 -> bytes("\0\1" + choice);
            case 1 -> bytes("\0\1account:%012d".formatted(choice));
            case 2 -> bytes("\0\1account:%012d:balance".formatted(choice - 1));
            default -> Arrays.copyOf(new byte[]{ 0, 2, (byte) choice, (byte) 0xFF, 0 }, 2 + choice % 9);
        };
    }

    /**
     * Writes all entries as one table.
     *
     * @param storage     to write to.
     * @param options     of the table.
     * @param tableNumber of the table.
     * @return what was written.
     */
    public TableInfo write(final Storage storage, final TableOptions options, final long tableNumber)
    {
        storage.makeDirectory(TableNames.DIRECTORY);
        try (TableWriter writer = new TableWriter(storage, options))
        {
            writer.begin(tableNumber, 1_700_000_000_000L);
            addTo(writer);
            return writer.finish();
        }
    }

    /**
     * Adds all entries to a table.
     *
     * @param writer at its beginning.
     */
    public void addTo(final TableWriter writer)
    {
        entries.forEach((key, entry) -> writer.add(
            new UnsafeBuffer(key),
            0,
            key.length,
            entry.sequence(),
            entry.expiryMs(),
            entry.isTombstone(),
            new UnsafeBuffer(entry.value()),
            0,
            entry.value().length));
    }

    /**
     * Walks a cursor from end to end both ways.
     *
     * @param cursor over what should be the same.
     */
    public void assertSameWalk(final EntryCursor cursor)
    {
        boolean isValid = cursor.seekFirst();
        for (final Map.Entry<byte[], ModelEntry> expected : entries.entrySet())
        {
            assertTrue(isValid, "cursor ends early");
            assertAt(cursor, expected);
            isValid = cursor.next();
        }
        assertFalse(isValid, "cursor goes on");
        assertFalse(cursor.isValid());
        isValid = cursor.seekLast();
        for (final Map.Entry<byte[], ModelEntry> expected : entries.descendingMap().entrySet())
        {
            assertTrue(isValid, "cursor ends early");
            assertAt(cursor, expected);
            isValid = cursor.previous();
        }
        assertFalse(isValid, "cursor goes on");
        assertFalse(cursor.isValid());
    }

    /**
     * Seeks a key both ways and takes a step or two from there.
     *
     * @param cursor over what should be the same.
     * @param key    present or not.
     */
    public void assertSameSeek(final EntryCursor cursor, final byte[] key)
    {
        final UnsafeBuffer wanted = new UnsafeBuffer(key);
        Map.Entry<byte[], ModelEntry> expected = entries.ceilingEntry(key);
        assertPosition(cursor, cursor.seek(wanted, 0, key.length), expected);
        if (expected != null)
        {
            expected = entries.lowerEntry(expected.getKey());
            assertPosition(cursor, cursor.previous(), expected);
            if (expected != null)
            {
                assertPosition(cursor, cursor.next(), entries.higherEntry(expected.getKey()));
            }
        }
        expected = entries.lowerEntry(key);
        assertPosition(cursor, cursor.seekBefore(wanted, 0, key.length), expected);
        if (expected != null)
        {
            assertPosition(cursor, cursor.next(), entries.higherEntry(expected.getKey()));
        }
    }

    private static void assertPosition(
        final EntryCursor cursor, final boolean isValid, final Map.Entry<byte[], ModelEntry> expected)
    {
        assertEquals(expected != null, isValid);
        assertEquals(isValid, cursor.isValid());
        if (expected != null)
        {
            assertAt(cursor, expected);
        }
    }

    private static void assertAt(final EntryCursor cursor, final Map.Entry<byte[], ModelEntry> expected)
    {
        final byte[] key = new byte[cursor.keyLength()];
        cursor.keyBuffer().getBytes(cursor.keyOffset(), key);
        assertArrayEquals(expected.getKey(), key);
        assertEquals(expected.getValue().sequence(), cursor.sequence());
        assertEquals(expected.getValue().expiryMs(), cursor.expiryMs());
        assertEquals(expected.getValue().isTombstone(), cursor.isTombstone());
        final byte[] value = new byte[cursor.valueLength()];
        cursor.valueBuffer().getBytes(cursor.valueOffset(), value);
        assertArrayEquals(expected.getValue().value(), value);
    }

    /**
     * Compares the answer of a point read.
     *
     * @param key     that was read.
     * @param isFound the read's answer.
     * @param view    that the read filled.
     */
    public void assertSameGet(final byte[] key, final boolean isFound, final EntryView view)
    {
        final ModelEntry expected = entries.get(key);
        assertEquals(expected != null, isFound);
        if (isFound)
        {
            assertEquals(expected.sequence(), view.sequence());
            assertEquals(expected.expiryMs(), view.expiryMs());
            assertEquals(expected.isTombstone(), view.isTombstone());
            final byte[] value = new byte[view.value().capacity()];
            view.value().getBytes(0, value);
            assertArrayEquals(expected.value(), value);
        }
    }
}
