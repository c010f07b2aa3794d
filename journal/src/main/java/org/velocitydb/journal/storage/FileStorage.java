package org.velocitydb.journal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The file system of the machine, below one root directory. Any thread may call.
 *
 * <p>Where the file system knows POSIX permissions, files are made 0600 and directories 0700: what a database holds is
 * nobody else's business.
 */
public final class FileStorage implements Storage
{
    private static final int ZERO_CHUNK_LENGTH = 256 * 1024;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZERO_CHUNK_LENGTH).asReadOnlyBuffer();
    /** Larger blocks than this are not what a log of small records wants to write. */
    private static final int DIRECT_ALIGNMENT_MAX = 64 * 1024;
    private static final FileAttribute<?>[] NO_ATTRIBUTES = {};
    private static final Set<StandardOpenOption> CREATE_OPTIONS = Set.of(
        StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    /** Empty where the JDK has no direct writes. */
    private static final Set<OpenOption> DIRECT_OPTIONS = directOptions();

    private final Path root;
    private final FileStore volume;
    private final FileAttribute<?>[] fileAttributes;
    private final FileAttribute<?>[] directoryAttributes;

    /**
     * Uses a directory, and makes it where there is none.
     *
     * @param root the directory.
     * @throws StorageException when it cannot be made or is not a directory.
     */
    public FileStorage(final Path root)
    {
        try
        {
            if (!Files.isDirectory(root))
            {
                Files.createDirectories(root);
            }
            this.root = root.toRealPath();
            volume = Files.getFileStore(this.root);
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot use as the root directory", root.toString(), ex);
        }
        final boolean isPosix = this.root.getFileSystem().supportedFileAttributeViews().contains("posix");
        fileAttributes = isPosix ? permissions("rw-------") : NO_ATTRIBUTES;
        directoryAttributes = isPosix ? permissions("rwx------") : NO_ATTRIBUTES;
    }

    /**
     * The directory that all names are relative to.
     *
     * @return its real path.
     */
    public Path root()
    {
        return root;
    }

    @Override
    public StorageFile create(final String name, final long lengthBytes)
    {
        final Path path = file(name);
        FileChannel channel = null;
        boolean isDone = false;
        try
        {
            channel = FileChannel.open(path, CREATE_OPTIONS, fileAttributes);
            writeZeros(channel, lengthBytes);
            isDone = true;
            return new ChannelFile(channel, name);
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot create with length " + lengthBytes, name, ex);
        }
        finally
        {
            if (!isDone && channel != null)
            {
                removeHalfMade(channel, path);
            }
        }
    }

    @Override
    public StorageFile open(final String name)
    {
        try
        {
            return new ChannelFile(
                FileChannel.open(file(name), StandardOpenOption.READ, StandardOpenOption.WRITE), name);
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot open", name, ex);
        }
    }

    /**
     * {@inheritDoc} Some file systems, tmpfs among them, are only found to have none when {@link #openDirect(String)}
     * is refused.
     */
    @Override
    public int directAlignment()
    {
        if (DIRECT_OPTIONS.isEmpty())
        {
            return NO_DIRECT_WRITES;
        }
        try
        {
            final long blockLength = Files.getFileStore(root).getBlockSize();
            return blockLength > 0 && blockLength <= DIRECT_ALIGNMENT_MAX && Long.bitCount(blockLength) == 1
                ? (int) blockLength
                : NO_DIRECT_WRITES;
        }
        catch (final IOException | UnsupportedOperationException ignored)
        {
            // Direct writes are a matter of speed; a file system that cannot say what they need goes without.
            return NO_DIRECT_WRITES;
        }
    }

    @Override
    public DirectFile openDirect(final String name)
    {
        if (DIRECT_OPTIONS.isEmpty())
        {
            throw new StorageException("no direct writes in this JDK: file=" + name);
        }
        try
        {
            return new ChannelDirectFile(FileChannel.open(file(name), DIRECT_OPTIONS), name);
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot open for direct writes", name, ex);
        }
        catch (final UnsupportedOperationException ex)
        {
            throw new StorageException("no direct writes here: file=" + name + ", error=" + ex.getMessage(), ex);
        }
    }

    @Override
    public MappedFile map(final String name)
    {
        try (FileChannel channel = FileChannel.open(file(name), StandardOpenOption.READ))
        {
            final long lengthBytes = channel.size();
            if (lengthBytes > Integer.MAX_VALUE)
            {
                throw new StorageException(
                    "file too long to map: file=" + name + ", length=" + lengthBytes + ", max=" + Integer.MAX_VALUE);
            }
            final MappedByteBuffer mapped = lengthBytes == 0
                ? null
                : channel.map(FileChannel.MapMode.READ_ONLY, 0, lengthBytes);
            return new ChannelMapping(mapped, name);
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot map", name, ex);
        }
    }

    @Override
    public boolean exists(final String name)
    {
        return Files.exists(directory(name));
    }

    @Override
    public List<String> list(final String directory)
    {
        return list(directory, entry -> Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public List<String> directories(final String directory)
    {
        return list(directory, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS));
    }

    private List<String> list(final String directory, final Predicate<Path> kind)
    {
        final List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory(directory)))
        {
            for (final Path entry : entries)
            {
                if (kind.test(entry))
                {
                    names.add(entry.getFileName().toString());
                }
            }
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot list", directory, ex);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void makeDirectory(final String directory)
    {
        final Path path = directory(directory);
        if (Files.isDirectory(path))
        {
            return;
        }
        final String parent = StorageNames.directoryOf(directory);
        makeDirectory(parent);
        try
        {
            Files.createDirectory(path, directoryAttributes);
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot make directory", directory, ex);
        }
        forceDirectory(parent);
    }

    @Override
    public void deleteDirectory(final String directory)
    {
        final boolean wasThere;
        try
        {
            wasThere = Files.deleteIfExists(file(directory));
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot delete directory", directory, ex);
        }
        if (wasThere)
        {
            forceDirectory(StorageNames.directoryOf(directory));
        }
    }

    @Override
    public void rename(final String from, final String to)
    {
        try
        {
            Files.move(file(from), file(to), StandardCopyOption.ATOMIC_MOVE);
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot rename to " + to, from, ex);
        }
    }

    @Override
    public void link(final String name, final String second)
    {
        try
        {
            Files.createLink(file(second), file(name));
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot link as " + second, name, ex);
        }
        catch (final UnsupportedOperationException ex)
        {
            throw new StorageException("cannot link as " + second + ": file=" + name + ", error=no hard links", ex);
        }
    }

    @Override
    public Storage within(final String directory)
    {
        makeDirectory(directory);
        return new FileStorage(root.resolve(StorageNames.requireDirectoryName(directory)));
    }

    @Override
    public void delete(final String name)
    {
        try
        {
            Files.deleteIfExists(file(name));
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot delete", name, ex);
        }
    }

    @Override
    public void forceDirectory(final String directory)
    {
        try (FileChannel channel = FileChannel.open(directory(directory), StandardOpenOption.READ))
        {
            channel.force(true);
        }
        catch (final IOException ex)
        {
            throw new StorageException(
                "cannot force directory: directory=" + directory + ", error=" + ex.getMessage(), ex);
        }
    }

    @Override
    public StorageLock lock(final String name, final String holder)
    {
        return ChannelLock.take(file(name), name, holder, fileAttributes);
    }

    @Override
    public long usableBytes()
    {
        try
        {
            return volume.getUsableSpace();
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot ask for usable bytes", root.toString(), ex);
        }
    }

    private Path file(final String name)
    {
        return root.resolve(StorageNames.requireFileName(name));
    }

    private Path directory(final String name)
    {
        return root.resolve(StorageNames.requireDirectoryName(name));
    }

    /**
     * The option is public but in a package of the JDK's own, which a runtime may lack and a newer compiler warns of.
     * So it is looked up by its name.
     */
    private static Set<OpenOption> directOptions()
    {
        try
        {
            for (final Object option : Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants())
            {
                if ("DIRECT".equals(option.toString()))
                {
                    return Set.of(StandardOpenOption.WRITE, StandardOpenOption.DSYNC, (OpenOption) option);
                }
            }
        }
        catch (final ClassNotFoundException ignored)
        {
            // Another JDK, without the option: the journal goes through the page cache.
        }
        return Set.of();
    }

    private static void writeZeros(final FileChannel channel, final long lengthBytes) throws IOException
    {
        final ByteBuffer zeros = ZEROS.duplicate();
        long position = 0;
        while (position < lengthBytes)
        {
            zeros.clear();
            zeros.limit((int) Math.min(ZERO_CHUNK_LENGTH, lengthBytes - position));
            position += channel.write(zeros, position);
        }
    }

    private static void removeHalfMade(final FileChannel channel, final Path path)
    {
        try
        {
            channel.close();
            Files.deleteIfExists(path);
        }
        catch (final IOException ignored)
        {
            // The failure that brought us here is the one to tell; a later start removes what is left.
        }
    }

    private static FileAttribute<?>[] permissions(final String text)
    {
        return new FileAttribute<?>[]{ PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text)) };
    }
}
