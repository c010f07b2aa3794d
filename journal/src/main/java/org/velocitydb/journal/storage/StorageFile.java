package org.velocitydb.journal.storage;

import java.nio.ByteBuffer;

/**
 * One open file, addressed by position. Never interrupted: an interrupt would close the channel beneath.
 */
public interface StorageFile extends AutoCloseable
{
    /**
     * Reads until {@code dst} is full or the file ends.
     *
     * @param dst      where the bytes go, from its position to its limit; the position advances.
     * @param position offset in the file.
     * @return bytes read; fewer than asked for only at the end of the file, 0 at or past it.
     */
    int read(ByteBuffer dst, long position);

    /**
     * Writes all of {@code src}. When it throws, any part of the bytes may have been written.
     *
     * @param src      the bytes from its position to its limit; the position advances.
     * @param position offset in the file; a write past the end grows it.
     * @throws StorageFullException when the disk has no room.
     * @throws StorageException     for every other failure.
     */
    void write(ByteBuffer src, long position);

    /**
     * Makes all written bytes durable (fdatasync). A failure is final: the caller never tries again, since the pages
     * may already be gone.
     */
    void force();

    /**
     * Length of the file.
     *
     * @return bytes.
     */
    long lengthBytes();

    /**
     * The name this file was opened under.
     *
     * @return relative name.
     */
    String name();

    @Override
    void close();
}
