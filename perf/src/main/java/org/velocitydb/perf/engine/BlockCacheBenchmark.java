package org.velocitydb.perf.engine;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.agrona.MutableDirectBuffer;
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
import org.velocitydb.engine.cache.BlockCache;
import org.velocitydb.engine.cache.BlockCacheReader;
import org.velocitydb.engine.cache.BlockLoader;
import org.velocitydb.engine.concurrent.Epochs;

/**
 * What a look-up in the block cache costs the reader, and what each recorded access costs the owner. Blocks of 4 KiB:
 * a thousand, whose slots stay in the processor's caches, or fifty thousand, of which none does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = { "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Xms256m", "-Xmx256m",
    "-XX:+UseParallelGC" })
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class BlockCacheBenchmark
{
    private static final int BLOCK_LENGTH = 4096;
    private static final long CAPACITY_BYTES = 256L << 20;
    private static final int OFFSET_COUNT = 1 << 20;
    /** As many as the owner drains in one cycle. */
    private static final int ACCESSES_PER_CYCLE = 512;

    /** Blocks in the cache. */
    @Param({ "1000", "50000" })
    private int blockCount;

    private final Epochs epochs = new Epochs();
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);
    private final int[] offsets = new int[OFFSET_COUNT];
    private BlockCache cache;
    private BlockCacheReader reader;
    private int next;

    /**
     * Fills the cache.
     */
    @Setup
    public void setup()
    {
        cache = new BlockCache(CAPACITY_BYTES, 1.0, epochs, new FixedBlocks());
        reader = cache.newReader();
        // The capacity grows with what is missed, up to the bound.
        int missing = blockCount;
        while (missing > blockCount / 100)
        {
            missing = 0;
            for (int i = 0; i < blockCount; i++)
            {
                if (!reader.find(1, i * BLOCK_LENGTH, block))
                {
                    reader.missed(1, i * BLOCK_LENGTH);
                    missing++;
                }
                cache.doWork();
                epochs.reclaim();
            }
        }
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < OFFSET_COUNT; i++)
        {
            offsets[i] = random.nextInt(blockCount) * BLOCK_LENGTH;
        }
    }

    /**
     * Frees the cache.
     */
    @TearDown(Level.Trial)
    public void tearDown()
    {
        reader.close();
        cache.close();
    }

    /**
     * Looks a random block up; nobody drains, so nothing is recorded but the attempt.
     *
     * @return a byte of the block.
     */
    @Benchmark
    public int find()
    {
        return reader.find(1, nextOffset(), block) ? block.getByte(0) : 0;
    }

    /**
     * The same, with the owner's work for each access on the same thread.
     *
     * @return a byte of the block.
     */
    @Benchmark
    public int findAndDrain()
    {
        final int value = find();
        if (next % ACCESSES_PER_CYCLE == 0)
        {
            cache.doWork();
        }
        return value;
    }

    /**
     * Looks for what is not there.
     *
     * @return whether it was.
     */
    @Benchmark
    public boolean miss()
    {
        final int offset = nextOffset();
        final boolean isFound = reader.find(2, offset, block);
        reader.missed(2, offset);
        return isFound;
    }

    private int nextOffset()
    {
        next = next + 1 & OFFSET_COUNT - 1;
        return offsets[next];
    }

    private static final class FixedBlocks implements BlockLoader
    {
        @Override
        public int lengthBytes(final long tableNumber, final int blockOffset)
        {
            return BLOCK_LENGTH;
        }

        @Override
        public boolean load(final long tableNumber, final int blockOffset, final MutableDirectBuffer target)
        {
            target.setMemory(0, target.capacity(), (byte) blockOffset);
            return true;
        }
    }
}
