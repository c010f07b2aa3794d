package org.velocitydb.engine.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;

class TableCompressionTest
{
    private static final long TABLE_NUMBER = 4;
    private static final String NAME = TableNames.of(TABLE_NUMBER);
    private static final int ENTRY_COUNT = 500;

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final EntryView view = new EntryView();
    private final Model model = new Model();

    @BeforeEach
    void fill()
    {
        for (int i = 0; i < ENTRY_COUNT; i++)
        {
            model.entries.put(
                Model.bytes("\0\0\0\1user:%08d".formatted(i)),
                ModelEntry.value(i, Model.bytes("name=somebody number %d, city=somewhere far away".formatted(i))));
        }
    }

    @Test
    void shouldPinTheCodes()
    {
        assertEquals(0, Compression.NONE.code());
        assertEquals(1, Compression.LZ4.code());
        assertEquals(2, Compression.ZSTD.code());
        assertEquals(3, Compression.values().length);
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void shouldSaveSpaceAndStoreWhatDoesNotShrinkAsItIs(final Compression compression)
    {
        final TableInfo plain = model.write(storage, new TableOptions(4096, 0.01), 1);
        final TableInfo small = model.write(storage, new TableOptions(4096, 0.01, compression), 2);
        final SplittableRandom random = new SplittableRandom(1);
        model.entries.replaceAll((key, entry) -> ModelEntry.value(entry.sequence(), randomBytes(random)));
        final TableInfo junk = model.write(storage, new TableOptions(4096, 0.01), 3);
        final TableInfo offered = model.write(storage, new TableOptions(4096, 0.01, compression), 5);

        assertTrue(small.lengthBytes() < plain.lengthBytes() * 2 / 3, small + ", " + plain);
        assertEquals(compression, small.compression());
        assertEquals(junk.lengthBytes(), offered.lengthBytes());
        try (TableReadContext context = new TableReadContext(); Table table = Table.open(storage, 5, context))
        {
            assertEquals(0, table.compressedBlockCount());
            assertSame(table, context);
        }
    }

    private static byte[] randomBytes(final SplittableRandom random)
    {
        final byte[] bytes = new byte[100];
        random.nextBytes(bytes);
        return bytes;
    }

    private void assertSame(final Table table, final TableReadContext context)
    {
        for (final byte[] key : model.entries.keySet())
        {
            final UnsafeBuffer wanted = new UnsafeBuffer(key);
            final long hash = KeyHash.hash(wanted, 0, key.length);
            model.assertSameGet(key, table.get(wanted, 0, key.length, hash, view, context), view);
        }
    }

    /** What is damaged under a right checksum is refused or read as something; memory and time stay bounded. */
    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void shouldSurviveBlocksThatWereWrittenWrong(final Compression compression)
    {
        model.write(storage, new TableOptions(512, 0.01, compression), TABLE_NUMBER);
        final byte[] file = read();
        try (TableReadContext context = new TableReadContext())
        {
            final TableIndex index = new TableIndex(
                new TableFile(new UnsafeBuffer(file), NAME, TABLE_NUMBER, context));
            final SplittableRandom random = new SplittableRandom(5);
            for (int run = 0; run < 1500; run++)
            {
                final int block = random.nextInt(index.blockCount());
                final int offset = index.blockOffset(block);
                final int checkedLength = index.blockLength(block) - TableChecksum.LENGTH;
                final int place = run % 3 == 0 ? random.nextInt(12) : random.nextInt(checkedLength);
                final UnsafeBuffer bytes = new UnsafeBuffer(file.clone());
                bytes.putByte(offset + place, (byte) random.nextInt());
                bytes.putInt(
                    offset + checkedLength,
                    context.checksum(bytes, TABLE_NUMBER, offset, checkedLength),
                    ByteOrder.LITTLE_ENDIAN);
                overwrite(bytes.byteArray());
                readEverything(context, "run=" + run);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void shouldRefuseABlockThatIsCompressedOtherwiseThanItsTable(final Compression compression)
    {
        model.write(storage, new TableOptions(512, 0.01, compression), TABLE_NUMBER);
        final UnsafeBuffer bytes = new UnsafeBuffer(read());
        try (TableReadContext context = new TableReadContext())
        {
            final TableIndex index = new TableIndex(new TableFile(bytes, NAME, TABLE_NUMBER, context));
            final int offset = index.blockOffset(0);
            final int checkedLength = index.blockLength(0) - TableChecksum.LENGTH;
            final int other = compression == Compression.LZ4 ? Compression.ZSTD.code() : Compression.LZ4.code();
            bytes.putInt(offset, BlockDescriptor.FLAG_COMPRESSED + other, ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(
                offset + checkedLength,
                context.checksum(bytes, TABLE_NUMBER, offset, checkedLength),
                ByteOrder.LITTLE_ENDIAN);
            overwrite(bytes.byteArray());
            try (Table table = Table.open(storage, TABLE_NUMBER, context))
            {
                assertThrows(CorruptionException.class, new TableCursor(context).reset(table)::seekFirst);
            }
        }
    }

    private void readEverything(final TableReadContext context, final String run)
    {
        try (Table table = Table.open(storage, TABLE_NUMBER, context);
            TableCursor cursor = new TableCursor(context).reset(table))
        {
            int steps = 0;
            for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
            {
                assertTrue(++steps < 10 * ENTRY_COUNT, run);
            }
            for (boolean isValid = cursor.seekLast(); isValid; isValid = cursor.previous())
            {
                assertTrue(++steps < 10 * ENTRY_COUNT, run);
            }
        }
        catch (final CorruptionException e)
        {
            assertTrue(e.getMessage().contains(NAME) && e.getMessage().contains("offset="), e.getMessage());
        }
    }

    @Test
    void shouldReadPointsThroughTheCacheAndScansPastIt()
    {
        model.write(storage, new TableOptions(512, 0.01, Compression.LZ4), TABLE_NUMBER);
        final MapCache cache = new MapCache();
        try (TableReadContext context = new TableReadContext(cache);
            TableReadContext loading = new TableReadContext();
            Table table = Table.open(storage, TABLE_NUMBER, context);
            TableCursor cursor = new TableCursor(context).reset(table))
        {
            model.assertSameWalk(cursor);
            assertEquals(0, cache.findCount);

            assertSame(table, context);
            assertEquals(table.compressedBlockCount(), cache.missed.size());
            for (final int offset : cache.missed.keySet())
            {
                final UnsafeBuffer block = new UnsafeBuffer(new byte[table.blockBufferLength(offset, loading)]);
                table.readBlock(offset, block, loading);
                cache.blocks.put(offset, block);
            }
            cache.missed.clear();
            assertSame(table, context);
            assertTrue(cache.missed.isEmpty());
            assertThrows(IllegalArgumentException.class, () -> table.blockBufferLength(1, loading));
        }
    }

    @Test
    void shouldAllocateNothingWhenReadingLz4OnceWarm()
    {
        model.write(storage, new TableOptions(512, 0.01, Compression.LZ4), TABLE_NUMBER);
        final UnsafeBuffer key = new UnsafeBuffer(Model.bytes("\0\0\0\1user:00000000"));
        try (TableReadContext context = new TableReadContext();
            Table table = Table.open(storage, TABLE_NUMBER, context);
            TableCursor cursor = new TableCursor(context).reset(table))
        {
            assertEquals(0, new AllocationMeter().leastOf(5, () ->
            {
                for (int i = 0; i < ENTRY_COUNT; i++)
                {
                    key.putNaturalPaddedIntAscii(9, 8, (i * 37) % ENTRY_COUNT);
                    table.get(key, 0, key.capacity(), KeyHash.hash(key, 0, key.capacity()), view, context);
                    cursor.seek(key, 0, key.capacity());
                    cursor.previous();
                }
            }));
        }
    }

    /** The classes are loaded once more, where the library is not to be found. */
    @Test
    void shouldNameTheLibraryThatIsMissing() throws Exception
    {
        final ClassLoader loader = new LoaderWithoutZstd();
        final Class<?> options = loader.loadClass(TableOptions.class.getName());
        final Class<?> compression = loader.loadClass(Compression.class.getName());
        final Constructor<?> newOptions = options.getConstructor(int.class, double.class, compression);
        final Class<?> writerClass = loader.loadClass(TableWriter.class.getName());
        try (AutoCloseable writer = (AutoCloseable) writerClass.getConstructor(Storage.class, options)
            .newInstance(storage, newOptions.newInstance(4096, 0.01, compression.getField("ZSTD").get(null))))
        {
            final InvocationTargetException e = assertThrows(InvocationTargetException.class,
                () -> writerClass.getMethod("begin", long.class, long.class).invoke(writer, 1L, 0L));
            assertEquals(MissingCompressionException.class.getName(), e.getCause().getClass().getName());
            assertTrue(e.getCause().getMessage().contains("com.github.luben:zstd-jni"), e.getCause().getMessage());
        }
        assertEquals(0, storage.openHandles());
    }

    private byte[] read()
    {
        try (StorageFile opened = storage.open(NAME))
        {
            final ByteBuffer bytes = ByteBuffer.allocate((int) opened.lengthBytes());
            opened.read(bytes, 0);
            return bytes.array();
        }
    }

    private void overwrite(final byte[] bytes)
    {
        storage.delete(NAME);
        try (StorageFile created = storage.create(NAME, 0))
        {
            created.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private static final class MapCache implements DecompressedBlocks
    {
        private final Map<Integer, UnsafeBuffer> blocks = new HashMap<>();
        private final Map<Integer, Integer> missed = new HashMap<>();
        private int findCount;

        @Override
        public boolean find(final long tableNumber, final int blockOffset, final UnsafeBuffer block)
        {
            assertEquals(TABLE_NUMBER, tableNumber);
            findCount++;
            final UnsafeBuffer found = blocks.get(blockOffset);
            if (found != null)
            {
                block.wrap(found);
            }
            return found != null;
        }

        @Override
        public void missed(final long tableNumber, final int blockOffset)
        {
            missed.merge(blockOffset, 1, Integer::sum);
        }
    }

    private static final class LoaderWithoutZstd extends ClassLoader
    {
        LoaderWithoutZstd()
        {
            super(TableCompressionTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException
        {
            if (name.startsWith("com.github.luben."))
            {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("org.velocitydb.engine.table."))
            {
                return super.loadClass(name, resolve);
            }
            final Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(final String name) throws ClassNotFoundException
        {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class"))
            {
                final byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            }
            catch (final IOException e)
            {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
