package org.velocitydb.engine.command;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory for commands that are larger than a slot of the ring. Bounded in bytes: where the bound is reached {@link
 * #tryAcquire(int)} answers null and the
 * producer tries again later. Small blocks are kept for the next command, large ones go back to the operating system.
 *
 * <p>Any thread may acquire and release.
 */
final class OverflowPool
{
    /** Blocks up to this length are kept when released. */
    static final int KEPT_LENGTH_MAX = 1024 * 1024;
    private static final int LENGTH_MIN = 16 * 1024;
    private static final int KEPT_PER_CLASS = 16;
    private static final int CLASS_COUNT = Integer.numberOfTrailingZeros(KEPT_LENGTH_MAX) -
        Integer.numberOfTrailingZeros(LENGTH_MIN) + 1;

    private final long capacityBytes;
    private final AtomicLong acquiredBytes = new AtomicLong();
    /** Of all blocks, kept ones included. */
    private final AtomicLong allocatedBytes = new AtomicLong();
    private final ManyToManyConcurrentArrayQueue<Block>[] kept;

    OverflowPool(final long capacityBytes)
    {
        this.capacityBytes = capacityBytes;
        kept = newQueues();
    }

    @SuppressWarnings({ "unchecked", "rawtypes" }) // an array of a generic type has no other way to be made
    private static ManyToManyConcurrentArrayQueue<Block>[] newQueues()
    {
        final ManyToManyConcurrentArrayQueue[] queues = new ManyToManyConcurrentArrayQueue[CLASS_COUNT];
        for (int i = 0; i < CLASS_COUNT; i++)
        {
            queues[i] = new ManyToManyConcurrentArrayQueue<Block>(KEPT_PER_CLASS);
        }
        return queues;
    }

    /**
     * Takes a block of at least this length.
     *
     * @param lengthBytes wanted.
     * @return a block, or null while too much is in use.
     */
    Block tryAcquire(final int lengthBytes)
    {
        final int blockLength = lengthBytes <= KEPT_LENGTH_MAX
            ? BitUtil.findNextPositivePowerOfTwo(Math.max(lengthBytes, LENGTH_MIN))
            : lengthBytes;
        final long inUse = acquiredBytes.addAndGet(blockLength);
        // One block is always granted: a command may be as large as the whole bound.
        if (inUse > capacityBytes && inUse > blockLength)
        {
            acquiredBytes.addAndGet(-blockLength);
            return null;
        }
        final Block block = blockLength <= KEPT_LENGTH_MAX ? kept[classOf(blockLength)].poll() : null;
        return block != null ? block : allocate(blockLength);
    }

    /** What is kept in other lengths makes room, so that the bound holds for kept blocks too. */
    private Block allocate(final int blockLength)
    {
        long allocated = allocatedBytes.addAndGet(blockLength);
        for (int i = CLASS_COUNT - 1; i >= 0 && allocated > capacityBytes; i--)
        {
            Block block = kept[i].poll();
            while (block != null)
            {
                free(block);
                allocated = allocatedBytes.get();
                block = allocated > capacityBytes ? kept[i].poll() : null;
            }
        }
        return new Block(blockLength);
    }

    private void free(final Block block)
    {
        allocatedBytes.addAndGet(-block.buffer.capacity());
        block.free();
    }

    void release(final Block block)
    {
        final int blockLength = block.buffer.capacity();
        acquiredBytes.addAndGet(-blockLength);
        if (blockLength > KEPT_LENGTH_MAX || !kept[classOf(blockLength)].offer(block))
        {
            free(block);
        }
    }

    long acquiredBytes()
    {
        return acquiredBytes.get();
    }

    long allocatedBytes()
    {
        return allocatedBytes.get();
    }

    void close()
    {
        for (final ManyToManyConcurrentArrayQueue<Block> queue : kept)
        {
            for (Block block = queue.poll(); block != null; block = queue.poll())
            {
                free(block);
            }
        }
    }

    private static int classOf(final int blockLength)
    {
        return Integer.numberOfTrailingZeros(blockLength) - Integer.numberOfTrailingZeros(LENGTH_MIN);
    }

    /**
     * A piece of direct memory, owned by whoever acquired it until it is released.
     */
    static final class Block
    {
        private final ByteBuffer memory;
        private final UnsafeBuffer buffer;

        private Block(final int lengthBytes)
        {
            memory = ByteBuffer.allocateDirect(lengthBytes);
            buffer = new UnsafeBuffer(memory);
        }

        UnsafeBuffer buffer()
        {
            return buffer;
        }

        private void free()
        {
            buffer.wrap(0, 0);
            BufferUtil.free(memory);
        }
    }
}
