package org.velocitydb.journal.storage;

import java.nio.ByteBuffer;

/**
 * A way past the page cache into a file that exists and has its length: each write goes to the disk and is durable when
 * it returns, without a force. Used by one thread, the one that writes to the {@link StorageFile} of the same file.
 *
 * <p>What a {@link StorageFile} reads afterwards are the new bytes. Who writes to one block both ways does not rely on
 * the page cache for what is already there, but passes all of it again: operating systems keep the two ways coherent as
 * a rule and not as a promise (on Linux, {@code open(2)}, O_DIRECT). A crash during a write leaves each sector of it
 * old or new.
 */
public interface DirectFile extends AutoCloseable
{
    /**
     * Writes all of {@code src} and makes it durable. When it throws, any sectors of it may have been written.
     *
     * @param src      the bytes from its position to its limit, in direct memory; the position advances. Address,
     *                 length and {@code position} are multiples of {@link Storage#directAlignment()}.
     * @param position offset in the file; the bytes end within its length.
     * @throws StorageException when it fails, which is as final as a failed {@link StorageFile#force()}.
     */
    void writeDurably(ByteBuffer src, long position);

    @Override
    void close();
}
