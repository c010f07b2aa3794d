package org.velocitydb.engine;

import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.velocitydb.engine.cache.BlockCache;
import org.velocitydb.engine.cache.BlockCacheReader;
import org.velocitydb.engine.cache.BlockLoader;
import org.velocitydb.engine.concurrent.Epochs;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.version.TableSet;
import org.velocitydb.journal.storage.StorageException;

/**
 * The store's cache of decompressed blocks, and where it gets them from: the tables of the current set. Maintenance
 * owns it; readers take their places in it.
 *
 * <p>Who reads an older set misses the blocks of tables that are gone, and decompresses them itself. Cursors do not
 * ask, so a scan pushes nothing out.
 */
final class StoreBlocks implements BlockLoader, AutoCloseable
{
    private final BlockCache cache;
    private final TableReadContext tableContext = new TableReadContext();
    private final Long2ObjectHashMap<Table> tables = new Long2ObjectHashMap<>();
    /** Whose tables they are; compared by identity alone. */
    private TableSet tableSet;

    StoreBlocks(final StoreContext context, final Epochs epochs)
    {
        cache = new BlockCache(context.blockCacheBytesMax(), context.targetCacheHitRate(), epochs, this);
    }

    /** What readers have counted and the cache takes; any thread. */
    BlockCache cache()
    {
        return cache;
    }

    /** A place for a reading thread that is in its epoch when it looks; any thread. */
    BlockCacheReader newReader()
    {
        return cache.newReader();
    }

    /**
     * One duty cycle. Maintenance only.
     *
     * @param current set, which is referenced until the next call.
     * @return how much was done.
     */
    int doWork(final TableSet current)
    {
        if (current != tableSet)
        {
            follow(current);
        }
        return cache.doWork();
    }

    private void follow(final TableSet current)
    {
        tableSet = current;
        tables.clear();
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            for (int i = 0; i < current.tableCount(level); i++)
            {
                final Table table = current.table(level, i);
                tables.put(table.number(), table);
            }
        }
        cache.retainTables(tables::containsKey);
    }

    @Override
    public int lengthBytes(final long tableNumber, final int blockOffset)
    {
        final Table table = tables.get(tableNumber);
        if (table == null)
        {
            return NULL_LENGTH;
        }
        try
        {
            return table.blockBufferLength(blockOffset, tableContext);
        }
        catch (final StorageException ex)
        {
            // The reader that has asked for the block has met the same and told its user.
            return NULL_LENGTH;
        }
    }

    @Override
    public boolean load(final long tableNumber, final int blockOffset, final MutableDirectBuffer target)
    {
        try
        {
            tables.get(tableNumber).readBlock(blockOffset, target, tableContext);
            return true;
        }
        catch (final StorageException ex)
        {
            return false;
        }
    }

    /**
     * Frees all blocks; nobody reads any more.
     */
    @Override
    public void close()
    {
        tables.clear();
        cache.close();
        tableContext.close();
    }
}
