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
     * Writes all of {@code src} over bytes that the file already has. Means the same as {@link #write}, and costs less
     * where many short writes follow each other closely, for it may be done without a call to the operating system.
     * The death of the process does not take back what was written, but may leave the last call half done.
     *
     * <p>Where the file is mapped and the operating system cannot supply a page of it (the disk fails to read it, a
     * file system that copies on write has no room, somebody has shortened the file), the virtual machine throws an
     * {@link InternalError}, not always from this call, but at the latest before the next {@link #force()} returns.
     * The owner takes it as it takes a force that failed.
     *
     * @param src      the bytes from its position to its limit; the position advances.
     * @param position offset in the file; the last byte written lies within its length.
     * @throws IllegalArgumentException when it does not; nothing has been written.
     * @throws StorageException         when the bytes could not be written; any part of them may have been.
     */
    void writeInPlace(ByteBuffer src, long position);

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
