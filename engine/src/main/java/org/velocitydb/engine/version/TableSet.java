package org.velocitydb.engine.version;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.concurrent.ReferenceCount;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableReadContext;

/**
 * All tables of a store at one moment, by level. Immutable: a flush or a compaction makes another one. Any number of
 * threads read it at once, without a lock.
 *
 * <p>Invariants. Tables of level 0 may overlap and are ordered from newest to oldest: of two that hold the same key,
 * the first holds its newer entry. Tables of a level from 1 on are disjoint and ascend. An entry in a level is newer
 * than every entry of its key in the levels below. So the first entry found from the top is the newest.
 *
 * <p>Lifetime: it is made with one reference, the {@link VersionSet}'s, which ends when another set takes its place.
 * Who reads holds a reference of their own, or something that stands for one, such as an epoch. With the last {@link
 * #release()} the set gives back its references to its tables, and those that nobody else refers to go to the {@link
 * TableJanitor}.
 */
public final class TableSet
{
    /** Levels 0 to 6: with a growth of 10 from one to the next, more than any disk holds. */
    public static final int LEVEL_COUNT = 7;

    /**
     * Newest first. Flushes take entries in the order of their sequences, so whatever was flushed later has larger
     * ones; where one flush made several tables they share no key.
     */
    static final Comparator<Table> NEWEST_FIRST = Comparator
        .<Table>comparingLong(table -> table.info().maxSequence()).thenComparingLong(Table::number).reversed();
    static final Comparator<Table> BY_KEY = (left, right) -> Keys.compare(
        left.smallestKey(),
        0,
        left.smallestKey().capacity(),
        right.smallestKey(),
        0,
        right.smallestKey().capacity());

    private final Table[][] levels = new Table[LEVEL_COUNT][];
    private final long[] lengthsBytes = new long[LEVEL_COUNT];
    private final long[] entryCounts = new long[LEVEL_COUNT];
    private final long flushedSequence;
    private final TableJanitor janitor;
    private final ReferenceCount references;

    /** Sorts the levels and takes a reference to each table. */
    TableSet(final List<List<Table>> levels, final long flushedSequence, final TableJanitor janitor)
    {
        this.flushedSequence = flushedSequence;
        this.janitor = janitor;
        references = new ReferenceCount("table set, flushedSequence=" + flushedSequence);
        for (int level = 0; level < LEVEL_COUNT; level++)
        {
            final Table[] tables = levels.get(level).toArray(new Table[0]);
            Arrays.sort(tables, level == 0 ? NEWEST_FIRST : BY_KEY);
            this.levels[level] = tables;
        }
        for (int level = 0; level < LEVEL_COUNT; level++)
        {
            for (final Table table : this.levels[level])
            {
                table.retain();
                lengthsBytes[level] += table.info().lengthBytes();
                entryCounts[level] += table.info().entryCount();
            }
        }
    }

    /**
     * All entries up to this sequence are in tables, this set's or, where they have been replaced, nowhere.
     *
     * @return the flushed sequence; 0 before the first flush.
     */
    public long flushedSequence()
    {
        return flushedSequence;
    }

    /**
     * Number of tables in a level.
     *
     * @param level from 0 to {@link #LEVEL_COUNT} - 1.
     * @return how many.
     */
    public int tableCount(final int level)
    {
        return levels[level].length;
    }

    /**
     * A table of a level.
     *
     * @param level from 0 to {@link #LEVEL_COUNT} - 1.
     * @param index newest first in level 0, by key elsewhere.
     * @return the table, valid as long as a reference to this set is held.
     */
    public Table table(final int level, final int index)
    {
        return levels[level][index];
    }

    /**
     * Length of all files of a level.
     *
     * @param level from 0 to {@link #LEVEL_COUNT} - 1.
     * @return bytes.
     */
    public long lengthBytes(final int level)
    {
        return lengthsBytes[level];
    }

    /**
     * Length of all files.
     *
     * @return bytes.
     */
    public long lengthBytes()
    {
        long lengthBytes = 0;
        for (final long ofLevel : lengthsBytes)
        {
            lengthBytes += ofLevel;
        }
        return lengthBytes;
    }

    /**
     * Entries of all tables of a level.
     *
     * @param level from 0 to {@link #LEVEL_COUNT} - 1.
     * @return entries, tombstones included.
     */
    public long entryCount(final int level)
    {
        return entryCounts[level];
    }

    /**
     * Looks a key up, newest entry first. Allocation-free.
     *
     * @param key     buffer that holds the key.
     * @param offset  of the key.
     * @param length  of the key in bytes.
     * @param keyHash {@link org.velocitydb.engine.entry.KeyHash} of the key.
     * @param view    that shows the entry, if there is one; valid as long as the reference to this set.
     * @param context of the calling thread.
     * @return whether there is an entry, be it a tombstone.
     */
    public boolean get(
        final DirectBuffer key,
        final int offset,
        final int length,
        final long keyHash,
        final EntryView view,
        final TableReadContext context)
    {
        for (final Table table : levels[0])
        {
            if (table.get(key, offset, length, keyHash, view, context))
            {
                return true;
            }
        }
        for (int level = 1; level < LEVEL_COUNT; level++)
        {
            final Table[] tables = levels[level];
            final int index = firstEndingAtOrAfter(tables, key, offset, length);
            if (index < tables.length && tables[index].get(key, offset, length, keyHash, view, context))
            {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a table may hold an entry of a key that is newer than a sequence, so that an answer found earlier may
     * have been overtaken. Allocation-free.
     *
     * @param key      buffer that holds the key.
     * @param offset   of the key.
     * @param length   of the key in bytes.
     * @param keyHash  {@link org.velocitydb.engine.entry.KeyHash} of the key.
     * @param sequence up to which everything is known.
     * @return false if there certainly is none.
     */
    public boolean mayContainNewer(
        final DirectBuffer key, final int offset, final int length, final long keyHash, final long sequence)
    {
        for (int level = 0; level < LEVEL_COUNT; level++)
        {
            final Table[] tables = levels[level];
            final int first = level == 0 ? 0 : firstEndingAtOrAfter(tables, key, offset, length);
            final int last = level == 0 ? tables.length : Math.min(first + 1, tables.length);
            for (int i = first; i < last; i++)
            {
                if (tables[i].info().maxSequence() > sequence && tables[i].mayContain(keyHash) &&
                    !tables[i].isBeforeSmallest(key, offset, length) && !tables[i].isAfterLargest(key, offset, length))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Whether there is no table at all.
     *
     * @return true before the first flush.
     */
    public boolean isEmpty()
    {
        for (final Table[] level : levels)
        {
            if (level.length > 0)
            {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a table of a deeper level may hold a key, so that a tombstone for it is still needed.
     *
     * @param level  that is asked from; the levels after it are looked at.
     * @param key    buffer that holds the key.
     * @param offset of the key.
     * @param length of the key in bytes.
     * @return false if there certainly is no entry of the key below.
     */
    public boolean mayHoldBelow(final int level, final DirectBuffer key, final int offset, final int length)
    {
        for (int below = level + 1; below < LEVEL_COUNT; below++)
        {
            final Table[] tables = levels[below];
            final int index = firstEndingAtOrAfter(tables, key, offset, length);
            if (index < tables.length && !tables[index].isBeforeSmallest(key, offset, length))
            {
                return true;
            }
        }
        return false;
    }

    /**
     * The tables of a level whose range touches a range of keys.
     *
     * @param level    from 1 to {@link #LEVEL_COUNT} - 1.
     * @param smallest key of the range; its capacity is its length.
     * @param largest  key of the range, which belongs to it.
     * @return in the level's order.
     */
    public List<Table> overlapping(final int level, final DirectBuffer smallest, final DirectBuffer largest)
    {
        final List<Table> found = new ArrayList<>();
        final Table[] tables = levels[level];
        int index = firstEndingAtOrAfter(tables, smallest, 0, smallest.capacity());
        while (index < tables.length && !tables[index].isBeforeSmallest(largest, 0, largest.capacity()))
        {
            found.add(tables[index]);
            index++;
        }
        return found;
    }

    /**
     * Whether a table of the levels after one touches a range of keys.
     *
     * @param level    that is asked from.
     * @param smallest key of the range; its capacity is its length.
     * @param largest  key of the range, which belongs to it.
     * @return false if all below lies outside.
     */
    public boolean overlapsBelow(final int level, final DirectBuffer smallest, final DirectBuffer largest)
    {
        for (int below = level + 1; below < LEVEL_COUNT; below++)
        {
            final Table[] tables = levels[below];
            final int index = firstEndingAtOrAfter(tables, smallest, 0, smallest.capacity());
            if (index < tables.length && !tables[index].isBeforeSmallest(largest, 0, largest.capacity()))
            {
                return true;
            }
        }
        return false;
    }

    /**
     * Most sources that a merge over this set has.
     *
     * @return one for each table of level 0, one for each further level that has tables.
     */
    public int cursorCount()
    {
        int count = levels[0].length;
        for (int level = 1; level < LEVEL_COUNT; level++)
        {
            count += levels[level].length > 0 ? 1 : 0;
        }
        return count;
    }

    /** Not to be changed by the caller. */
    Table[] level(final int level)
    {
        return levels[level];
    }

    /** Index of the first of ascending, disjoint tables that holds a key or has all its keys after it. */
    static int firstEndingAtOrAfter(
        final Table[] tables, final DirectBuffer key, final int offset, final int lengthBytes)
    {
        int low = 0;
        int high = tables.length;
        while (low < high)
        {
            final int middle = (low + high) >>> 1;
            if (tables[middle].isAfterLargest(key, offset, lengthBytes))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    /** Two neighbours of a level from 1 on that overlap, or null where all is well. */
    String findOverlap()
    {
        for (int level = 1; level < LEVEL_COUNT; level++)
        {
            for (int i = 1; i < levels[level].length; i++)
            {
                final Table left = levels[level][i - 1];
                final DirectBuffer smallest = levels[level][i].smallestKey();
                if (!left.isAfterLargest(smallest, 0, smallest.capacity()))
                {
                    return "level=" + level + ", left=" + left.name() + ", right=" + levels[level][i].name();
                }
            }
        }
        return null;
    }

    /**
     * Takes another reference. Only who knows that one is held may call. Any thread.
     */
    public void retain()
    {
        references.retain();
    }

    /**
     * Gives a reference back. Any thread; files are closed and deleted later, by the janitor.
     */
    public void release()
    {
        if (references.release())
        {
            for (final Table[] tables : levels)
            {
                for (final Table table : tables)
                {
                    if (table.release())
                    {
                        janitor.onUnreferenced(table);
                    }
                }
            }
        }
    }
}
