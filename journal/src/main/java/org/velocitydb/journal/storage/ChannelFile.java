package org.velocitydb.journal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

import org.agrona.SystemUtil;

/**
 * One file behind a {@link FileChannel}. Reading and writing direct buffers is allocation-free, but for the moves of
 * the window that is written in place.
 */
final class ChannelFile implements StorageFile
{
    /**
     * Whether a force of the channel forces what was stored into a mapping of the file as well. On Linux it does: fsync
     * writes all changed pages of the file, whichever way they were changed. {@link FileChannel#force(boolean)} leaves
     * it open, so elsewhere nothing is mapped.
     */
    private static final boolean IS_MAPPING_FORCED = SystemUtil.isLinux();

    private final FileChannel channel;
    private final String name;
    /** Null until something is written in place. */
    private FileWindow window;

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
    public void writeInPlace(final ByteBuffer src, final long position)
    {
        if (!IS_MAPPING_FORCED)
        {
            requireWithin(position + src.remaining(), lengthBytes());
            write(src, position);
            return;
        }
        if (window == null)
        {
            window = new FileWindow(channel);
        }
        long at = position;
        try
        {
            if (!window.covers(position, src.remaining()))
            {
                requireWithin(position + src.remaining(), channel.size());
            }
            while (src.hasRemaining())
            {
                if (!window.covers(at, 1))
                {
                    window.moveTo(at);
                }
                at += window.write(src, at);
            }
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot write in place at offset " + at, name, ex);
        }
    }

    private void requireWithin(final long end, final long lengthBytes)
    {
        if (end > lengthBytes)
        {
            throw new IllegalArgumentException(
                "in place means within the file: file=" + name + ", end=" + end + ", length=" + lengthBytes);
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
        if (window != null)
        {
            window.close();
            window = null;
        }
        FileErrors.close(channel, name);
    }
}
