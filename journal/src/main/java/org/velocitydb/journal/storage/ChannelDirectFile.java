package org.velocitydb.journal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Direct, synchronous writes through a {@link FileChannel} that was opened for them. Allocation-free.
 */
final class ChannelDirectFile implements DirectFile
{
    private final FileChannel channel;
    private final String name;

    ChannelDirectFile(final FileChannel channel, final String name)
    {
        this.channel = channel;
        this.name = name;
    }

    @Override
    public void writeDurably(final ByteBuffer src, final long position)
    {
        long at = position;
        try
        {
            while (src.hasRemaining())
            {
                at += channel.write(src, at);
            }
        }
        catch (final IOException ex)
        {
            // Never StorageFullException: a caller may go on after that one, but not after a write that was to be
            // durable.
            throw new StorageException(
                "cannot write directly at offset " + at + ": file=" + name + ", error=" + ex.getMessage(), ex);
        }
    }

    @Override
    public void close()
    {
        FileErrors.close(channel, name);
    }
}
