package org.velocitydb.engine.cache;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.concurrent.PaddedLong;
import org.velocitydb.engine.table.DecompressedBlocks;

/**
 * One thread's look into a {@link BlockCache}: without a lock, without waiting, without allocation. Used between
 * entering and leaving an epoch, in which what it found stays where it is. Others may read the counters.
 */
public final class BlockCacheReader implements DecompressedBlocks, AutoCloseable
{
    private final BlockCache cache;
    private final BlockTable table;
    private final Recorder recorder = new Recorder();
    /** Written by the reader. */
    private final PaddedLong hits = new PaddedLong(0);
    private final PaddedLong misses = new PaddedLong(0);

    BlockCacheReader(final BlockCache cache, final BlockTable table)
    {
        this.cache = cache;
        this.table = table;
    }

    @Override
    public boolean find(final long tableNumber, final int blockOffset, final UnsafeBuffer block)
    {
        final long key = BlockKey.of(tableNumber, blockOffset);
        final long frame = key == BlockKey.NULL_KEY ? BlockTable.NULL_FRAME : table.find(key);
        if (frame == BlockTable.NULL_FRAME)
        {
            return false;
        }
        hits.addOpaque(1);
        recorder.record(key);
        block.wrap(BlockFrame.blockAddress(frame), BlockFrame.lengthBytes(frame));
        return true;
    }

    @Override
    public void missed(final long tableNumber, final int blockOffset)
    {
        misses.addOpaque(1);
        final long key = BlockKey.of(tableNumber, blockOffset);
        if (key != BlockKey.NULL_KEY)
        {
            recorder.record(key);
        }
    }

    /**
     * Blocks that were found.
     *
     * @return the count; any thread.
     */
    public long hits()
    {
        return hits.getOpaque();
    }

    /**
     * Blocks that were missed.
     *
     * @return the count; any thread.
     */
    public long misses()
    {
        return misses.getOpaque();
    }

    /**
     * Gives the place back to the cache; the counters go on with who has it next.
     */
    @Override
    public void close()
    {
        cache.giveBack(this);
    }

    Recorder recorder()
    {
        return recorder;
    }
}
