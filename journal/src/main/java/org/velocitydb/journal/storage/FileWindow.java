package org.velocitydb.journal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The part of a file that is mapped for writing, and moves along with what is written. It is short, so that a long file
 * that is written from end to end does not become resident as a whole. Owned by one thread; a move allocates, a write
 * does not.
 */
final class FileWindow implements AutoCloseable
{
    /** The windows of a file lie side by side, each at a multiple of this: 4 MiB. */
    static final int LENGTH = 4 * 1024 * 1024;

    private final FileChannel channel;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private MappedByteBuffer mapped;
    private long start;

    FileWindow(final FileChannel channel)
    {
        this.channel = channel;
    }

    boolean covers(final long position, final int lengthBytes)
    {
        return position >= start && position + lengthBytes <= start + buffer.capacity();
    }

    /**
     * Maps the part of the file around a position that lies within the file.
     */
    void moveTo(final long position) throws IOException
    {
        close();
        start = position - position % LENGTH;
        // Never past the end: a mapping for writing would make the file longer.
        mapped = channel.map(FileChannel.MapMode.READ_WRITE, start, Math.min(LENGTH, channel.size() - start));
        buffer.wrap(mapped);
    }

    /**
     * Writes as much as the window covers.
     *
     * @param src      its position advances.
     * @param position in the file, which the window covers.
     * @return bytes written.
     */
    int write(final ByteBuffer src, final long position)
    {
        final int offset = (int) (position - start);
        final int count = Math.min(src.remaining(), buffer.capacity() - offset);
        buffer.putBytes(offset, src, src.position(), count);
        src.position(src.position() + count);
        return count;
    }

    /** Unmaps what is mapped. Changed pages stay with the operating system, which writes them in its time. */
    @Override
    public void close()
    {
        final MappedByteBuffer toUnmap = mapped;
        mapped = null;
        buffer.wrap(0, 0);
        IoUtil.unmap(toUnmap);
    }
}
