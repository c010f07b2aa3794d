package org.velocitydb.engine.table;

import java.io.PrintStream;
import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyText;
import org.velocitydb.journal.Counted;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;

/**
 * Prints a table in words, for people who look into a store that is not running. Every block is verified on the way.
 */
public final class TableInspector
{
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
        inspect(TableNames.of(tableNumber), withEntries);
    }

    /**
     * Prints what a table says about itself and, if asked to, a line for each entry.
     *
     * @param path        of the file in its storage; the number in its name is part of its checksums, so one that is
     *                    called otherwise is judged by the number in its footer.
     * @param withEntries whether to list the entries; without, only their number is checked.
     * @throws CorruptionException at the first damage met.
     */
    public void inspect(final String path, final boolean withEntries)
    {
        try (TableReadContext context = new TableReadContext(); Table table = Table.open(storage, path, context))
        {
            final TableInfo info = table.info();
            out.println("table " + table.name() + ", number " + table.number());
            out.println("  length           " + Counted.of(info.lengthBytes(), "byte"));
            out.println("  blocks           " + table.blockCount() + ", of these compressed " +
                table.compressedBlockCount());
            out.println("  entries          " + info.entryCount());
            out.println("  tombstones       " + info.tombstoneCount());
            out.println("  expiring         " + info.expiringCount());
            if (info.expiringCount() > 0)
            {
                out.println("  expiries         " + info.minExpiryMs() + " to " + info.maxExpiryMs() + " ms");
            }
            out.println("  compression      " + info.compression());
            out.println("  sequences        " + info.minSequence() + " to " + info.maxSequence());
            out.println("  raw length       " + Counted.of(info.rawLengthBytes(), "byte"));
            out.println("  creation time    " + info.creationTimeMs() + " ms");
            out.println("  smallest key     " + KeyText.of(table.smallestKey(), 0, table.smallestKey().capacity()));
            out.println("  largest key      " + KeyText.of(table.largestKey(), 0, table.largestKey().capacity()));
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
                    out.println("    " + KeyText.of(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()) +
                        " sequence " + cursor.sequence() +
                        (cursor.isTombstone()
                            ? " tombstone"
                            : " value of " + Counted.of(cursor.valueLength(), "byte")) +
                        (cursor.expiryMs() == Expiry.NEVER_MS ? "" : " expires at " + cursor.expiryMs() + " ms"));
                }
            }
        }
        return count;
    }

    /**
     * Whether a file ends as a table does, whatever it is called.
     *
     * @param end of the file: its last 8 bytes.
     * @return true if it is one of ours, whole or not.
     */
    public static boolean isTable(final DirectBuffer end)
    {
        return end.getLong(0, ByteOrder.LITTLE_ENDIAN) == FooterDescriptor.MAGIC;
    }
}
