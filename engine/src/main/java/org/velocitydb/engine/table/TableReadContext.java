package org.velocitydb.engine.table;

import org.agrona.DirectBuffer;

/**
 * What a thread needs of its own to read tables: room to compute checksums in and a view of a block. One per reading
 * thread, made once and handed to every read.
 */
public final class TableReadContext
{
    /** Large enough that the calls cost nothing against the checksum, small enough to stay in the first cache. */
    private static final int SCRATCH_LENGTH = 8192;

    private final TableChecksum checksum = new TableChecksum();
    private final byte[] scratch = new byte[SCRATCH_LENGTH];
    private final Block block = new Block();

    /**
     * For one thread.
     */
    public TableReadContext()
    {
    }

    /** The block that a point read looks into. */
    Block block()
    {
        return block;
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
}
