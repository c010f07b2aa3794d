package org.velocitydb.perf.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.engine.memtable.MemtableCursor;

/**
 * The memtable against a ConcurrentSkipListMap of byte arrays: a million entries with keys of 16 bytes, two of them the
 * keyspace, and values of 100. Keys are random bytes, or text that differs in its last digits alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = { "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Xms1500m", "-Xmx1500m",
    "-XX:+UseParallelGC" })
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class MemtableBenchmark
{
    private static final int ENTRY_COUNT = 1_000_000;
    private static final int KEY_LENGTH = 16;
    private static final int VALUE_LENGTH = 100;
    private static final int SCAN_LENGTH = 100;
    private static final long CAPACITY_BYTES = 512L << 20;

    /** How keys look: "random" or "text". */
    @Param({ "random", "text" })
    private String keys;

    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[VALUE_LENGTH]);
    private final EntryView view = new EntryView();
    private final MemtableCursor cursor = new MemtableCursor();
    private final SplittableRandom random = new SplittableRandom(42);
    private byte[][] sortedKeys;
    private byte[][] shuffledKeys;
    private Memtable memtable;
    private ConcurrentSkipListMap<byte[], byte[]> map;

    /**
     * Draws the keys and fills both structures.
     */
    @Setup
    public void setup()
    {
        shuffledKeys = new byte[ENTRY_COUNT][];
        for (int i = 0; i < ENTRY_COUNT; i++)
        {
            shuffledKeys[i] = "random".equals(keys)
                ? randomKey()
                : String.format("\0\1user%010d", random.nextInt(10 * ENTRY_COUNT)).getBytes(StandardCharsets.US_ASCII);
        }
        sortedKeys = shuffledKeys.clone();
        Arrays.sort(sortedKeys, Arrays::compareUnsigned);
        memtable = fillMemtable(shuffledKeys);
        map = fillMap(shuffledKeys);
    }

    /**
     * Frees the memtable.
     */
    @TearDown(Level.Trial)
    public void tearDown()
    {
        memtable.close();
    }

    /**
     * Reads a present key at random from the memtable.
     *
     * @return its sequence.
     */
    @Benchmark
    public long randomGetMemtable()
    {
        key.wrap(shuffledKeys[random.nextInt(ENTRY_COUNT)]);
        memtable.get(key, 0, KEY_LENGTH, Long.MAX_VALUE, view);
        return view.sequence();
    }

    /**
     * Reads a present key at random from the map.
     *
     * @return its value.
     */
    @Benchmark
    public byte[] randomGetMap()
    {
        return map.get(shuffledKeys[random.nextInt(ENTRY_COUNT)]);
    }

    /**
     * Reads a hundred entries in order from the memtable, from a random start.
     *
     * @return a sum over them.
     */
    @Benchmark
    public long scanMemtable()
    {
        key.wrap(shuffledKeys[random.nextInt(ENTRY_COUNT)]);
        cursor.reset(memtable, Long.MAX_VALUE);
        long sum = 0;
        boolean isValid = cursor.seek(key, 0, KEY_LENGTH);
        for (int i = 0; i < SCAN_LENGTH && isValid; i++)
        {
            sum += cursor.keyBuffer().getByte(cursor.keyOffset()) + cursor.valueBuffer().getLong(cursor.valueOffset());
            isValid = cursor.next();
        }
        return sum;
    }

    /**
     * Reads a hundred entries in order from the map, from a random start.
     *
     * @return a sum over them.
     */
    @Benchmark
    public long scanMap()
    {
        long sum = 0;
        int i = 0;
        for (final Map.Entry<byte[], byte[]> entry : map.tailMap(shuffledKeys[random.nextInt(ENTRY_COUNT)]).entrySet())
        {
            sum += entry.getKey()[0] + entry.getValue()[0];
            if (++i == SCAN_LENGTH)
            {
                break;
            }
        }
        return sum;
    }

    /**
     * Reads a hundred entries backwards from the memtable, from a random start.
     *
     * @return a sum over them.
     */
    @Benchmark
    public long reverseScanMemtable()
    {
        key.wrap(shuffledKeys[random.nextInt(ENTRY_COUNT)]);
        cursor.reset(memtable, Long.MAX_VALUE);
        long sum = 0;
        boolean isValid = cursor.seekBefore(key, 0, KEY_LENGTH);
        for (int i = 0; i < SCAN_LENGTH && isValid; i++)
        {
            sum += cursor.keyBuffer().getByte(cursor.keyOffset()) + cursor.valueBuffer().getLong(cursor.valueOffset());
            isValid = cursor.previous();
        }
        return sum;
    }

    /**
     * Fills a new memtable in random order; per entry.
     *
     * @return the count.
     */
    @Benchmark
    @OperationsPerInvocation(ENTRY_COUNT)
    public int randomInsertMemtable()
    {
        try (Memtable filled = fillMemtable(shuffledKeys))
        {
            return filled.entryCount();
        }
    }

    /**
     * Fills a new map in random order; per entry.
     *
     * @return the map.
     */
    @Benchmark
    @OperationsPerInvocation(ENTRY_COUNT)
    public Object randomInsertMap()
    {
        return fillMap(shuffledKeys);
    }

    /**
     * Fills a new memtable in ascending order; per entry.
     *
     * @return the count.
     */
    @Benchmark
    @OperationsPerInvocation(ENTRY_COUNT)
    public int sequentialInsertMemtable()
    {
        try (Memtable filled = fillMemtable(sortedKeys))
        {
            return filled.entryCount();
        }
    }

    /**
     * Fills a new map in ascending order; per entry.
     *
     * @return the map.
     */
    @Benchmark
    @OperationsPerInvocation(ENTRY_COUNT)
    public Object sequentialInsertMap()
    {
        return fillMap(sortedKeys);
    }

    private byte[] randomKey()
    {
        final byte[] bytes = new byte[KEY_LENGTH];
        random.nextBytes(bytes);
        bytes[0] = 0;
        bytes[1] = 1;
        return bytes;
    }

    private Memtable fillMemtable(final byte[][] order)
    {
        final Memtable filled = new Memtable(CAPACITY_BYTES);
        long sequence = 0;
        for (final byte[] bytes : order)
        {
            key.wrap(bytes);
            filled.put(key, 0, KEY_LENGTH, ++sequence, Expiry.NEVER_MS, value, 0, VALUE_LENGTH);
        }
        return filled;
    }

    /** The map gets a copy of each value, as the memtable does; its keys are shared. */
    private ConcurrentSkipListMap<byte[], byte[]> fillMap(final byte[][] order)
    {
        final ConcurrentSkipListMap<byte[], byte[]> filled = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
        for (final byte[] bytes : order)
        {
            filled.put(bytes, value.byteArray().clone());
        }
        return filled;
    }
}
