package org.velocitydb.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;

/**
 * Direct buffers that one event loop lends to its sessions for as long as they have something to keep. Called on the
 * loop's thread alone. Buffers up to {@link #MAX_POOLED_LENGTH} come in powers of two and are kept for the next
 * session, last in first out, up to a bound; longer ones are rare, and are freed at once. All of it counts against the
 * {@link BufferBudget}. Allocation-free where a kept buffer of the right length is there.
 */
final class BufferPool implements AutoCloseable
{
    /** A page: most answers and partial frames fit in. */
    static final int MIN_LENGTH = 4 * 1024;
    /** Above this, buffers are exact to this length, so that a frame of 65 MiB does not take 128. */
    static final int MAX_POOLED_LENGTH = 1024 * 1024;

    private static final int MIN_LENGTH_SHIFT = Integer.numberOfTrailingZeros(MIN_LENGTH);
    private static final int CLASS_COUNT = Integer.numberOfTrailingZeros(MAX_POOLED_LENGTH) - MIN_LENGTH_SHIFT + 1;
    private static final int INITIAL_STACK_LENGTH = 16;

    private final BufferBudget budget;
    private final long maxKeptBytes;
    private final long outputReserveBytes;
    private final ByteBuffer[][] kept = new ByteBuffer[CLASS_COUNT][INITIAL_STACK_LENGTH];
    private final int[] keptCounts = new int[CLASS_COUNT];
    private long keptBytes;
    private long usedBytes;

    /**
     * Makes an empty pool.
     *
     * @param budget             shared with the other loops.
     * @param maxKeptBytes       of buffers that are kept while nobody uses them.
     * @param outputReserveBytes of the budget that input leaves free. Answers can leave only through output, so input
     *                           that waits for room there must not be what fills it.
     */
    BufferPool(final BufferBudget budget, final long maxKeptBytes, final long outputReserveBytes)
    {
        this.budget = budget;
        this.maxKeptBytes = maxKeptBytes;
        this.outputReserveBytes = outputReserveBytes;
    }

    /**
     * Lends a buffer.
     *
     * @param lengthBytes at least this capacity.
     * @return a little-endian buffer with any contents, or null when the budget is spent.
     */
    ByteBuffer claim(final int lengthBytes)
    {
        final int capacity = capacityFor(lengthBytes);
        final ByteBuffer pooled = takeKept(capacity);
        if (pooled != null)
        {
            return pooled;
        }
        if (!budget.tryReserve(capacity))
        {
            freeKept();
            if (!budget.tryReserve(capacity))
            {
                return null;
            }
        }
        return allocate(capacity);
    }

    /**
     * Lends a buffer for more of a frame.
     *
     * @param lengthBytes at least this capacity.
     * @return a buffer, or null when only the reserve for output is left.
     */
    ByteBuffer claimForInput(final int lengthBytes)
    {
        return hasRoomForInput(lengthBytes) ? claim(lengthBytes) : null;
    }

    /**
     * Lends a buffer even where the budget is spent; see {@link BufferBudget#reserve(int)}.
     */
    ByteBuffer claimAnyway(final int lengthBytes)
    {
        final ByteBuffer buffer = claim(lengthBytes);
        if (buffer != null)
        {
            return buffer;
        }
        final int capacity = capacityFor(lengthBytes);
        budget.reserve(capacity);
        return allocate(capacity);
    }

    boolean hasRoomFor(final int lengthBytes)
    {
        final int capacity = capacityFor(lengthBytes);
        return isKept(capacity) || capacity <= budget.availableBytes() + keptBytes;
    }

    boolean hasRoomForInput(final int lengthBytes)
    {
        return capacityFor(lengthBytes) <= budget.availableBytes() + keptBytes - outputReserveBytes;
    }

    void release(final ByteBuffer buffer)
    {
        final int capacity = buffer.capacity();
        usedBytes -= capacity;
        if (capacity <= MAX_POOLED_LENGTH && keptBytes + capacity <= maxKeptBytes)
        {
            keep(buffer, capacity);
        }
        else
        {
            free(buffer);
        }
    }

    /** Bytes that sessions hold now. */
    long usedBytes()
    {
        return usedBytes;
    }

    /** Frees what is kept. Buffers that are lent out are freed when they come back. */
    @Override
    public void close()
    {
        freeKept();
    }

    static int capacityFor(final int lengthBytes)
    {
        if (lengthBytes <= MIN_LENGTH)
        {
            return MIN_LENGTH;
        }
        if (lengthBytes <= MAX_POOLED_LENGTH)
        {
            return BitUtil.findNextPositivePowerOfTwo(lengthBytes);
        }
        return BitUtil.align(lengthBytes, MAX_POOLED_LENGTH);
    }

    private boolean isKept(final int capacity)
    {
        return capacity <= MAX_POOLED_LENGTH && keptCounts[classOf(capacity)] > 0;
    }

    private ByteBuffer takeKept(final int capacity)
    {
        if (!isKept(capacity))
        {
            return null;
        }
        final int index = classOf(capacity);
        final int top = --keptCounts[index];
        final ByteBuffer buffer = kept[index][top];
        kept[index][top] = null;
        keptBytes -= capacity;
        usedBytes += capacity;
        buffer.clear();
        return buffer;
    }

    private void keep(final ByteBuffer buffer, final int capacity)
    {
        final int index = classOf(capacity);
        if (keptCounts[index] == kept[index].length)
        {
            kept[index] = Arrays.copyOf(kept[index], keptCounts[index] * 2);
        }
        kept[index][keptCounts[index]++] = buffer;
        keptBytes += capacity;
    }

    private ByteBuffer allocate(final int capacity)
    {
        boolean isAllocated = false;
        try
        {
            final ByteBuffer buffer = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
            isAllocated = true;
            usedBytes += capacity;
            return buffer;
        }
        finally
        {
            if (!isAllocated)
            {
                budget.release(capacity);
            }
        }
    }

    private void freeKept()
    {
        for (int i = 0; i < CLASS_COUNT; i++)
        {
            while (keptCounts[i] > 0)
            {
                final ByteBuffer buffer = kept[i][--keptCounts[i]];
                kept[i][keptCounts[i]] = null;
                keptBytes -= buffer.capacity();
                free(buffer);
            }
        }
    }

    private void free(final ByteBuffer buffer)
    {
        budget.release(buffer.capacity());
        // Nobody else has the buffer: sessions forget it when they give it back.
        BufferUtil.free(buffer);
    }

    private static int classOf(final int capacity)
    {
        return Integer.numberOfTrailingZeros(capacity) - MIN_LENGTH_SHIFT;
    }
}
