package org.velocitydb.server.audit;

import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Events of writes that have been sent to the writer and not been answered yet, in the order in which they were sent. A
 * circle of bytes; owned by one event loop, allocation-free. Answers come nearly in order, so the search for one begins
 * with the oldest and nearly always ends there.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Event Length, 0 for what is left unused before the end       |
 *  +---------------------------------------------------------------+
 *  |  State: 1 waiting, 2 answered                                 |
 *  +---------------------------------------------------------------+
 *  |  Extent of the whole record, a multiple of 8                  |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +---------------------------------------------------------------+
 *  |  Number of the write, by which its answer is found; it need   |
 *  |  not be the request that the event shows                      |
 *  +---------------------------------------------------------------+
 *  |  Event, see AuditEventDescriptor                             ...
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class PendingWrites
{
    static final int NONE = -1;

    private static final int LENGTH_OFFSET = 0;
    private static final int STATE_OFFSET = LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int EXTENT_OFFSET = STATE_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int NUMBER_OFFSET = EXTENT_OFFSET + 2 * BitUtil.SIZE_OF_INT;
    private static final int HEADER_LENGTH = NUMBER_OFFSET + BitUtil.SIZE_OF_LONG;
    private static final int WAITING = 1;
    private static final int ANSWERED = 2;

    private final UnsafeBuffer buffer;
    private final int capacity;
    private long head;
    private long tail;
    private int waitingCount;

    PendingWrites(final int capacity)
    {
        this.capacity = capacity;
        buffer = new UnsafeBuffer(new byte[capacity]);
    }

    /** At least as many bytes as the waiting events will take of a ring. */
    int usedBytes()
    {
        return (int) (tail - head);
    }

    int waitingCount()
    {
        return waitingCount;
    }

    /** Whether an event of any length has room. */
    boolean hasRoom()
    {
        return capacity - usedBytes() >= 2 * (HEADER_LENGTH + AuditEventDescriptor.LENGTH_MAX);
    }

    boolean tryAdd(final UnsafeBuffer event, final int eventLength, final long number)
    {
        final int extent = BitUtil.align(HEADER_LENGTH + eventLength, BitUtil.SIZE_OF_LONG);
        final int toEnd = capacity - (int) (tail % capacity);
        final int padding = toEnd < extent ? toEnd : 0;
        if (capacity - usedBytes() < padding + extent)
        {
            return false;
        }
        if (padding > 0)
        {
            // Whatever is left before the end is a multiple of 8, which is enough for the length alone.
            buffer.putInt((int) (tail % capacity) + LENGTH_OFFSET, 0);
            tail += padding;
        }
        final int offset = (int) (tail % capacity);
        buffer.putInt(offset + LENGTH_OFFSET, eventLength);
        buffer.putInt(offset + STATE_OFFSET, WAITING);
        buffer.putInt(offset + EXTENT_OFFSET, extent);
        buffer.putLong(offset + NUMBER_OFFSET, number);
        buffer.putBytes(offset + HEADER_LENGTH, event, 0, eventLength);
        tail += extent;
        waitingCount++;
        return true;
    }

    /**
     * Finds an event that waits.
     *
     * @param connectionId of its connection.
     * @param number       that it was added with.
     * @return offset for the other methods, or {@link #NONE}.
     */
    int find(final long connectionId, final long number)
    {
        for (long position = head; position < tail;)
        {
            final int offset = (int) (position % capacity);
            if (buffer.getInt(offset + LENGTH_OFFSET) == 0)
            {
                position += capacity - offset;
                continue;
            }
            final int event = eventOffset(offset);
            if (buffer.getInt(offset + STATE_OFFSET) == WAITING &&
                buffer.getLong(event + AuditEventDescriptor.CONNECTION_OFFSET) == connectionId &&
                buffer.getLong(offset + NUMBER_OFFSET) == number)
            {
                return offset;
            }
            position += buffer.getInt(offset + EXTENT_OFFSET);
        }
        return NONE;
    }

    /** The oldest that waits. */
    int first()
    {
        if (waitingCount == 0)
        {
            return NONE;
        }
        final int offset = (int) (head % capacity);
        return buffer.getInt(offset + LENGTH_OFFSET) == 0 ? 0 : offset;
    }

    UnsafeBuffer buffer()
    {
        return buffer;
    }

    static int eventOffset(final int offset)
    {
        return offset + HEADER_LENGTH;
    }

    int eventLength(final int offset)
    {
        return buffer.getInt(offset + LENGTH_OFFSET);
    }

    /** The event's bytes are free from here on, as soon as all before it are. */
    void answered(final int answered)
    {
        buffer.putInt(answered + STATE_OFFSET, ANSWERED);
        waitingCount--;
        while (head < tail)
        {
            final int offset = (int) (head % capacity);
            if (buffer.getInt(offset + LENGTH_OFFSET) == 0)
            {
                head += capacity - offset;
            }
            else if (buffer.getInt(offset + STATE_OFFSET) == ANSWERED)
            {
                head += buffer.getInt(offset + EXTENT_OFFSET);
            }
            else
            {
                return;
            }
        }
    }
}
