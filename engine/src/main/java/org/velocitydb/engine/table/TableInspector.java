package org.velocitydb.engine.table;

import java.io.PrintStream;

import org.agrona.DirectBuffer;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;

/**
 * Prints a table in words, for people who look into a store that is not running. Every block is verified on the way.
 */
public final class TableInspector
{
    private static final int SHOWN_KEY_LENGTH = 64;

    private final Storage storage;
    private final PrintStream out;

    /**
     * An inspector of one store's tables.
     *
     * @param storage that holds them.
     * @param out     where the words go.
     */
    public TableInspector(final Storage storage, final PrintStream out)
    {
        this.storage = storage;
        this.out = out;
    }

    /**
     * Prints what a table says about itself and, if asked to, a line for each entry.
     *
     * @param tableNumber of the table.
     * @param withEntries whether to list the entries; without, only their number is checked.
     * @throws CorruptionException at the first damage met.
     */
    public void inspect(final long tableNumber, final boolean withEntries)
    {
        final TableReadContext context = new TableReadContext();
        try (Table table = Table.open(storage, tableNumber, context))
        {
            final TableInfo info = table.info();
            out.println("table " + table.name());
            out.println("  length           " + info.lengthBytes() + " bytes");
            out.println("  blocks           " + table.blockCount());
            out.println("  entries          " + info.entryCount());
            out.println("  tombstones       " + info.tombstoneCount());
            out.println("  expiring         " + info.expiringCount());
            if (info.expiringCount() > 0)
            {
                out.println("  expiries         " + info.minExpiryMs() + " to " + info.maxExpiryMs() + " ms");
            }
            out.println("  compression      " + info.compression());
            out.println("  sequences        " + info.minSequence() + " to " + info.maxSequence());
            out.println("  raw length       " + info.rawLengthBytes() + " bytes");
            out.println("  creation time    " + info.creationTimeMs() + " ms");
            out.println("  smallest key     " + hex(table.smallestKey(), 0, table.smallestKey().capacity()));
            out.println("  largest key      " + hex(table.largestKey(), 0, table.largestKey().capacity()));
            final long found = walk(table, context, withEntries);
            if (found != info.entryCount())
            {
                throw new CorruptionException("table entry count differs: file=" + table.name() + ", stored=" +
                    info.entryCount() + ", found=" + found);
            }
        }
    }

    private long walk(final Table table, final TableReadContext context, final boolean withEntries)
    {
        long count = 0;
        try (TableCursor cursor = new TableCursor(context).reset(table))
        {
            for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
            {
                count++;
                if (withEntries)
                {
                    out.println("    " + hex(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()) +
                        " sequence " + cursor.sequence() +
                        (cursor.isTombstone() ? " tombstone" : " value of " + cursor.valueLength() + " bytes"));
                }
            }
        }
        return count;
    }

    private static String hex(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(lengthBytes, SHOWN_KEY_LENGTH); i++)
        {
            text.append(Character.forDigit((buffer.getByte(offset + i) >>> 4) & 0xF, 16));
            text.append(Character.forDigit(buffer.getByte(offset + i) & 0xF, 16));
        }
        return lengthBytes > SHOWN_KEY_LENGTH ? text + "... (" + lengthBytes + " bytes)" : text.toString();
    }
}
