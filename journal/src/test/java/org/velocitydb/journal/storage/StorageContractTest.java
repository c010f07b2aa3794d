package org.velocitydb.journal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@link Storage} promises, asked of each implementation.
 */
abstract class StorageContractTest
{
    private Storage storage;

    abstract Storage newStorage();

    @BeforeEach
    void openStorage()
    {
        storage = newStorage();
    }

    @Test
    void shouldMakeFilesOfZeros()
    {
        try (StorageFile file = storage.create("zeros", 300_001))
        {
            assertEquals(300_001, file.lengthBytes());
            assertEquals("zeros", file.name());
            assertArrayEquals(new byte[300_001], read(file, 0, 300_001));
        }
    }

    @Test
    void shouldTellDirectoriesFromFilesAndRemoveThoseThatAreEmpty()
    {
        storage.makeDirectory("one/deep");
        storage.makeDirectory("two");
        storage.create("file", 0).close();
        storage.create("one/file", 0).close();

        assertEquals(List.of("one", "two"), storage.directories(""));
        assertEquals(List.of("deep"), storage.directories("one"));
        assertEquals(List.of("file"), storage.list("one"));
        assertEquals(List.of("deep"), storage.within("one").directories(""));
        assertThrows(StorageException.class, () -> storage.directories("three"));
        assertThrows(StorageException.class, () -> storage.deleteDirectory("one"));
        storage.within("one").deleteDirectory("deep");
        assertThrows(StorageException.class, () -> storage.deleteDirectory("one"));
        storage.delete("one/file");
        storage.deleteDirectory("one");
        storage.deleteDirectory("one");
        assertEquals(List.of("two"), storage.directories(""));
        assertFalse(storage.exists("one"));
    }

    @Test
    void shouldReadBackWhatWasWrittenAtAnyPosition()
    {
        try (StorageFile file = storage.create("data", 2000))
        {
            write(file, 510, "across a sector");
            write(file, 1995, "past the end");
            file.force();
        }

        try (StorageFile file = storage.open("data"))
        {
            assertEquals(2007, file.lengthBytes());
            assertEquals("across a sector", text(read(file, 510, 15)));
            assertEquals("past the end", text(read(file, 1995, 12)));
            assertEquals(0, read(file, 525, 1)[0]);
        }
    }

    @Test
    void shouldShowWhatWasWrittenInPlaceAndTakeBothWaysByTurns()
    {
        final SplittableRandom random = new SplittableRandom(1);
        final byte[] model = new byte[9 * 1024 * 1024 + 4096];
        try (StorageFile file = storage.create("in place", model.length))
        {
            for (int i = 0; i < 300; i++)
            {
                // Often around the places where one mapped window ends and the next begins.
                final int middle = random.nextBoolean() ? random.nextInt(model.length) : random.nextInt(3) << 22;
                final int start = Math.max(0, Math.min(model.length - 5000, middle - random.nextInt(5000)));
                final byte[] bytes = new byte[random.nextInt(5001)];
                random.nextBytes(bytes);
                System.arraycopy(bytes, 0, model, start, bytes.length);
                final ByteBuffer source = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
                if (random.nextBoolean())
                {
                    file.writeInPlace(source, start);
                }
                else
                {
                    file.write(source, start);
                }
                assertFalse(source.hasRemaining());
                assertArrayEquals(bytes, read(file, start, bytes.length));
            }
            file.force();
        }
        try (StorageFile file = storage.open("in place"))
        {
            assertArrayEquals(model, read(file, 0, model.length));
        }
    }

    @Test
    void shouldRefuseToWriteInPlacePastTheEndAndWriteNothing()
    {
        try (StorageFile file = storage.create("short", 10))
        {
            file.writeInPlace(ByteBuffer.wrap(new byte[]{ 1, 2, 3 }), 7);

            final IllegalArgumentException ex = assertThrows(
                IllegalArgumentException.class,
                () -> file.writeInPlace(ByteBuffer.wrap(new byte[]{ 4, 5, 6, 7 }), 7));

            assertTrue(ex.getMessage().contains("short"), ex.getMessage());
            assertThrows(
                IllegalArgumentException.class, () -> file.writeInPlace(ByteBuffer.wrap(new byte[]{ 8 }), 10));
            assertEquals(10, file.lengthBytes());
            assertArrayEquals(new byte[]{ 0, 1, 2, 3 }, read(file, 6, 4));
        }
    }

    @Test
    void shouldShowWhatWasWrittenDirectlyAndTakeBothWaysByTurns()
    {
        final int alignment = storage.directAlignment();
        assumeTrue(alignment != Storage.NO_DIRECT_WRITES, "no direct writes here");
        try (StorageFile file = storage.create("direct", 8L * alignment))
        {
            file.force();
            try (DirectFile direct = openDirect("direct"))
            {
                for (int i = 0; i < 20; i++)
                {
                    if (i % 2 == 0)
                    {
                        write(file, 2L * alignment + 100, "buffered " + i);
                    }
                    else
                    {
                        file.writeInPlace(ByteBuffer.wrap(("mapped " + i).getBytes(StandardCharsets.US_ASCII)),
                            2L * alignment + 100);
                        file.force();
                    }
                    final ByteBuffer block = ByteBuffer.allocateDirect(3 * alignment).alignedSlice(alignment);
                    block.put(10, ("direct " + i).getBytes(StandardCharsets.US_ASCII)).limit(2 * alignment);
                    direct.writeDurably(block, alignment);

                    assertFalse(block.hasRemaining());
                    assertEquals("direct " + i, text(read(file, alignment + 10L, 9)).trim());
                    assertArrayEquals(new byte[20], read(file, 2L * alignment + 100, 20));
                    assertEquals(8L * alignment, file.lengthBytes());
                }
            }
        }
    }

    @Test
    void shouldRefuseADirectWriteThatIsNotAligned()
    {
        final int alignment = storage.directAlignment();
        assumeTrue(alignment != Storage.NO_DIRECT_WRITES, "no direct writes here");
        try (StorageFile file = storage.create("direct", 8L * alignment))
        {
            file.force();
            try (DirectFile direct = openDirect("direct"))
            {
                final ByteBuffer blocks = ByteBuffer.allocateDirect(3 * alignment).alignedSlice(alignment);
                assertThrows(
                    StorageException.class, () -> direct.writeDurably(blocks.clear().limit(alignment), 100));
                assertThrows(StorageException.class, () -> direct.writeDurably(blocks.clear().limit(100), 0));
                assertThrows(
                    StorageException.class, () -> direct.writeDurably(
                        blocks.clear().limit(alignment + 8).position(8), 0));
            }
        }
    }

    private DirectFile openDirect(final String name)
    {
        try
        {
            return storage.openDirect(name);
        }
        catch (final StorageException ex)
        {
            return abort("the file system has no direct writes: " + ex.getMessage());
        }
    }

    @Test
    void shouldReadOnlyUpToTheEnd()
    {
        try (StorageFile file = storage.create("short", 10))
        {
            assertEquals(4, file.read(ByteBuffer.allocateDirect(100), 6));
            assertEquals(0, file.read(ByteBuffer.allocateDirect(100), 10));
            assertEquals(0, file.read(ByteBuffer.allocateDirect(100), 11));
        }
    }

    @Test
    void shouldRefuseToCreateTwice()
    {
        storage.create("once", 1).close();

        final StorageException ex = assertThrows(StorageException.class, () -> storage.create("once", 1));

        assertTrue(ex.getMessage().contains("once"), ex.getMessage());
        assertTrue(storage.exists("once"));
    }

    @Test
    void shouldRefuseToOpenOrMapWhatIsNotThere()
    {
        assertThrows(StorageException.class, () -> storage.open("nothing"));
        assertThrows(StorageException.class, () -> storage.map("nothing"));
        assertThrows(StorageException.class, () -> storage.list("nowhere"));
        assertThrows(StorageException.class, () -> storage.create("nowhere/file", 1));
        assertThrows(StorageException.class, () -> storage.rename("nothing", "something"));
        assertThrows(StorageException.class, () -> storage.forceDirectory("nowhere"));
    }

    @Test
    void shouldMapAWholeFile()
    {
        try (StorageFile file = storage.create("mapped", 700))
        {
            write(file, 690, "0123456789");
        }

        final MappedFile mapped = storage.map("mapped");

        assertEquals("mapped", mapped.name());
        assertSame(mapped.buffer(), mapped.buffer());
        assertEquals(700, mapped.buffer().capacity());
        assertEquals('9', mapped.buffer().getByte(699));
        mapped.close();
        mapped.close();
        assertThrows(IndexOutOfBoundsException.class, () -> mapped.buffer().getByte(0));
    }

    @Test
    void shouldMapAnEmptyFile()
    {
        storage.create("empty", 0).close();

        try (MappedFile mapped = storage.map("empty"))
        {
            assertEquals(0, mapped.buffer().capacity());
        }
    }

    @Test
    void shouldListPlainNamesInOrderWithoutDirectories()
    {
        storage.makeDirectory("a/b");
        storage.create("a/2", 0).close();
        storage.create("a/10", 0).close();
        storage.create("a/b/deep", 0).close();
        storage.create("top", 0).close();

        assertEquals(List.of("10", "2"), storage.list("a"));
        assertEquals(List.of("top"), storage.list(""));
        assertTrue(storage.exists("a/b"));
        assertTrue(storage.exists("a/b/deep"));
        assertFalse(storage.exists("deep"));
    }

    @Test
    void shouldMakeDirectoriesThatExistAlready()
    {
        storage.makeDirectory("a/b/c");
        storage.makeDirectory("a/b/c");
        storage.forceDirectory("a/b");

        assertTrue(storage.exists("a/b/c"));
    }

    @Test
    void shouldRenameOverAnExistingFile()
    {
        try (StorageFile from = storage.create("from", 0))
        {
            write(from, 0, "new");
        }
        storage.create("to", 100).close();

        storage.rename("from", "to");

        assertFalse(storage.exists("from"));
        try (StorageFile to = storage.open("to"))
        {
            assertEquals("new", text(read(to, 0, (int) to.lengthBytes())));
        }
    }

    @Test
    void shouldKeepAFileUnderItsSecondNameWhenTheFirstIsGone()
    {
        storage.makeDirectory("copies");
        try (StorageFile file = storage.create("original", 0))
        {
            write(file, 0, "bytes");
        }
        storage.link("original", "copies/second");
        storage.forceDirectory("copies");
        storage.delete("original");

        try (StorageFile second = storage.open("copies/second"))
        {
            assertEquals("bytes", text(read(second, 0, 5)));
        }
    }

    @Test
    void shouldNotLinkOverAFileNorWhatIsNotThere()
    {
        storage.create("one", 0).close();
        storage.create("two", 0).close();

        assertThrows(StorageException.class, () -> storage.link("one", "two"));
        assertThrows(StorageException.class, () -> storage.link("nothing", "three"));
    }

    @Test
    void shouldShowADirectoryAsAStorageOfItsOwn()
    {
        final Storage below = storage.within("a/b");
        below.makeDirectory("c");
        try (StorageFile file = below.create("c/file", 0))
        {
            assertEquals("c/file", file.name());
            write(file, 0, "here");
        }

        assertTrue(storage.exists("a/b/c/file"));
        assertEquals(List.of("file"), below.list("c"));
        assertThrows(StorageException.class, () -> below.open("../b/c/file"));
    }

    @Test
    void shouldDeleteOnceAndForgive()
    {
        storage.create("gone", 0).close();

        storage.delete("gone");
        storage.delete("gone");

        assertFalse(storage.exists("gone"));
    }

    @Test
    void shouldKeepAnOpenFileUsableUnderAnotherNameAndAfterItsDeletion()
    {
        try (StorageFile file = storage.create("first", 10))
        {
            storage.rename("first", "second");
            write(file, 0, "here");
            storage.delete("second");
            assertEquals("here", text(read(file, 0, 4)));
        }
    }

    @Test
    void shouldRefuseNamesThatLeaveTheRoot()
    {
        for (final String name : new String[]{ "../x", "/etc/x", "a/../../x", "./x", "a//x", "x/", "", "a\\..\\x" })
        {
            assertThrows(StorageException.class, () -> storage.create(name, 0), name);
            assertThrows(StorageException.class, () -> storage.open(name), name);
            assertThrows(StorageException.class, () -> storage.delete(name), name);
        }
    }

    @Test
    void shouldLockOnceAndQuoteTheHolder()
    {
        final StorageLock lock = storage.lock("LOCK", "pid=4711");

        final StorageLockedException ex = assertThrows(StorageLockedException.class,
            () -> storage.lock("LOCK", "pid=2"));
        assertTrue(ex.getMessage().contains("pid=4711"), ex.getMessage());
        assertTrue(ex.getMessage().contains("LOCK"), ex.getMessage());

        lock.close();
        lock.close();
        storage.lock("LOCK", "pid=2").close();
    }

    @Test
    void shouldTellUsableBytes()
    {
        assertTrue(storage.usableBytes() > 0);
    }

    static void write(final StorageFile file, final long position, final String text)
    {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(text.length());
        buffer.put(text.getBytes(StandardCharsets.US_ASCII)).flip();
        file.write(buffer, position);
        assertFalse(buffer.hasRemaining());
    }

    static byte[] read(final StorageFile file, final long position, final int lengthBytes)
    {
        final ByteBuffer buffer = ByteBuffer.allocate(lengthBytes);
        assertEquals(lengthBytes, file.read(buffer, position));
        return buffer.array();
    }

    static String text(final byte[] bytes)
    {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
