package org.velocitydb.engine.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.journal.storage.FileStorage;

/**
 * A table of many blocks in a real file, read by several threads that touch its blocks for the first time together.
 */
class TableOnDiskTest
{
    private static final int ENTRY_COUNT = 100_000;
    private static final int THREAD_COUNT = 4;

    @TempDir
    private Path directory;

    @Test
    void shouldServeSeveralThreadsFromOneMapping() throws Exception
    {
        final FileStorage storage = new FileStorage(directory);
        storage.makeDirectory(TableNames.DIRECTORY);
        write(storage);
        final ExecutorService threads = Executors.newFixedThreadPool(THREAD_COUNT);
        try (Table table = Table.open(storage, 1, new TableReadContext()))
        {
            final Future<?>[] readers = IntStream.range(0, THREAD_COUNT)
                .mapToObj(i -> threads.submit(() -> readAll(table)))
                .toArray(Future<?>[]::new);
            for (final Future<?> reader : readers)
            {
                reader.get(1, TimeUnit.MINUTES);
            }
        }
        finally
        {
            threads.shutdownNow();
        }
    }

    private static void write(final FileStorage storage)
    {
        final UnsafeBuffer key = new UnsafeBuffer(Model.bytes("\0\1user:00000000"));
        final UnsafeBuffer value = new UnsafeBuffer(new byte[100]);
        try (TableWriter writer = new TableWriter(storage, TableOptions.defaults()))
        {
            writer.begin(1, 0);
            for (int i = 0; i < ENTRY_COUNT; i++)
            {
                key.putNaturalPaddedIntAscii(7, 8, i * 2);
                value.putInt(0, i);
                writer.add(key, 0, key.capacity(), i, Expiry.NEVER_MS, false, value, 0, value.capacity());
            }
            assertEquals(ENTRY_COUNT, writer.finish().entryCount());
        }
    }

    private static void readAll(final Table table)
    {
        final TableReadContext context = new TableReadContext();
        final EntryView view = new EntryView();
        final UnsafeBuffer key = new UnsafeBuffer(Model.bytes("\0\1user:00000000"));
        for (int i = 0; i < 2 * ENTRY_COUNT; i++)
        {
            key.putNaturalPaddedIntAscii(7, 8, i);
            final long hash = KeyHash.hash(key, 0, key.capacity());
            final boolean isFound = table.get(key, 0, key.capacity(), hash, view, context);
            if (isFound != (i % 2 == 0) || isFound && view.value().getInt(0) != i / 2)
            {
                throw new AssertionError("wrong answer: key=" + i + ", found=" + isFound);
            }
        }
        final TableCursor cursor = new TableCursor(context).reset(table);
        int count = 0;
        for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
        {
            assertEquals(count++, cursor.sequence());
        }
        assertEquals(ENTRY_COUNT, count);
    }
}
