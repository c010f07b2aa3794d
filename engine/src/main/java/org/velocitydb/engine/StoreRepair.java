package org.velocitydb.engine;

import org.velocitydb.engine.version.VersionSet;
import org.velocitydb.journal.JournalContext;
import org.velocitydb.journal.JournalRepair;
import org.velocitydb.journal.RepairPlan;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageLock;

/**
 * Makes a store usable again whose journal is damaged, so that {@link Store#open(StoreContext)} refuses it. First
 * {@link #plan()} says what would be lost and changes nothing; then, if somebody wants that, {@link #apply(RepairPlan)}
 * does it. The store is locked as long as this is open.
 */
public final class StoreRepair implements AutoCloseable
{
    private final StorageLock lock;
    private final JournalRepair journal;
    private final long firstNeededSequence;

    /**
     * Locks a store and reads its manifest.
     *
     * @param storage of the store.
     * @throws org.velocitydb.journal.storage.StorageLockedException when it is open.
     * @throws org.velocitydb.journal.storage.CorruptionException    when the manifest or a table is damaged, which this
     *                                                               cannot mend.
     */
    public StoreRepair(final Storage storage)
    {
        lock = StoreResources.lock(storage);
        journal = new JournalRepair(storage);
        try (VersionSet versions = VersionSet.open(storage))
        {
            firstNeededSequence = versions.current().flushedSequence() + 1;
        }
        catch (final RuntimeException ex)
        {
            lock.close();
            throw ex;
        }
    }

    /**
     * Finds out what a repair would do. Changes nothing of the journal.
     *
     * @return the plan, and in its words what would be lost.
     */
    public RepairPlan plan()
    {
        return journal.plan(JournalContext.Configuration.DIRECTORY_DEFAULT, firstNeededSequence);
    }

    /**
     * Does what a plan says. Nothing is destroyed: what is taken out stays beside the journal in files that end in
     * {@code .damaged}.
     *
     * @param plan that {@link #plan()} made.
     */
    public void apply(final RepairPlan plan)
    {
        journal.apply(plan);
    }

    @Override
    public void close()
    {
        lock.close();
    }
}
