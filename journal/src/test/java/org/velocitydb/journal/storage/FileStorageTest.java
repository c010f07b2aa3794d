package org.velocitydb.journal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

import org.agrona.SystemUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest extends StorageContractTest
{
    @TempDir
    private Path directory;

    @Override
    Storage newStorage()
    {
        return new FileStorage(directory.resolve("root"));
    }

    @Test
    void shouldKeepFilesToTheirOwner() throws IOException
    {
        final FileStorage storage = new FileStorage(directory);
        assumeTrue(Files.getFileStore(directory).supportsFileAttributeView("posix"));

        storage.makeDirectory("private");
        storage.create("private/file", 1).close();
        storage.lock("LOCK", "me").close();

        assertEquals("rw-------", permissions("private/file"));
        assertEquals("rw-------", permissions("LOCK"));
        assertEquals("rwx------", permissions("private"));
    }

    @Test
    void shouldNotTakeADirectoryThatIsGoneForAFullDisk() throws IOException
    {
        final Path root = directory.resolve("gone");
        final FileStorage storage = new FileStorage(root);
        assertTrue(storage.usableBytes() > 0);
        Files.delete(root);

        final StorageException ex = assertThrows(StorageException.class, storage::usableBytes);

        assertFalse(ex instanceof StorageFullException, ex.toString());
        assertTrue(ex.getMessage().contains(root.getFileName().toString()), ex.getMessage());
    }

    @Test
    void shouldRespectALockOfAnotherStorageInThisProcess()
    {
        final StorageLock lock = new FileStorage(directory).lock("LOCK", "holder=first");

        final StorageLockedException ex = assertThrows(
            StorageLockedException.class, () -> new FileStorage(directory).lock("LOCK", "holder=second"));

        assertTrue(ex.getMessage().contains("holder=first"), ex.getMessage());
        lock.close();
    }

    @Test
    void shouldRespectALockOfAnotherProcess() throws IOException
    {
        final FileStorage storage = new FileStorage(directory);
        final Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
            System.getProperty("java.class.path"), LockHolder.class.getName(), directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
        try (BufferedReader out = new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)))
        {
            assertEquals("locked", out.readLine());

            final StorageLockedException ex = assertThrows(StorageLockedException.class,
                () -> storage.lock("LOCK", "holder=parent"));

            assertTrue(ex.getMessage().contains("holder=child"), ex.getMessage());
        }
        finally
        {
            process.destroyForcibly().onExit().join();
        }
        storage.lock("LOCK", "holder=parent").close();
    }

    @Test
    void shouldReportAPageThatTheSystemCannotSupplyBeforeAForceReturns() throws IOException
    {
        assumeTrue(SystemUtil.isLinux(), "nothing is mapped for writing elsewhere");
        final FileStorage storage = new FileStorage(directory);
        try (StorageFile file = storage.create("shortened", 64 * 1024))
        {
            file.writeInPlace(ByteBuffer.wrap(new byte[100]), 0);
            try (FileChannel other = FileChannel.open(directory.resolve("shortened"), StandardOpenOption.WRITE))
            {
                other.truncate(0);
            }

            assertThrows(InternalError.class, () ->
            {
                file.writeInPlace(ByteBuffer.wrap(new byte[100]), 32 * 1024);
                file.force();
            });
        }
    }

    @Test
    void shouldTellAFullDiskFromOtherFailures()
    {
        assertInstanceOf(
            StorageFullException.class, FileErrors.of("cannot write", "f", new IOException("No space left on device")));
        assertEquals(
            StorageException.class, FileErrors.of("cannot write", "f", new IOException("Input/output error"))
                .getClass());
    }

    @Test
    void shouldSayThatTheDiskIsFull() throws IOException
    {
        final FileStorage storage = new FileStorage(directory);
        final Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        Files.createSymbolicLink(directory.resolve("full"), full);

        try (StorageFile file = storage.open("full"))
        {
            final StorageFullException ex = assertThrows(StorageFullException.class,
                () -> write(file, 0, "does not fit"));
            assertTrue(ex.getMessage().contains("full"), ex.getMessage());
        }
    }

    private String permissions(final String name) throws IOException
    {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
    }

    /** Takes the lock in a process of its own and waits to be killed. */
    static final class LockHolder
    {
        private LockHolder()
        {
        }

        /**
         * Starts it.
         *
         * @param args the root directory.
         * @throws IOException when the parent has gone.
         */
        public static void main(final String[] args) throws IOException
        {
            final StorageLock lock = new FileStorage(Path.of(args[0])).lock("LOCK", "holder=child");
            System.out.println("locked");
            System.in.read();
            lock.close();
        }
    }
}
