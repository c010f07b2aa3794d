package org.velocitydb.engine;

import java.util.function.Consumer;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.entry.KeyText;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableCursor;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Finding;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;

/**
 * Reads a table from its first entry to its last and compares what it says about itself with what is in it: order,
 * counts and sequences, its smallest and largest key, and that a point read finds each entry, which takes filter, index
 * and the search in a block. At the first contradiction it goes no further: the rest of the table would only repeat it.
 */
final class TableCheck
{
    private final Storage storage;
    private final TableReadContext context;
    private final Consumer<Finding> findings;

    private final ExpandableArrayBuffer previousKey = new ExpandableArrayBuffer();
    private final EntryView view = new EntryView();
    private int previousKeyLength;
    private long entryCount;
    private long tombstoneCount;
    private long rawLengthBytes;
    private long minSequence;
    private long maxSequence;

    TableCheck(final Storage storage, final TableReadContext context, final Consumer<Finding> findings)
    {
        this.storage = storage;
        this.context = context;
        this.findings = findings;
    }

    /**
     * Verifies a table.
     *
     * @param tableNumber of the table.
     * @return the table, open, which the caller closes; null where anything is wrong with it, which is a finding.
     */
    Table verify(final long tableNumber)
    {
        final String name = TableNames.of(tableNumber);
        Table table = null;
        boolean isSound = false;
        try
        {
            table = Table.open(storage, tableNumber, context);
            walk(table);
            compareWithProperties(table);
            isSound = true;
        }
        catch (final StorageException ex)
        {
            findings.accept(Finding.of(name, ex));
        }
        catch (final InternalError ex)
        {
            // What the virtual machine makes of a page of a mapped file that the disk does not give.
            findings.accept(Finding.error(name, Finding.NULL_OFFSET, "cannot be read: " + ex.getMessage()));
        }
        finally
        {
            if (!isSound && table != null)
            {
                table.close();
            }
        }
        return isSound ? table : null;
    }

    private void walk(final Table table)
    {
        previousKeyLength = 0;
        entryCount = 0;
        tombstoneCount = 0;
        rawLengthBytes = 0;
        minSequence = Long.MAX_VALUE;
        maxSequence = 0;
        try (TableCursor cursor = new TableCursor(context).reset(table))
        {
            for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
            {
                checkEntry(table, cursor);
                count(cursor);
            }
        }
    }

    private void checkEntry(final Table table, final TableCursor cursor)
    {
        final DirectBuffer key = cursor.keyBuffer();
        final int keyOffset = cursor.keyOffset();
        final int keyLength = cursor.keyLength();
        final boolean isFirst = entryCount == 0;
        if (!isFirst && Keys.compare(previousKey, 0, previousKeyLength, key, keyOffset, keyLength) >= 0)
        {
            throw damaged(table, "keys out of order", cursor);
        }
        if (isFirst && Keys.compare(table.smallestKey(), 0, table.smallestKey().capacity(), key, keyOffset,
            keyLength) != 0)
        {
            throw damaged(table, "first entry does not have the smallest key", cursor);
        }
        final String problem = SystemEntries.problem(
            key, keyOffset, keyLength, cursor.valueBuffer(), cursor.valueOffset(), cursor.valueLength(),
            cursor.sequence(), cursor.isTombstone());
        if (!problem.isEmpty())
        {
            throw damaged(table, problem, cursor);
        }
        final boolean isFound = table.get(
            key, keyOffset, keyLength, KeyHash.hash(key, keyOffset, keyLength), view, context);
        if (!isFound || view.sequence() != cursor.sequence() || view.isTombstone() != cursor.isTombstone())
        {
            throw damaged(table, isFound ? "point read finds another entry" : "point read finds nothing", cursor);
        }
    }

    private void count(final TableCursor cursor)
    {
        previousKey.putBytes(0, cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength());
        previousKeyLength = cursor.keyLength();
        entryCount++;
        tombstoneCount += cursor.isTombstone() ? 1 : 0;
        rawLengthBytes += cursor.keyLength() + cursor.valueLength();
        minSequence = Math.min(minSequence, cursor.sequence());
        maxSequence = Math.max(maxSequence, cursor.sequence());
    }

    private void compareWithProperties(final Table table)
    {
        final TableInfo info = table.info();
        compare(table, "entries", info.entryCount(), entryCount);
        compare(table, "tombstones", info.tombstoneCount(), tombstoneCount);
        compare(table, "raw length", info.rawLengthBytes(), rawLengthBytes);
        compare(table, "smallest sequence", info.minSequence(), minSequence);
        compare(table, "largest sequence", info.maxSequence(), maxSequence);
        if (Keys.compare(table.largestKey(), 0, table.largestKey().capacity(), previousKey, 0, previousKeyLength) != 0)
        {
            throw new CorruptionException(
                "last entry does not have the largest key", table.name(), Finding.NULL_OFFSET, "key=" +
                    KeyText.of(previousKey, 0, previousKeyLength));
        }
    }

    private static void compare(final Table table, final String what, final long stored, final long found)
    {
        if (stored != found)
        {
            throw new CorruptionException(
                "table properties differ from its entries", table.name(), Finding.NULL_OFFSET,
                what + ", stored=" + stored + ", found=" + found);
        }
    }

    private CorruptionException damaged(final Table table, final String what, final TableCursor cursor)
    {
        return new CorruptionException(
            what, table.name(), Finding.NULL_OFFSET, "entry=" + entryCount + ", sequence=" + cursor.sequence() +
                ", key=" + KeyText.of(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
    }
}
