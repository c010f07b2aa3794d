package org.velocitydb.engine.version;

import org.velocitydb.engine.table.TableNames;
import org.velocitydb.journal.storage.Storage;

/**
 * A copy of a set of tables in a directory of the same storage, which a store can be opened on: hard links to the
 * tables, and a manifest of its own. Takes a few tables a step. One thread.
 *
 * <p>The manifest comes last. Until then nobody takes the directory for a store, so a copy that a crash has cut short
 * is refused by whoever opens it.
 */
public final class VersionCopy implements AutoCloseable
{
    private static final int TABLES_PER_STEP = 16;

    private final Storage storage;
    private final String directory;
    private final TableSet tables;
    private final VersionEdit edit;
    private int level;
    private int index;
    private boolean isDone;

    VersionCopy(final Storage storage, final String directory, final TableSet tables, final VersionEdit edit)
    {
        this.storage = storage;
        this.directory = directory;
        this.tables = tables;
        this.edit = edit;
        tables.retain();
    }

    /**
     * Whether a copy has its manifest, without which nobody takes it for a store.
     *
     * @param storage   that the copy is in.
     * @param directory of the copy.
     * @return true for one that was finished.
     */
    public static boolean isComplete(final Storage storage, final String directory)
    {
        return storage.exists(directory + '/' + ManifestNames.CURRENT);
    }

    /**
     * Takes a copy's manifest away, for good.
     *
     * @param storage   that the copy is in.
     * @param directory of the copy, finished or not.
     */
    public static void revoke(final Storage storage, final String directory)
    {
        storage.delete(directory + '/' + ManifestNames.CURRENT);
        storage.forceDirectory(directory);
    }

    /**
     * Length of the copy's tables.
     *
     * @return bytes.
     */
    public long lengthBytes()
    {
        return tables.lengthBytes();
    }

    /**
     * Sequence up to which the copy has everything.
     *
     * @return the flushed sequence of the set.
     */
    public long flushedSequence()
    {
        return tables.flushedSequence();
    }

    /**
     * Does a step.
     *
     * @return whether the copy is complete and durable.
     * @throws org.velocitydb.journal.storage.StorageException when a file cannot be linked or written.
     */
    public boolean doWork()
    {
        if (isDone)
        {
            return true;
        }
        storage.makeDirectory(tableDirectory());
        for (int i = 0; i < TABLES_PER_STEP && nextTable(); i++)
        {
            final String name = TableNames.of(tables.table(level, index).number());
            storage.link(name, directory + '/' + name);
            index++;
        }
        if (!nextTable())
        {
            storage.forceDirectory(tableDirectory());
            Manifest.create(storage.within(directory), edit);
            isDone = true;
        }
        return isDone;
    }

    private String tableDirectory()
    {
        return directory + '/' + TableNames.DIRECTORY;
    }

    private boolean nextTable()
    {
        while (level < TableSet.LEVEL_COUNT && index == tables.tableCount(level))
        {
            level++;
            index = 0;
        }
        return level < TableSet.LEVEL_COUNT;
    }

    /**
     * Lets go of the tables.
     */
    @Override
    public void close()
    {
        tables.release();
    }
}
