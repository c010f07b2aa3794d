package org.velocitydb.engine.version;

import java.util.ArrayList;
import java.util.List;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.MergingCursor;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableCursor;
import org.velocitydb.engine.table.TableReadContext;

/**
 * The cursors that one scan needs over a {@link TableSet}, kept for the next one. One thread; allocation-free once as
 * many cursors have been made as a set needs. The owner holds a reference to the set as long as the cursors are used.
 */
public final class TableSetCursors
{
    private final TableReadContext context;
    private final List<TableCursor> tableCursors = new ArrayList<>();
    private final List<LevelCursor> levelCursors = new ArrayList<>();

    /**
     * Without any cursor yet.
     *
     * @param context of the thread that will use them.
     */
    public TableSetCursors(final TableReadContext context)
    {
        this.context = context;
    }

    /**
     * Adds cursors over all tables, newest first, to those that are merged. The cursors given out before are taken
     * back.
     *
     * @param tables to walk.
     * @param target with room for {@link TableSet#cursorCount()} more sources.
     */
    public void addTo(final TableSet tables, final MergingCursor target)
    {
        for (int i = 0; i < tables.tableCount(0); i++)
        {
            target.add(tableCursor(i).reset(tables.table(0, i)));
        }
        for (int level = 1; level < TableSet.LEVEL_COUNT; level++)
        {
            if (tables.tableCount(level) > 0)
            {
                target.add(levelCursor(level - 1).reset(tables.level(level)));
            }
        }
    }

    /**
     * Adds cursors over the tables that may hold keys of a range, newest first. They are not bound to the range. The
     * cursors given out before are taken back.
     *
     * @param tables     to walk.
     * @param from       buffer of the range's first key.
     * @param fromOffset of that key.
     * @param fromLength of that key in bytes.
     * @param to         buffer of the first key after the range.
     * @param toOffset   of that key.
     * @param toLength   of that key in bytes.
     * @param target     with room for {@link TableSet#cursorCount()} more sources.
     */
    public void addTo(
        final TableSet tables,
        final DirectBuffer from,
        final int fromOffset,
        final int fromLength,
        final DirectBuffer to,
        final int toOffset,
        final int toLength,
        final MergingCursor target)
    {
        for (int i = 0; i < tables.tableCount(0); i++)
        {
            final Table table = tables.table(0, i);
            if (!table.isAfterLargest(from, fromOffset, fromLength) && !table.isBeforeSmallest(to, toOffset, toLength))
            {
                target.add(tableCursor(i).reset(table));
            }
        }
        for (int level = 1; level < TableSet.LEVEL_COUNT; level++)
        {
            final Table[] ofLevel = tables.level(level);
            final int index = TableSet.firstEndingAtOrAfter(ofLevel, from, fromOffset, fromLength);
            if (index < ofLevel.length && !ofLevel[index].isBeforeSmallest(to, toOffset, toLength))
            {
                target.add(levelCursor(level - 1).reset(ofLevel));
            }
        }
    }

    private TableCursor tableCursor(final int index)
    {
        while (tableCursors.size() <= index)
        {
            tableCursors.add(new TableCursor(context));
        }
        return tableCursors.get(index);
    }

    private LevelCursor levelCursor(final int index)
    {
        while (levelCursors.size() <= index)
        {
            levelCursors.add(new LevelCursor(context));
        }
        return levelCursors.get(index);
    }
}
