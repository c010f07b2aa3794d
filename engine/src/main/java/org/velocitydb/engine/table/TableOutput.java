package org.velocitydb.engine.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Appends to a table's file through one buffer of fixed length, and computes checksums of what passes, so that a block
 * or a value of any length needs no more memory than a small one. One thread; owns the buffer, not the file.
 */
final class TableOutput implements AutoCloseable
{
    /** One write for some sixty blocks; small enough that a write is a short step. */
    static final int CHUNK_LENGTH = 256 * 1024;
    /**
     * Written pages are to be forced at these distances, so that the last force of a large table has little left to do
     * and does not hold up the journal's on the same disk.
     */
    private static final int FORCE_INTERVAL_LENGTH = 4 * 1024 * 1024;
    /** Where nobody asked whether a force is due, it is done here at the latest. */
    private static final int MAX_UNFORCED_LENGTH = 2 * FORCE_INTERVAL_LENGTH;

    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_LENGTH);
    private final UnsafeBuffer buffer = new UnsafeBuffer(chunk);
    private final TableChecksum checksum = new TableChecksum();
    private StorageFile file;
    private long tableNumber;
    private long chunkPosition;
    private long forcedPosition;
    private long sectionPosition;
    private int length;
    private int checkedLength;

    void open(final StorageFile newFile, final long newTableNumber)
    {
        file = newFile;
        tableNumber = newTableNumber;
        chunkPosition = 0;
        forcedPosition = 0;
        length = 0;
        beginSection();
    }

    long position()
    {
        return chunkPosition + length;
    }

    /** From here on bytes count towards the next checksum. */
    void beginSection()
    {
        checksum.begin();
        sectionPosition = position();
        checkedLength = length;
    }

    /** The checksum of the bytes since the section began. */
    int sectionChecksum()
    {
        check();
        return checksum.end(tableNumber, sectionPosition);
    }

    /** Ends a section with its checksum. */
    void endSection()
    {
        putInt(sectionChecksum());
    }

    void align(final int alignment)
    {
        while ((position() & (alignment - 1)) != 0)
        {
            putByte((byte) 0);
        }
    }

    void putByte(final byte value)
    {
        ensure(Byte.BYTES);
        buffer.putByte(length++, value);
    }

    void putInt(final int value)
    {
        ensure(Integer.BYTES);
        buffer.putInt(length, value, ByteOrder.LITTLE_ENDIAN);
        length += Integer.BYTES;
    }

    void putLong(final long value)
    {
        ensure(Long.BYTES);
        buffer.putLong(length, value, ByteOrder.LITTLE_ENDIAN);
        length += Long.BYTES;
    }

    void putBytes(final DirectBuffer source, final int offset, final int lengthBytes)
    {
        int done = 0;
        while (done < lengthBytes)
        {
            ensure(Byte.BYTES);
            final int part = Math.min(CHUNK_LENGTH - length, lengthBytes - done);
            buffer.putBytes(length, source, offset + done, part);
            length += part;
            done += part;
        }
    }

    private void ensure(final int lengthBytes)
    {
        if (CHUNK_LENGTH - length < lengthBytes)
        {
            flush();
        }
    }

    void flush()
    {
        if (length > 0)
        {
            check();
            chunk.limit(length).position(0);
            file.write(chunk, chunkPosition);
            chunkPosition += length;
            length = 0;
            checkedLength = 0;
        }
        if (chunkPosition - forcedPosition >= MAX_UNFORCED_LENGTH)
        {
            force();
        }
    }

    boolean isForceDue()
    {
        return chunkPosition - forcedPosition >= FORCE_INTERVAL_LENGTH;
    }

    void force()
    {
        file.force();
        forcedPosition = chunkPosition;
    }

    private void check()
    {
        if (checkedLength < length)
        {
            chunk.limit(length).position(checkedLength);
            checksum.update(chunk);
            checkedLength = length;
        }
    }

    @Override
    public void close()
    {
        BufferUtil.free(chunk);
    }
}
