package org.velocitydb.server.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A small file that one process at a time reads, changes and replaces, so that of two that do so at the same moment
 * none undoes what the other did. It is for those who all go through this class; an editor asks for no lock.
 *
 * <p>The lock is on the file itself. Since the file is replaced under it, whoever gets the lock looks whether it still
 * has the file of that name, and begins again if not. A file that is not there is made, empty, and taken away again if
 * nothing replaces it.
 *
 * <p>Used by one thread, for a moment, in which this process must not open and close the file in another way: the lock
 * would be gone.
 */
public final class LockedFile implements AutoCloseable
{
    private static final long WAIT_MAX_MS = 10_000;
    private static final long RETRY_MS = 5;
    /** The operating system's locks are between processes alone. */
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();
    private static final Set<OpenOption> OPTIONS = Set.of(
        StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);

    private final Path file;
    private final FileChannel channel;
    private final boolean isNew;
    private boolean isReplaced;

    private LockedFile(final Path file, final FileChannel channel, final boolean isNew)
    {
        this.file = file;
        this.channel = channel;
        this.isNew = isNew;
    }

    /**
     * Waits until nobody else has the file.
     *
     * @param file that exists or not; its directory exists.
     * @return the file, locked until it is closed.
     * @throws IOException when it cannot be opened for writing or somebody else does not let it go.
     */
    public static LockedFile open(final Path file) throws IOException
    {
        IN_PROCESS.lock();
        try
        {
            for (long waitedMs = 0; waitedMs < WAIT_MAX_MS; waitedMs += RETRY_MS)
            {
                final LockedFile locked = tryOpen(file);
                if (locked != null)
                {
                    return locked;
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MS);
            }
            throw new IOException("another process keeps the file locked: file=" + file + ", waitedMs=" + WAIT_MAX_MS);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            IN_PROCESS.unlock();
            throw new IOException("interrupted while another process keeps the file locked: file=" + file, ex);
        }
        catch (final IOException | RuntimeException ex)
        {
            IN_PROCESS.unlock();
            throw ex;
        }
    }

    private static LockedFile tryOpen(final Path file) throws IOException
    {
        final boolean isNew = !Files.exists(file);
        final FileChannel channel = FileChannel.open(file, OPTIONS, ownerAlone(file));
        LockedFile locked = null;
        try
        {
            // While the channel is open no other file can get its key.
            final Object opened = key(file);
            final FileLock lock = channel.tryLock();
            if (lock != null && opened != null && Objects.equals(opened, key(file)))
            {
                locked = new LockedFile(file, channel, isNew);
            }
            return locked;
        }
        finally
        {
            if (locked == null)
            {
                channel.close();
            }
        }
    }

    private static FileAttribute<?>[] ownerAlone(final Path file) throws IOException
    {
        final Path directory = file.toAbsolutePath().getParent();
        return Files.getFileStore(directory).supportsFileAttributeView("posix")
            ? new FileAttribute<?>[]{ PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rw-------")) }
            : new FileAttribute<?>[0];
    }

    /** Null where the file has just been taken away. */
    private static Object key(final Path file) throws IOException
    {
        try
        {
            final Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return key == null ? file : key;
        }
        catch (final NoSuchFileException ex)
        {
            return null;
        }
    }

    /**
     * What is in the file.
     *
     * @return its bytes; none where it was not there.
     * @throws IOException when it cannot be read.
     */
    public byte[] bytes() throws IOException
    {
        // Through this channel alone: POSIX gives up a process's locks on a file when any descriptor of it is closed.
        final ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) >= 0)
        {
            // A read may take a part alone.
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /**
     * Replaces the file in one step; see {@link AtomicFile}.
     *
     * @param bytes the whole content.
     * @throws IOException when it cannot be written; the old content is still there.
     */
    public void replace(final byte[] bytes) throws IOException
    {
        AtomicFile.replace(file, bytes);
        isReplaced = true;
    }

    @Override
    public void close() throws IOException
    {
        try (FileChannel closing = channel)
        {
            if (isNew && !isReplaced && closing.size() == 0)
            {
                Files.deleteIfExists(file);
            }
        }
        finally
        {
            IN_PROCESS.unlock();
        }
    }
}
