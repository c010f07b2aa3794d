package org.velocitydb.journal.storage;

import java.nio.ByteBuffer;

/**
 * An open file of a {@link SimulatedStorage}, in whichever way it was opened; dead after the next crash.
 */
final class SimulatedFile implements StorageFile, DirectFile
{
    private final SimulatedStorage storage;
    private final SimulatedNode node;
    private final String name;
    private final long boot;
    private boolean isClosed;

    SimulatedFile(final SimulatedStorage storage, final SimulatedNode node, final String name, final long boot)
    {
        this.storage = storage;
        this.node = node;
        this.name = name;
        this.boot = boot;
    }

    @Override
    public int read(final ByteBuffer dst, final long position)
    {
        return storage.read(this, dst, position);
    }

    @Override
    public void write(final ByteBuffer src, final long position)
    {
        storage.write(this, src, position);
    }

    @Override
    public void writeInPlace(final ByteBuffer src, final long position)
    {
        final long end = position + src.remaining();
        if (end > lengthBytes())
        {
            throw new IllegalArgumentException(
                "in place means within the file: file=" + name + ", end=" + end + ", length=" + lengthBytes());
        }
        storage.write(this, src, position);
    }

    @Override
    public void writeDurably(final ByteBuffer src, final long position)
    {
        storage.writeDurably(this, src, position);
    }

    @Override
    public void force()
    {
        storage.force(this);
    }

    @Override
    public long lengthBytes()
    {
        return storage.lengthBytes(this);
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            storage.onFileClosed(boot);
        }
    }

    SimulatedNode node()
    {
        return node;
    }

    void requireUsable(final long currentBoot)
    {
        if (isClosed || boot != currentBoot)
        {
            throw new StorageException(
                "file handle is dead: file=" + name + ", isClosed=" + isClosed + ", boot=" + boot + ", now=" +
                    currentBoot);
        }
    }
}
