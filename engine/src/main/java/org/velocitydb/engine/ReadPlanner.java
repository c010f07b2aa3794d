package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.version.TableSet;

/**
 * Adds up what reads would touch, for one {@link ReadPlan}. Used by one thread, inside a read section or while a
 * snapshot is open.
 */
public final class ReadPlanner
{
    private final StoreView view;
    private final InternalKey from = new InternalKey();
    private final InternalKey to = new InternalKey();
    private long tables;
    private long blocks;

    ReadPlanner(final StoreView view)
    {
        this.view = view;
    }

    /**
     * Adds the read of one key.
     *
     * @param keyspace id.
     * @param key      buffer of the user's key.
     * @param offset   of the key.
     * @param length   of the key in bytes.
     */
    public void addPoint(final int keyspace, final DirectBuffer key, final int offset, final int length)
    {
        from.set(keyspace, key, offset, length);
        final int internalLength = from.lengthBytes();
        final long keyHash = KeyHash.hash(from.buffer(), 0, internalLength);
        final TableSet set = view.tables();
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            for (int i = 0; i < set.tableCount(level); i++)
            {
                final Table table = set.table(level, i);
                if (!table.isBeforeSmallest(from.buffer(), 0, internalLength) &&
                    !table.isAfterLargest(from.buffer(), 0, internalLength) && table.mayContain(keyHash))
                {
                    tables++;
                    blocks++;
                }
            }
        }
    }

    /**
     * Adds the walk over a range.
     *
     * @param keyspace id.
     * @param first    key of the range, whose capacity is its length.
     * @param end      first key beyond, or null where there is none.
     */
    public void addRange(final int keyspace, final DirectBuffer first, final DirectBuffer end)
    {
        from.set(keyspace, first, 0, first.capacity());
        if (end == null)
        {
            to.setKeyspace(keyspace + 1);
        }
        else
        {
            to.set(keyspace, end, 0, end.capacity());
        }
        final TableSet set = view.tables();
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            for (int i = 0; i < set.tableCount(level); i++)
            {
                final int blockCount = set.table(level, i).blockCountBetween(
                    from.buffer(), from.lengthBytes(), to.buffer(), to.lengthBytes());
                tables += blockCount > 0 ? 1 : 0;
                blocks += blockCount;
            }
        }
    }

    /**
     * What has been added.
     *
     * @return the sum.
     */
    public ReadPlan plan()
    {
        long tablesInAll = 0;
        long blocksInAll = 0;
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            tablesInAll += view.tables().tableCount(level);
            for (int i = 0; i < view.tables().tableCount(level); i++)
            {
                blocksInAll += view.tables().table(level, i).blockCount();
            }
        }
        return new ReadPlan(1 + view.frozenCount(), tables, tablesInAll, blocks, blocksInAll);
    }
}
