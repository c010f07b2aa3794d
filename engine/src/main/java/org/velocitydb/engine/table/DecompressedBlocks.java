package org.velocitydb.engine.table;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a point read of a compressed table asks before it decompresses a block itself: a cache of blocks that other
 * reads have needed. Called by the reading thread; allocates nothing and waits for nobody. Cursors do not ask, so that
 * a scan pushes nothing out.
 *
 * <p>A cached block is what {@link Table#readBlock} has put into a buffer of {@link Table#blockBufferLength} bytes.
 */
public interface DecompressedBlocks
{
    /**
     * Looks for a block.
     *
     * @param tableNumber of the block's table.
     * @param blockOffset of the block in the table's file.
     * @param block       wrapped around the whole of what {@link Table#readBlock} has filled, if it is there; the bytes
     *                    stay valid until the reader's read section ends.
     * @return whether it is there.
     */
    boolean find(long tableNumber, int blockOffset, UnsafeBuffer block);

    /**
     * Hears that a block was not found, and had to be decompressed for one read alone.
     *
     * @param tableNumber of the block's table.
     * @param blockOffset of the block in the table's file.
     */
    void missed(long tableNumber, int blockOffset);
}
