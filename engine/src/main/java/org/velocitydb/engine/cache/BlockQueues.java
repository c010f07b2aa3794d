package org.velocitydb.engine.cache;

import java.util.Arrays;

/**
 * The cached blocks in the order of their use: for each of three queues a doubly linked list through arrays, most
 * recently used first. One thread uses it.
 */
final class BlockQueues
{
    /** Where a block begins: a short queue that everybody passes. */
    static final int WINDOW = 0;
    /** Used once since it left the window. */
    static final int PROBATION = 1;
    /** Used again. */
    static final int PROTECTED = 2;
    static final int QUEUE_COUNT = 3;
    static final int NULL_ENTRY = -1;

    private static final int BYTES_PER_ENTRY = 2 * Long.BYTES + 3 * Integer.BYTES + Byte.BYTES;

    private final long[] frames;
    private final long[] charges;
    private final int[] newer;
    private final int[] older;
    private final byte[] queues;
    private final int[] newest = new int[QUEUE_COUNT];
    private final int[] oldest = new int[QUEUE_COUNT];
    private final long[] bytes = new long[QUEUE_COUNT];
    /** Head of the free entries, linked through {@link #older}. */
    private int free;
    private int count;

    BlockQueues(final int capacity)
    {
        frames = new long[capacity];
        charges = new long[capacity];
        newer = new int[capacity];
        older = new int[capacity];
        queues = new byte[capacity];
        Arrays.fill(newest, NULL_ENTRY);
        Arrays.fill(oldest, NULL_ENTRY);
        for (int i = 0; i < capacity; i++)
        {
            older[i] = i + 1 < capacity ? i + 1 : NULL_ENTRY;
        }
    }

    /** Memory for a number of entries. */
    static long bytes(final int capacity)
    {
        return (long) capacity * BYTES_PER_ENTRY;
    }

    int count()
    {
        return count;
    }

    int capacity()
    {
        return frames.length;
    }

    /** What the blocks of all queues take. */
    long totalBytes()
    {
        return bytes[WINDOW] + bytes[PROBATION] + bytes[PROTECTED];
    }

    long queueBytes(final int queue)
    {
        return bytes[queue];
    }

    /** Adds a frame as the most recently used of a queue; there is a free entry. */
    int add(final int queue, final long frame, final long charge)
    {
        final int entry = free;
        free = older[entry];
        count++;
        frames[entry] = frame;
        charges[entry] = charge;
        BlockFrame.entry(frame, entry);
        link(entry, queue);
        return entry;
    }

    void remove(final int entry)
    {
        unlink(entry);
        frames[entry] = BlockTable.NULL_FRAME;
        older[entry] = free;
        free = entry;
        count--;
    }

    /** Makes an entry the most recently used of a queue. */
    void move(final int entry, final int queue)
    {
        unlink(entry);
        link(entry, queue);
    }

    int queue(final int entry)
    {
        return queues[entry];
    }

    long frame(final int entry)
    {
        return frames[entry];
    }

    long charge(final int entry)
    {
        return charges[entry];
    }

    /** The least recently used of a queue, or {@link #NULL_ENTRY}. */
    int oldest(final int queue)
    {
        return oldest[queue];
    }

    /** The same queues with room for another number of entries, no fewer than there are. */
    BlockQueues resized(final int capacity)
    {
        final BlockQueues resized = new BlockQueues(capacity);
        for (int queue = 0; queue < QUEUE_COUNT; queue++)
        {
            for (int entry = oldest[queue]; entry != NULL_ENTRY; entry = newer[entry])
            {
                resized.add(queue, frames[entry], charges[entry]);
            }
        }
        return resized;
    }

    private void link(final int entry, final int queue)
    {
        final int second = newest[queue];
        queues[entry] = (byte) queue;
        older[entry] = second;
        newer[entry] = NULL_ENTRY;
        newest[queue] = entry;
        if (second == NULL_ENTRY)
        {
            oldest[queue] = entry;
        }
        else
        {
            newer[second] = entry;
        }
        bytes[queue] += charges[entry];
    }

    private void unlink(final int entry)
    {
        final int queue = queues[entry];
        final int before = newer[entry];
        final int after = older[entry];
        if (before == NULL_ENTRY)
        {
            newest[queue] = after;
        }
        else
        {
            older[before] = after;
        }
        if (after == NULL_ENTRY)
        {
            oldest[queue] = before;
        }
        else
        {
            newer[after] = before;
        }
        bytes[queue] -= charges[entry];
    }
}
