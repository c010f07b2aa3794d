package org.velocitydb.perf.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.table.Compression;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableCursor;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableWriter;
import org.velocitydb.journal.storage.FileStorage;

/**
 * One table of two million entries in a real file, read in place or decompressed: keys of 16 random bytes after the
 * keyspace, values of 100 bytes of which half are random, sequences in random order. The file's length is printed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = { "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Xms1500m", "-Xmx1500m",
    "-XX:+UseParallelGC" })
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class TableBenchmark
{
    private static final int ENTRY_COUNT = 2_000_000;
    private static final int KEYSPACE_LENGTH = 4;
    private static final int KEY_LENGTH = KEYSPACE_LENGTH + 2 * Long.BYTES;
    private static final int VALUE_LENGTH = 100;
    private static final int SCAN_LENGTH = 1000;
    private static final double FALSE_POSITIVE_RATE = 0.001;

    /** How blocks are compressed. */
    @Param({ "NONE", "LZ4", "ZSTD" })
    private Compression compression;
    /** Target length of a block. */
    @Param("4096")
    private int blockLengthBytes;

    private final SplittableRandom random = new SplittableRandom(42);
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[KEY_LENGTH]);
    private final EntryView view = new EntryView();
    private final TableReadContext context = new TableReadContext();
    private final TableCursor cursor = new TableCursor(context);
    private UnsafeBuffer keys;
    private Path directory;
    private Table table;

    /**
     * Writes the table.
     *
     * @throws IOException if there is no place for it.
     */
    @Setup
    public void setup() throws IOException
    {
        keys = sortedKeys();
        directory = Files.createTempDirectory("table-benchmark");
        final FileStorage storage = new FileStorage(directory);
        storage.makeDirectory(TableNames.DIRECTORY);
        try (TableWriter writer = new TableWriter(
            storage, new TableOptions(blockLengthBytes, FALSE_POSITIVE_RATE, compression)))
        {
            writer.begin(1, 0);
            write(writer);
            final TableInfo info = writer.finish();
            System.out.println("file length " + info.lengthBytes() + " for " + info.rawLengthBytes() + " raw");
        }
        table = Table.open(storage, 1, context);
        cursor.reset(table);
    }

    private UnsafeBuffer sortedKeys()
    {
        final byte[][] drawn = new byte[ENTRY_COUNT][KEY_LENGTH];
        for (final byte[] bytes : drawn)
        {
            random.nextBytes(bytes);
            Arrays.fill(bytes, 0, KEYSPACE_LENGTH, (byte) 0);
        }
        Arrays.sort(drawn, Arrays::compareUnsigned);
        final UnsafeBuffer sorted = new UnsafeBuffer(new byte[ENTRY_COUNT * KEY_LENGTH]);
        for (int i = 0; i < ENTRY_COUNT; i++)
        {
            sorted.putBytes(i * KEY_LENGTH, drawn[i]);
        }
        return sorted;
    }

    private void write(final TableWriter writer)
    {
        final UnsafeBuffer value = new UnsafeBuffer(new byte[VALUE_LENGTH]);
        for (int i = 0; i < ENTRY_COUNT; i++)
        {
            for (int offset = 0; offset < VALUE_LENGTH / 2 - Long.BYTES; offset += Long.BYTES)
            {
                value.putLong(offset, random.nextLong(), ByteOrder.LITTLE_ENDIAN);
            }
            writer.add(keys, i * KEY_LENGTH, KEY_LENGTH, random.nextInt(ENTRY_COUNT), Expiry.NEVER_MS, false, value, 0,
                VALUE_LENGTH);
        }
    }

    /**
     * Removes the table.
     */
    @TearDown(Level.Trial)
    public void tearDown()
    {
        cursor.close();
        table.close();
        context.close();
        try
        {
            Files.delete(directory.resolve(TableNames.of(1)));
            Files.delete(directory.resolve(TableNames.DIRECTORY));
            Files.delete(directory);
        }
        catch (final IOException e)
        {
            throw new UncheckedIOException(e);
        }
    }

    private void drawKey()
    {
        key.putBytes(0, keys, random.nextInt(ENTRY_COUNT) * KEY_LENGTH, KEY_LENGTH);
    }

    /**
     * What drawing and hashing a key costs, which is part of each figure below.
     *
     * @return its hash.
     */
    @Benchmark
    public long drawAndHash()
    {
        drawKey();
        return KeyHash.hash(key, 0, KEY_LENGTH);
    }

    /**
     * Reads a present key at random, and all of its value.
     *
     * @return a sum over the value.
     */
    @Benchmark
    public long getFound()
    {
        drawKey();
        table.get(key, 0, KEY_LENGTH, KeyHash.hash(key, 0, KEY_LENGTH), view, context);
        long sum = 0;
        for (int i = 0; i + Long.BYTES <= VALUE_LENGTH; i += Long.BYTES)
        {
            sum += view.value().getLong(i);
        }
        return sum;
    }

    /**
     * Reads a key that is not there, but like one that is.
     *
     * @return whether it is found.
     */
    @Benchmark
    public boolean getAbsent()
    {
        drawKey();
        key.putLong(KEY_LENGTH - Long.BYTES, random.nextLong());
        return table.get(key, 0, KEY_LENGTH, KeyHash.hash(key, 0, KEY_LENGTH), view, context);
    }

    /**
     * Reads a thousand entries in order from a random start.
     *
     * @return a sum over them.
     */
    @Benchmark
    public long scan()
    {
        drawKey();
        long sum = 0;
        boolean isValid = cursor.seek(key, 0, KEY_LENGTH);
        for (int i = 0; i < SCAN_LENGTH && isValid; i++)
        {
            sum += cursor.keyBuffer().getLong(cursor.keyOffset()) + cursor.valueBuffer().getLong(cursor.valueOffset());
            isValid = cursor.next();
        }
        return sum;
    }

    /**
     * Reads a thousand entries backwards from a random start.
     *
     * @return a sum over them.
     */
    @Benchmark
    public long reverseScan()
    {
        drawKey();
        long sum = 0;
        boolean isValid = cursor.seekBefore(key, 0, KEY_LENGTH);
        for (int i = 0; i < SCAN_LENGTH && isValid; i++)
        {
            sum += cursor.keyBuffer().getLong(cursor.keyOffset()) + cursor.valueBuffer().getLong(cursor.valueOffset());
            isValid = cursor.previous();
        }
        return sum;
    }

    /**
     * Moves to a present key.
     *
     * @return its sequence.
     */
    @Benchmark
    public long seek()
    {
        drawKey();
        cursor.seek(key, 0, KEY_LENGTH);
        return cursor.sequence();
    }
}
