package org.velocitydb.server.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Replaces a small file whole: write, force, rename, force the directory.
 */
public final class AtomicFile
{
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rw-------");

    private AtomicFile()
    {
    }

    /**
     * Puts new content in a file's place. A file that was there keeps its permissions, a new one is readable by its
     * owner alone. Where the name is a symbolic link, the file it leads to is replaced and the link stays.
     *
     * @param file  that exists or not; its directory exists.
     * @param bytes the whole content.
     * @throws IOException when it cannot be written; the old content is still there.
     */
    public static void replace(final Path file, final byte[] bytes) throws IOException
    {
        final Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        final Path directory = target.getParent();
        final boolean isPosix = Files.getFileStore(directory).supportsFileAttributeView("posix");
        final Set<PosixFilePermission> permissions = isPosix && Files.exists(target)
            ? Files.getPosixFilePermissions(target)
            : OWNER_ALONE;
        // Made with the owner's rights alone whatever comes later, so that nobody can open it in between.
        final FileAttribute<?>[] attributes = isPosix
            ? new FileAttribute<?>[]{ PosixFilePermissions.asFileAttribute(OWNER_ALONE) }
            : new FileAttribute<?>[0];
        final Path temporary = Files.createTempFile(directory, target.getFileName() + ".", ".new", attributes);
        try
        {
            write(temporary, bytes);
            if (isPosix)
            {
                Files.setPosixFilePermissions(temporary, EnumSet.copyOf(permissions));
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        catch (final IOException | RuntimeException ex)
        {
            Files.deleteIfExists(temporary);
            throw ex;
        }
        forceDirectory(directory);
    }

    private static void write(final Path file, final byte[] bytes) throws IOException
    {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE))
        {
            final ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining())
            {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void forceDirectory(final Path directory) throws IOException
    {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ))
        {
            channel.force(true);
        }
    }
}
