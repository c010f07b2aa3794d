package org.velocitydb.journal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A lock of the operating system on a file that holds its owner's text.
 *
 * <p>POSIX locks belong to the process and end when <em>any</em> descriptor of the file is closed. So locks held in
 * this process are kept in a registry that is asked first, and a file that we have locked is never opened a second
 * time.
 */
final class ChannelLock implements StorageLock
{
    private static final ConcurrentMap<Path, String> HELD_IN_PROCESS = new ConcurrentHashMap<>();
    private static final Set<StandardOpenOption> OPTIONS = Set.of(
        StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final int MAX_HOLDER_LENGTH = 4096;

    private final Path path;
    private final String name;
    private final FileChannel channel;
    private boolean isClosed;

    private ChannelLock(final Path path, final String name, final FileChannel channel)
    {
        this.path = path;
        this.name = name;
        this.channel = channel;
    }

    static ChannelLock take(
        final Path path,
        final String name,
        final String holder,
        final FileAttribute<?>[] attributes)
    {
        final String heldBy = HELD_IN_PROCESS.putIfAbsent(path, holder);
        if (heldBy != null)
        {
            throw locked(name, heldBy);
        }
        FileChannel channel = null;
        boolean isTaken = false;
        try
        {
            channel = FileChannel.open(path, OPTIONS, attributes);
            final FileLock lock = channel.tryLock();
            if (lock == null)
            {
                throw locked(name, read(channel));
            }
            channel.truncate(0);
            final ByteBuffer text = ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8));
            while (text.hasRemaining())
            {
                channel.write(text);
            }
            isTaken = true;
            return new ChannelLock(path, name, channel);
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot lock", name, ex);
        }
        finally
        {
            if (!isTaken)
            {
                closeQuietly(channel);
                HELD_IN_PROCESS.remove(path);
            }
        }
    }

    @Override
    public synchronized void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        try
        {
            channel.close();
        }
        catch (final IOException ex)
        {
            throw FileErrors.of("cannot unlock", name, ex);
        }
        finally
        {
            HELD_IN_PROCESS.remove(path);
        }
    }

    private static StorageLockedException locked(final String name, final String holder)
    {
        return new StorageLockedException("locked by another: file=" + name + ", holder=" + holder);
    }

    private static String read(final FileChannel channel) throws IOException
    {
        final ByteBuffer text = ByteBuffer.allocate(MAX_HOLDER_LENGTH);
        int count = 0;
        while (count >= 0 && text.hasRemaining())
        {
            count = channel.read(text);
        }
        return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).trim();
    }

    private static void closeQuietly(final FileChannel channel)
    {
        if (channel != null)
        {
            try
            {
                channel.close();
            }
            catch (final IOException ignored)
            {
                // The failure that brought us here is the one to tell.
            }
        }
    }
}
