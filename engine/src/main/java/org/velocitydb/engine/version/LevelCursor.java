package org.velocitydb.engine.version;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.CursorEntry;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableCursor;
import org.velocitydb.engine.table.TableReadContext;

/**
 * Walks tables whose key ranges do not overlap as if they were one, and touches only those that it comes to. One
 * thread; allocation-free once warm. It holds no reference to the tables: whoever resets it does.
 */
public final class LevelCursor implements EntryCursor
{
    private static final Table[] NO_TABLES = new Table[0];

    private final TableCursor cursor;
    private Table[] tables = NO_TABLES;
    private int tableIndex;
    private boolean isValid;

    /**
     * A cursor without tables.
     *
     * @param context of the thread that will use it.
     */
    public LevelCursor(final TableReadContext context)
    {
        cursor = new TableCursor(context);
    }

    /**
     * Goes over to other tables, unpositioned.
     *
     * @param newTables in ascending order of their keys, disjoint; not changed by anyone any more.
     * @return this.
     */
    public LevelCursor reset(final Table[] newTables)
    {
        tables = newTables;
        isValid = false;
        return this;
    }

    @Override
    public boolean seekFirst()
    {
        isValid = false;
        return isValid = tables.length > 0 && enter(0).seekFirst();
    }

    @Override
    public boolean seekLast()
    {
        isValid = false;
        return isValid = tables.length > 0 && enter(tables.length - 1).seekLast();
    }

    @Override
    public boolean seek(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        isValid = false;
        final int index = TableSet.firstEndingAtOrAfter(tables, key, offset, lengthBytes);
        return isValid = index < tables.length && enter(index).seek(key, offset, lengthBytes);
    }

    @Override
    public boolean seekBefore(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        isValid = false;
        final int index = TableSet.firstEndingAtOrAfter(tables, key, offset, lengthBytes);
        if (index < tables.length && enter(index).seekBefore(key, offset, lengthBytes))
        {
            return isValid = true;
        }
        return isValid = index > 0 && enter(index - 1).seekLast();
    }

    @Override
    public boolean next()
    {
        isValid = false;
        if (cursor.next())
        {
            return isValid = true;
        }
        return isValid = tableIndex + 1 < tables.length && enter(tableIndex + 1).seekFirst();
    }

    @Override
    public boolean previous()
    {
        isValid = false;
        if (cursor.previous())
        {
            return isValid = true;
        }
        return isValid = tableIndex > 0 && enter(tableIndex - 1).seekLast();
    }

    private TableCursor enter(final int index)
    {
        tableIndex = index;
        return cursor.reset(tables[index]);
    }

    @Override
    public boolean isValid()
    {
        return isValid;
    }

    @Override
    public CursorEntry entry()
    {
        return cursor.entry();
    }

    /**
     * Leaves the tables; {@link #reset} makes the cursor usable again.
     */
    @Override
    public void close()
    {
        cursor.close();
        tables = NO_TABLES;
        isValid = false;
    }
}
