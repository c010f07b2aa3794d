package org.velocitydb.journal.storage;

import java.nio.MappedByteBuffer;

import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A mapping by the operating system. {@link #close()} empties the buffer first, so that a use after it meets a bounds
 * check; a slice that somebody made of the buffer is not protected, which is why the owner waits for its readers.
 */
final class ChannelMapping implements MappedFile
{
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final String name;
    private MappedByteBuffer mapped;

    /**
     * Takes over a mapping.
     *
     * @param mapped what to unmap on close, or null for an empty file.
     * @param name   relative name.
     */
    ChannelMapping(final MappedByteBuffer mapped, final String name)
    {
        this.mapped = mapped;
        this.name = name;
        if (mapped != null)
        {
            buffer.wrap(mapped);
        }
    }

    @Override
    public DirectBuffer buffer()
    {
        return buffer;
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public void close()
    {
        final MappedByteBuffer toUnmap = mapped;
        mapped = null;
        buffer.wrap(0, 0);
        IoUtil.unmap(toUnmap);
    }
}
