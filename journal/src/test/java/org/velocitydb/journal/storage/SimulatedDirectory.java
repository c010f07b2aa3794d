package org.velocitydb.journal.storage;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A directory of a {@link SimulatedStorage} as a storage of its own.
 */
final class SimulatedDirectory implements Storage
{
    private final SimulatedStorage whole;
    private final String prefix;

    SimulatedDirectory(final SimulatedStorage whole, final String directory)
    {
        this.whole = whole;
        prefix = directory.isEmpty() ? "" : directory + "/";
    }

    private String name(final String name)
    {
        return prefix + StorageNames.requireFileName(name);
    }

    private String directoryName(final String directory)
    {
        final String below = prefix + StorageNames.requireDirectoryName(directory);
        return below.endsWith("/") ? below.substring(0, below.length() - 1) : below;
    }

    @Override
    public StorageFile create(final String name, final long lengthBytes)
    {
        return new NamedFile(whole.create(name(name), lengthBytes), name);
    }

    @Override
    public StorageFile open(final String name)
    {
        return new NamedFile(whole.open(name(name)), name);
    }

    @Override
    public int directAlignment()
    {
        return whole.directAlignment();
    }

    @Override
    public DirectFile openDirect(final String name)
    {
        return whole.openDirect(name(name));
    }

    @Override
    public MappedFile map(final String name)
    {
        return whole.map(name(name));
    }

    @Override
    public boolean exists(final String name)
    {
        return whole.exists(directoryName(name));
    }

    @Override
    public List<String> list(final String directory)
    {
        return whole.list(directoryName(directory));
    }

    @Override
    public void makeDirectory(final String directory)
    {
        whole.makeDirectory(directoryName(directory));
    }

    @Override
    public List<String> directories(final String directory)
    {
        return whole.directories(directoryName(directory));
    }

    @Override
    public void deleteDirectory(final String directory)
    {
        whole.deleteDirectory(name(directory));
    }

    @Override
    public void rename(final String from, final String to)
    {
        whole.rename(name(from), name(to));
    }

    @Override
    public void link(final String name, final String second)
    {
        whole.link(name(name), name(second));
    }

    @Override
    public Storage within(final String directory)
    {
        return whole.within(directoryName(directory));
    }

    @Override
    public void delete(final String name)
    {
        whole.delete(name(name));
    }

    @Override
    public void forceDirectory(final String directory)
    {
        whole.forceDirectory(directoryName(directory));
    }

    @Override
    public StorageLock lock(final String name, final String holder)
    {
        return whole.lock(name(name), holder);
    }

    @Override
    public long usableBytes()
    {
        return whole.usableBytes();
    }

    /** A file that goes by its name in the directory. */
    private static final class NamedFile implements StorageFile
    {
        private final StorageFile file;
        private final String name;

        NamedFile(final StorageFile file, final String name)
        {
            this.file = file;
            this.name = name;
        }

        @Override
        public int read(final ByteBuffer dst, final long position)
        {
            return file.read(dst, position);
        }

        @Override
        public void write(final ByteBuffer src, final long position)
        {
            file.write(src, position);
        }

        @Override
        public void writeInPlace(final ByteBuffer src, final long position)
        {
            file.writeInPlace(src, position);
        }

        @Override
        public void force()
        {
            file.force();
        }

        @Override
        public long lengthBytes()
        {
            return file.lengthBytes();
        }

        @Override
        public String name()
        {
            return name;
        }

        @Override
        public void close()
        {
            file.close();
        }
    }
}
