package org.velocitydb.journal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * One file behind a {@link FileChannel}. Reading and writing direct buffers is allocation-free.
 */
final class ChannelFile implements StorageFile
{
    private final FileChannel channel;
    private final String name;

    ChannelFile(final FileChannel channel, final String name)
    {
        this.channel = channel;
        this.name = name;
    }

    @Override
    public int read(final ByteBuffer dst, final long position)
    {
        int total = 0;
        try
        {
            while (dst.hasRemaining())
            {
                final int count = channel.read(dst, position + total);
                if (count < 0)
                {
                    break;
                }
                total += count;
            }
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot read", name, ex);
        }
        return total;
    }

    @Override
    public void write(final ByteBuffer src, final long position)
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
            throw FileErrors.of("cannot write at offset " + at, name, ex);
        }
    }

    @Override
    public void force()
    {
        try
        {
            channel.force(false);
        }
        catch (final IOException ex)
        {
            // Never StorageFullException, whatever the text: a caller may go on after that one, but not after this.
            throw new StorageException("cannot force: file=" + name + ", error=" + ex.getMessage(), ex);
        }
    }

    @Override
    public long lengthBytes()
    {
        try
        {
            return channel.size();
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot tell the length", name, ex);
        }
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public void close()
    {
        FileErrors.close(channel, name);
    }
}
