package org.velocitydb.engine.version;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.KeyText;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableCursor;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.journal.storage.Finding;
import org.velocitydb.journal.storage.StorageException;

/**
 * Checks what {@link TableSet} promises of all tables together: those of a level from 1 on are disjoint, and of two
 * entries of one key the one further up is the newer. For that it walks all levels side by side, which touches every
 * block once more. One thread; filled with {@link #add}, then {@link #verify} once.
 */
public final class LevelVerifier
{
    /** Keys between two words about progress. */
    private static final int PROGRESS_INTERVAL = 4096;

    private final TableReadContext context;
    private final Consumer<Finding> findings;
    private final List<List<Table>> levels = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();

    /** A sorted run of entries, and what was found wrong with it. */
    private static final class Run
    {
        private final Table[] tables;
        private final EntryCursor cursor;
        private String violationFile;
        private String firstViolation;
        private long violationCount;

        Run(final Table[] tables, final EntryCursor cursor)
        {
            this.tables = tables;
            this.cursor = cursor;
        }

        void onViolation(final Run newer)
        {
            violationCount++;
            if (firstViolation == null)
            {
                violationFile = file();
                firstViolation = "key=" + KeyText.of(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()) +
                    ", sequence=" + cursor.sequence() + ", sequence further up=" + newer.cursor.sequence() + " in " +
                    newer.file();
            }
        }

        /** The table that the cursor stands in. */
        String file()
        {
            final int index = TableSet.firstEndingAtOrAfter(
                tables, cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength());
            return tables[Math.min(index, tables.length - 1)].name();
        }
    }

    /**
     * Verifies one store's levels.
     *
     * @param context  of the calling thread.
     * @param findings receives what is found.
     */
    public LevelVerifier(final TableReadContext context, final Consumer<Finding> findings)
    {
        this.context = context;
        this.findings = findings;
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            levels.add(new ArrayList<>());
        }
    }

    /**
     * Adds a table that is sound in itself.
     *
     * @param level that it is in.
     * @param table that stays open until {@link #verify} has returned.
     */
    public void add(final int level, final Table table)
    {
        levels.get(level).add(table);
    }

    /**
     * Looks for overlaps, and at the sequences of each key.
     *
     * @param progress receives, now and then, how many entries have been looked at.
     */
    public void verify(final LongConsumer progress)
    {
        levels.get(0).sort(TableSet.NEWEST_FIRST);
        for (final Table table : levels.get(0))
        {
            runs.add(new Run(new Table[]{ table }, new TableCursor(context).reset(table)));
        }
        for (int level = 1; level < TableSet.LEVEL_COUNT; level++)
        {
            final Table[] disjoint = disjoint(level);
            if (disjoint.length > 0)
            {
                runs.add(new Run(disjoint, new LevelCursor(context).reset(disjoint)));
            }
        }
        if (runs.size() > 1)
        {
            merge(progress);
        }
        for (final Run run : runs)
        {
            tell(run);
        }
    }

    /** The tables of a level in order, without those that reach into the one before them. */
    private Table[] disjoint(final int level)
    {
        final List<Table> tables = levels.get(level);
        tables.sort(TableSet.BY_KEY);
        final List<Table> disjoint = new ArrayList<>();
        for (final Table table : tables)
        {
            final Table left = disjoint.isEmpty() ? null : disjoint.get(disjoint.size() - 1);
            final DirectBuffer smallest = table.smallestKey();
            if (left == null || left.isAfterLargest(smallest, 0, smallest.capacity()))
            {
                disjoint.add(table);
            }
            else
            {
                findings.accept(
                    Finding.error(
                        table.name(), Finding.NULL_OFFSET, "tables of a level overlap: level=" + level + ", left=" +
                            left.name() + ", smallest key=" + KeyText.of(smallest, 0, smallest.capacity())));
            }
        }
        return disjoint.toArray(new Table[0]);
    }

    private void merge(final LongConsumer progress)
    {
        try
        {
            for (final Run run : runs)
            {
                run.cursor.seekFirst();
            }
            long entryCount = 0;
            long toldCount = 0;
            int smallest = smallest();
            while (smallest < runs.size())
            {
                entryCount += compareAndPass(smallest);
                if (entryCount - toldCount >= PROGRESS_INTERVAL)
                {
                    progress.accept(entryCount);
                    toldCount = entryCount;
                }
                smallest = smallest();
            }
            progress.accept(entryCount);
        }
        catch (final StorageException ex)
        {
            findings.accept(Finding.of(TableNames.DIRECTORY, ex));
        }
    }

    /** The first run from the top that shows the smallest key of all; the number of runs where all are at their end. */
    private int smallest()
    {
        int smallest = runs.size();
        for (int i = 0; i < runs.size(); i++)
        {
            if (runs.get(i).cursor.isValid() && (smallest == runs.size() || compareKeys(i, smallest) < 0))
            {
                smallest = i;
            }
        }
        return smallest;
    }

    /** Compares the sequences of all entries of a key, from the top, and goes on behind them. */
    private int compareAndPass(final int first)
    {
        int entryCount = 1;
        Run newer = runs.get(first);
        for (int i = first + 1; i < runs.size(); i++)
        {
            final Run run = runs.get(i);
            if (run.cursor.isValid() && compareKeys(i, first) == 0)
            {
                entryCount++;
                if (run.cursor.sequence() >= newer.cursor.sequence())
                {
                    run.onViolation(newer);
                }
                newer = run;
            }
        }
        // From below, because all are compared with the first one's key.
        for (int i = runs.size() - 1; i >= first; i--)
        {
            if (runs.get(i).cursor.isValid() && compareKeys(i, first) == 0)
            {
                runs.get(i).cursor.next();
            }
        }
        return entryCount;
    }

    private int compareKeys(final int left, final int right)
    {
        final EntryCursor a = runs.get(left).cursor;
        final EntryCursor b = runs.get(right).cursor;
        return Keys.compare(
            a.keyBuffer(), a.keyOffset(), a.keyLength(), b.keyBuffer(), b.keyOffset(), b.keyLength());
    }

    private void tell(final Run run)
    {
        if (run.violationCount > 0)
        {
            findings.accept(
                Finding.error(
                    run.violationFile, Finding.NULL_OFFSET, "an entry is not older than one of its key further up: " +
                        "entries=" + run.violationCount + ", first: " + run.firstViolation));
        }
        run.cursor.close();
    }
}
