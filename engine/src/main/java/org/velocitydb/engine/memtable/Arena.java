package org.velocitydb.engine.memtable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory off the heap that is handed out front to back and given back all at once. The whole region is reserved at
 * creation; the operating system provides pages as they are first touched, so what is not used costs address space
 * alone.
 *
 * <p>One thread allocates. Any thread may read what it was handed an offset to, until {@link #close()}; whoever closes
 * must know that no reader is left. Memory is handed out as the operating system gave it, not zeroed: who allocates
 * writes every byte that anybody will read before letting others know the offset.
 */
public final class Arena implements AutoCloseable
{
    /** Allocations begin at multiples of this. */
    public static final int ALIGNMENT = Long.BYTES;
    /** Largest region: offsets fit an int, with an aligned end. */
    public static final long MAX_CAPACITY = Integer.MAX_VALUE - (ALIGNMENT - 1L);

    private static final AtomicLong OPEN_COUNT = new AtomicLong();
    private static final AtomicLong RESERVED_BYTES = new AtomicLong();
    private static final VarHandle POSITION;

    static
    {
        try
        {
            POSITION = MethodHandles.lookup().findVarHandle(Arena.class, "position", int.class);
        }
        catch (final ReflectiveOperationException ex)
        {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final int capacity;
    private long address;
    /** Where the next allocation begins; written by the allocating thread, opaquely because others show it. */
    private int position;

    /**
     * Reserves the region.
     *
     * @param capacityBytes of the region, rounded down to {@link #ALIGNMENT}; at most {@link #MAX_CAPACITY}.
     * @throws IllegalArgumentException for a capacity out of range.
     */
    public Arena(final long capacityBytes)
    {
        if (capacityBytes < ALIGNMENT || capacityBytes > MAX_CAPACITY)
        {
            throw new IllegalArgumentException(
                "arena capacity out of range: capacity=" + capacityBytes + ", min=" + ALIGNMENT + ", max=" +
                    MAX_CAPACITY);
        }

        capacity = (int) capacityBytes & -ALIGNMENT;
        address = UnsafeApi.allocateMemory(capacity);
        buffer.wrap(address, capacity);
        OPEN_COUNT.incrementAndGet();
        RESERVED_BYTES.addAndGet(capacity);
    }

    /**
     * Arenas of this process that are not closed; a test that ends with more than it began with has leaked.
     *
     * @return the count.
     */
    public static long openCount()
    {
        return OPEN_COUNT.get();
    }

    /**
     * Address space that the open arenas of this process have reserved.
     *
     * @return bytes.
     */
    public static long reservedBytes()
    {
        return RESERVED_BYTES.get();
    }

    /**
     * Frees the region. The buffer loses its memory as well, so that later use of it meets an exception.
     */
    @Override
    public void close()
    {
        if (address != 0)
        {
            buffer.wrap(0, 0);
            UnsafeApi.freeMemory(address);
            address = 0;
            RESERVED_BYTES.addAndGet(-capacity);
            OPEN_COUNT.decrementAndGet();
        }
    }

    /**
     * Whether the region has been freed.
     *
     * @return true after {@link #close()}.
     */
    public boolean isClosed()
    {
        return address == 0;
    }

    /**
     * Hands out the next bytes; only on the one allocating thread.
     *
     * @param lengthBytes wanted.
     * @return offset of the first, a multiple of {@link #ALIGNMENT}.
     * @throws IllegalStateException if there is no room, which the caller ought to have asked, or after close.
     */
    public int allocate(final int lengthBytes)
    {
        final int offset = position;
        if (lengthBytes < 0 || lengthBytes > capacity - offset || address == 0)
        {
            throw new IllegalStateException(
                "arena cannot allocate: length=" + lengthBytes + ", position=" + offset + ", capacity=" + capacity +
                    ", closed=" + isClosed());
        }

        // Does not overflow: both terms are at most the capacity, and the capacity is aligned.
        POSITION.setOpaque(this, BitUtil.align(offset + lengthBytes, ALIGNMENT));
        return offset;
    }

    /**
     * What has been handed out, alignment included; any thread.
     *
     * @return bytes.
     */
    public long allocatedBytes()
    {
        return (int) POSITION.getOpaque(this);
    }

    /**
     * What can still be handed out.
     *
     * @return bytes.
     */
    public long remainingBytes()
    {
        return capacity - allocatedBytes();
    }

    /**
     * Extent of the region.
     *
     * @return bytes.
     */
    public long capacityBytes()
    {
        return capacity;
    }

    /**
     * The region as a buffer, offsets as {@link #allocate(int)} gives them.
     *
     * @return the same buffer always.
     */
    public DirectBuffer buffer()
    {
        return buffer;
    }

    /**
     * Where the region begins in memory.
     *
     * @return the address; 0 after close.
     */
    long address()
    {
        return address;
    }
}
