package org.velocitydb.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.velocitydb.transport.network.Connection;

/**
 * The answers of one session that wait to be sent, one behind the other in a pooled buffer, which is held only as long
 * as there are any.
 *
 * <pre>
 *  0            head              tail        capacity
 *  +-------------+-----------------+-----------+
 *  |    sent     |  committed      |  room     |
 *  +-------------+-----------------+-----------+
 * </pre>
 *
 * Used on the loop's thread alone. It grows to twice the soft limit and one longest frame, if the pool lets it.
 */
final class SessionOutput
{
    private static final int NO_CLAIM = -1;

    private final BufferPool pool;
    private final int maxFrameLength;
    private ByteBuffer buffer;
    private int head;
    private int tail;
    private int claimedLength = NO_CLAIM;
    private int softLimit;

    SessionOutput(final BufferPool pool, final int softLimit, final int maxFrameLength)
    {
        this.pool = pool;
        this.softLimit = softLimit;
        this.maxFrameLength = maxFrameLength;
    }

    void softLimit(final int lengthBytes)
    {
        softLimit = lengthBytes;
    }

    int waitingBytes()
    {
        return tail - head;
    }

    boolean isEmpty()
    {
        return head == tail;
    }

    boolean isOverSoftLimit()
    {
        return waitingBytes() > softLimit;
    }

    /** Whether so much was sent that reading may begin again; half, so that it does not stop at once. */
    boolean isUnderRestartLimit()
    {
        return waitingBytes() <= softLimit / 2;
    }

    ByteBuffer buffer()
    {
        if (buffer == null)
        {
            throw new IllegalStateException("no output was claimed");
        }
        return buffer;
    }

    boolean hasRoomFor(final int lengthBytes)
    {
        if (!isWithinLimits(lengthBytes))
        {
            return false;
        }
        return fits(lengthBytes) || pool.hasRoomFor(grownLength(lengthBytes));
    }

    int claim(final int lengthBytes)
    {
        if (!isWithinLimits(lengthBytes) || !ensureRoom(lengthBytes))
        {
            return Session.NO_ROOM;
        }
        claimedLength = lengthBytes;
        buffer.clear();
        return tail;
    }

    void commit(final int lengthBytes)
    {
        if (lengthBytes < 0 || lengthBytes > claimedLength)
        {
            throw new IllegalStateException(
                "committed more than was claimed: committed=" + lengthBytes + ", claimed=" + claimedLength);
        }
        tail += lengthBytes;
        claimedLength = NO_CLAIM;
    }

    /**
     * Writes what the system takes, and gives the buffer back once all is sent.
     *
     * @return bytes written.
     */
    int flush(final Connection connection) throws IOException
    {
        int written = 0;
        if (head < tail)
        {
            buffer.clear();
            buffer.limit(tail).position(head);
            written = connection.write(buffer);
            head += written;
        }
        if (head == tail)
        {
            release();
        }
        return written;
    }

    void release()
    {
        if (buffer != null)
        {
            pool.release(buffer);
            buffer = null;
        }
        head = 0;
        tail = 0;
        claimedLength = NO_CLAIM;
    }

    private boolean isWithinLimits(final int lengthBytes)
    {
        return lengthBytes >= 0 && lengthBytes <= maxFrameLength && waitingBytes() <= 2L * softLimit &&
            waitingBytes() + (long) lengthBytes <= Integer.MAX_VALUE - BufferPool.MAX_POOLED_LENGTH;
    }

    private boolean fits(final int lengthBytes)
    {
        return buffer != null && lengthBytes <= buffer.capacity() - waitingBytes();
    }

    private boolean ensureRoom(final int lengthBytes)
    {
        if (buffer != null && lengthBytes <= buffer.capacity() - tail)
        {
            return true;
        }
        if (fits(lengthBytes))
        {
            moveTo(buffer);
            return true;
        }
        final ByteBuffer larger = pool.claim(grownLength(lengthBytes));
        if (larger == null)
        {
            return false;
        }
        if (buffer != null)
        {
            moveTo(larger);
            pool.release(buffer);
        }
        buffer = larger;
        return true;
    }

    private int grownLength(final int lengthBytes)
    {
        return waitingBytes() + lengthBytes;
    }

    private void moveTo(final ByteBuffer target)
    {
        final int length = waitingBytes();
        buffer.clear();
        target.clear();
        target.put(0, buffer, head, length);
        head = 0;
        tail = length;
    }
}
