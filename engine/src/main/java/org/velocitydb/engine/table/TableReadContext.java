package org.velocitydb.engine.table;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a thread needs of its own to read tables: room to compute checksums in, a view of a block, and room for one
 * decompressed block. One per reading thread, made once and handed to every read; cursors made with it have a block's
 * room of their own. Memory: 8 KiB, and for compressed tables the longest block met, twice.
 */
public final class TableReadContext implements AutoCloseable
{
    /** Large enough that the calls cost nothing against the checksum, small enough to stay in the first cache. */
    private static final int SCRATCH_LENGTH = 8192;

    private final TableChecksum checksum = new TableChecksum();
    private final byte[] scratch = new byte[SCRATCH_LENGTH];
    private final Block block = new Block();
    private final BlockBuffer blockBuffer = new BlockBuffer();
    private final BlockLoader loader = new BlockLoader();
    private final UnsafeBuffer cachedBlock = new UnsafeBuffer(0, 0);
    private final DecompressedBlocks cache;

    /**
     * For one thread, which decompresses what it needs.
     */
    public TableReadContext()
    {
        this(null);
    }

    /**
     * For one thread, whose point reads of compressed tables ask a cache first.
     *
     * @param cache of decompressed blocks, or null for none.
     */
    public TableReadContext(final DecompressedBlocks cache)
    {
        this.cache = cache;
    }

    /** The block that a point read looks into. */
    Block block()
    {
        return block;
    }

    /** Where a point read decompresses a block to. */
    BlockBuffer blockBuffer()
    {
        return blockBuffer;
    }

    BlockLoader loader()
    {
        return loader;
    }

    /** Null where there is none. */
    DecompressedBlocks cache()
    {
        return cache;
    }

    /** What the cache shows a block with. */
    UnsafeBuffer cachedBlock()
    {
        return cachedBlock;
    }

    /**
     * Computes the checksum of a part of a table. The bytes pass through a scratch array since a checksum wants an
     * array or a ByteBuffer, and making one of these for each block would be garbage.
     */
    int checksum(final DirectBuffer file, final long tableNumber, final int offset, final int lengthBytes)
    {
        checksum.begin();
        int done = 0;
        while (done < lengthBytes)
        {
            final int length = Math.min(SCRATCH_LENGTH, lengthBytes - done);
            file.getBytes(offset + done, scratch, 0, length);
            checksum.update(scratch, length);
            done += length;
        }
        return checksum.end(tableNumber, offset);
    }

    /**
     * Frees what a native decompressor may hold. The context serves again, and may be closed again.
     */
    @Override
    public void close()
    {
        blockBuffer.forget();
        loader.close();
    }
}
