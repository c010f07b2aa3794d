package org.velocitydb.engine.version;

import java.util.Queue;

import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.velocitydb.engine.table.Table;
import org.velocitydb.journal.storage.Storage;

/**
 * Closes tables that nobody refers to any more, and deletes those that no longer belong to the store. Any thread hands
 * tables in; the thread that owns the {@link VersionSet} does the work, so that no reader ever waits for a file to be
 * unmapped or deleted.
 *
 * <p>Deletions are not forced: a file that a crash brings back is one that no manifest names, and goes at the next
 * open.
 */
public final class TableJanitor
{
    /** Files deleted by one piece of work: deleting a large file may take a while. */
    private static final int WORK_LIMIT = 4;

    private final Storage storage;
    private final Queue<Table> unreferenced = new ManyToOneConcurrentLinkedQueue<>();
    /** Owned by the thread of the version set. */
    private final LongHashSet obsoleteNumbers = new LongHashSet();

    TableJanitor(final Storage storage)
    {
        this.storage = storage;
    }

    void onUnreferenced(final Table table)
    {
        unreferenced.add(table);
    }

    /** From now on the table's file goes when the last reference has gone. */
    void onObsolete(final Table table)
    {
        obsoleteNumbers.add(table.number());
    }

    /**
     * Does a bounded piece of work. Called by the thread of the version set.
     *
     * @return tables put away.
     */
    public int doWork()
    {
        int workCount = 0;
        while (workCount < WORK_LIMIT)
        {
            final Table table = unreferenced.poll();
            if (table == null)
            {
                break;
            }
            workCount++;
            table.close();
            if (obsoleteNumbers.remove(table.number()))
            {
                storage.delete(table.name());
            }
        }
        return workCount;
    }
}
