package org.velocitydb.engine.cache;

import org.agrona.MutableDirectBuffer;

/**
 * Decompresses blocks for a {@link BlockCache}, on its owner's thread. For each block that it takes in, the cache asks
 * for the length first, makes room, and then has the block loaded into it.
 */
public interface BlockLoader
{
    /** Answers that a block cannot be had: its table is gone, it is damaged, or it is not compressed. */
    int NULL_LENGTH = -1;

    /**
     * How long a block is, decompressed.
     *
     * @param tableNumber of its table.
     * @param blockOffset in the table's file.
     * @return bytes, or {@link #NULL_LENGTH}.
     */
    int lengthBytes(long tableNumber, int blockOffset);

    /**
     * Decompresses the block whose length was asked for last.
     *
     * @param tableNumber of its table.
     * @param blockOffset in the table's file.
     * @param target      exactly as long as the block.
     * @return false if it cannot be had after all; what is in the target does not matter then.
     */
    boolean load(long tableNumber, int blockOffset, MutableDirectBuffer target);
}
