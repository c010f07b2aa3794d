package org.velocitydb.journal;

import java.nio.ByteBuffer;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.journal.storage.DirectFile;
import org.velocitydb.journal.storage.StorageFile;

/**
 * The last, partly filled block of a segment, in aligned memory. Disks are written directly in whole blocks and records
 * end anywhere, so the block that a record begins in is written again, with the record behind what it already held.
 * Owned by the writer, one for all segments of a journal; allocation-free but for its constructor.
 *
 * <pre>
 *   in the file     | block      | block      | block      |
 *   records         |aaaaaabbbbbb|bbbcccc     |            |     c is acknowledged, position behind it
 *   in memory                    |bbbcccc
 *   d comes                      |bbbccccddddd|ddd000000000|     one write: the end of b, c, d, zeros
 *   in memory after                           |ddd
 * </pre>
 *
 * <p>Is it safe to write acknowledged records a second time? Whoever appends through the page cache does the same:
 * the kernel writes a changed page as a whole. In both cases the old bytes are replaced by equal ones, so a write that
 * stops anywhere harms no acknowledged record, as long as the disk leaves each sector (512 bytes or more) either old or
 * new. Disks promise that, and no log that shares sectors between records can do without it.
 *
 * <p>The other way would be to begin each record at a new block. It is no faster: on a virtual disk, 4 KiB written to
 * the same block again or to the next took 161 and 166 us at the median of 11,000 writes by turns.
 * And it is dear: a store that commits one small put at a time would fill segments 23 times as fast (4096 bytes instead
 * of 176), roll 23 times as often, and read as much more after a crash.
 *
 * <p>Records that need not be durable at once go through the page cache, and this class follows them, so that it knows
 * the block when the next direct write comes. When it is the page cache's turn after a direct write, the block's bytes
 * go into it again from here, because what it would have read from the disk is not promised to be what was last written
 * past it (see {@link DirectFile}).
 */
final class DirectTail implements AutoCloseable
{
    /** Longest direct write; a longer record takes several, each of them durable before the next. */
    static final int CAPACITY = 1024 * 1024;

    private final int alignment;
    private final ByteBuffer memory;
    private final ByteBuffer block;
    private final UnsafeBuffer bytes;

    /** Where in the file the memory's first byte belongs. */
    private long blockPosition;
    /** Bytes of records in memory; less than a block between two calls. */
    private int length;
    /** Whether the block was last written past the page cache. */
    private boolean isCacheBehind;

    DirectTail(final int alignment)
    {
        this.alignment = alignment;
        memory = ByteBuffer.allocateDirect(CAPACITY + alignment);
        block = memory.alignedSlice(alignment).limit(CAPACITY).slice();
        bytes = new UnsafeBuffer(block);
    }

    /**
     * Turns to another segment.
     *
     * @param segment  its bytes, as far as they are written; not read where {@code position} is a block's.
     * @param position where the next record goes.
     */
    void load(final DirectBuffer segment, final long position)
    {
        blockPosition = position - position % alignment;
        length = (int) (position - blockPosition);
        isCacheBehind = false;
        if (length > 0)
        {
            bytes.putBytes(0, segment, (int) blockPosition, length);
        }
    }

    /**
     * Writes a record durably.
     *
     * @param file         of the segment.
     * @param record       goes behind what was written before.
     * @param nextPosition where the next one will go.
     */
    void writeDurably(final DirectFile file, final ByteBuffer record, final long nextPosition)
    {
        isCacheBehind = true;
        while (record.hasRemaining())
        {
            final int count = Math.min(record.remaining(), CAPACITY - length);
            take(record, count);
            if (!record.hasRemaining())
            {
                fillUpTo((int) (nextPosition - blockPosition));
            }
            final int end = length;
            fillUpTo(BitUtil.align(end, alignment));
            file.writeDurably(block.limit(length).position(0), blockPosition);
            length = end;
            dropWholeBlocks();
        }
    }

    /**
     * Makes the page cache hold what the block holds, before a record is written through it.
     *
     * @param file of the segment.
     */
    void prepareCache(final StorageFile file)
    {
        if (isCacheBehind && length > 0)
        {
            file.write(block.limit(length).position(0), blockPosition);
        }
        isCacheBehind = false;
    }

    /**
     * Takes note of a record that was written through the page cache.
     *
     * @param record       as it was written.
     * @param position     where.
     * @param nextPosition where the next one will go.
     */
    void follow(final ByteBuffer record, final long position, final long nextPosition)
    {
        final long nextBlockPosition = nextPosition - nextPosition % alignment;
        if (nextBlockPosition > blockPosition)
        {
            // The record reaches into another block, so that block holds nothing but the record's end.
            final int count = (int) Math.min(nextBlockPosition - position, record.remaining());
            record.position(record.position() + count);
            blockPosition = nextBlockPosition;
            length = 0;
        }
        take(record, record.remaining());
        fillUpTo((int) (nextPosition - blockPosition));
    }

    @Override
    public void close()
    {
        bytes.wrap(0, 0);
        BufferUtil.free(memory);
    }

    private void take(final ByteBuffer record, final int count)
    {
        block.clear();
        block.put(length, record, record.position(), count);
        record.position(record.position() + count);
        length += count;
    }

    private void fillUpTo(final int newLength)
    {
        bytes.setMemory(length, newLength - length, (byte) 0);
        length = newLength;
    }

    private void dropWholeBlocks()
    {
        final int whole = length - length % alignment;
        if (whole > 0)
        {
            bytes.putBytes(0, bytes, whole, length - whole);
            blockPosition += whole;
            length -= whole;
        }
    }
}
