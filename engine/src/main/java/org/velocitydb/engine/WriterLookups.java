package org.velocitydb.engine;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.cache.BlockCacheReader;
import org.velocitydb.engine.concurrent.Epochs;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.table.TableReadContext;

/**
 * How the writer reads what it has written: in its own view, which nobody takes away from it, and in blocks of the
 * shared cache, which stay between {@link #begin()} and {@link #end()} alone. Owned by the writer; allocation-free.
 */
final class WriterLookups implements AutoCloseable
{
    private final Epochs.Slot slot;
    private final BlockCacheReader blocks;
    private final TableReadContext tableContext;

    WriterLookups(final StoreState state)
    {
        slot = state.epochs().register();
        blocks = state.blocks().newReader();
        tableContext = new TableReadContext(blocks);
    }

    void begin()
    {
        slot.enter();
    }

    void end()
    {
        slot.exit();
    }

    /**
     * Finds the newest entry of a key, visible or not.
     *
     * @param found points at the entry until {@link #end()} or the next look-up.
     * @return whether there is one, be it a tombstone.
     */
    boolean get(
        final StoreView view, final DirectBuffer key, final int offset, final int keyLength, final EntryView found)
    {
        return view.get(key, offset, keyLength, Long.MAX_VALUE, found, tableContext);
    }

    @Override
    public void close()
    {
        blocks.close();
        slot.unregister();
        tableContext.close();
    }
}
