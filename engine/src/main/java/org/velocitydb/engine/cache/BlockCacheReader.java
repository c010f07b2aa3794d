package org.velocitydb.engine.cache;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.concurrent.PaddedLong;

/**
 * One thread's look into a {@link BlockCache}: without a lock, without waiting, without allocation. Used between
 * entering and leaving an epoch, in which what it found stays where it is. Others may read the counters.
 */
public final class BlockCacheReader implements AutoCloseable
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

    /**
     * Finds a block, and has it remembered that it was asked for; one that is asked for often will be there the next
     * time.
     *
     * @param tableNumber of the block's table.
     * @param blockOffset in the table's file.
     * @param block       wraps the decompressed block if it is found; valid until the thread leaves its epoch.
     * @return whether it was found.
     */
    public boolean find(final long tableNumber, final int blockOffset, final DirectBuffer block)
    {
        final long key = BlockKey.of(tableNumber, blockOffset);
        if (key == BlockKey.NULL_KEY)
        {
            misses.addOpaque(1);
            return false;
        }
        recorder.record(key);
        final long frame = table.find(key);
        if (frame == BlockTable.NULL_FRAME)
        {
            misses.addOpaque(1);
            return false;
        }
        hits.addOpaque(1);
        block.wrap(BlockFrame.blockAddress(frame), BlockFrame.lengthBytes(frame));
        return true;
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
     * Blocks that were not.
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
