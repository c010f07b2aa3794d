package org.velocitydb.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.velocitydb.transport.network.Connection;

/**
 * What one session received and could not hand over yet: the beginning of a frame, or whole frames that wait for the
 * handler. It holds a pooled buffer only as long as there is something in it.
 *
 * <p>Used on the loop's thread alone. Invariant: {@code buffer == null} if and only if {@code head == tail}.
 */
final class SessionInput
{
    private final BufferPool pool;
    /** Whether {@code expectedLength} is what the frame has at least, and more may be read than that. */
    private final boolean isScanned;
    private ByteBuffer buffer;
    private int head;
    private int tail;
    private int expectedLength;
    private int verifiedLength;

    SessionInput(final BufferPool pool, final boolean isScanned)
    {
        this.isScanned = isScanned;
        this.pool = pool;
    }

    int lengthBytes()
    {
        return tail - head;
    }

    ByteBuffer buffer()
    {
        return buffer;
    }

    int head()
    {
        return head;
    }

    int tail()
    {
        return tail;
    }

    /** Length of the frame whose beginning is kept, or {@link FrameVerifier#UNKNOWN_LENGTH}. */
    int expectedLength()
    {
        return expectedLength;
    }

    void expectedLength(final int lengthBytes)
    {
        expectedLength = lengthBytes;
    }

    /** Length of the whole frame at the head where its checksum has been verified already, else 0. */
    int verifiedLength()
    {
        return verifiedLength;
    }

    void verifiedLength(final int lengthBytes)
    {
        verifiedLength = lengthBytes;
    }

    /**
     * Copies the bytes that could not be handed over out of the loop's receive buffer. Nothing is kept here before.
     */
    void keep(final ByteBuffer source, final int offset, final int lengthBytes)
    {
        if (lengthBytes > 0)
        {
            buffer = pool.claimAnyway(lengthBytes);
            source.clear();
            buffer.put(0, source, offset, lengthBytes);
            head = 0;
            tail = lengthBytes;
        }
    }

    /**
     * Copies what is kept to the beginning of the loop's receive buffer, where the rest is to follow, and gives the
     * pooled buffer back.
     *
     * @return bytes copied.
     */
    int moveTo(final ByteBuffer target)
    {
        final int length = lengthBytes();
        if (length > 0)
        {
            buffer.clear();
            target.clear();
            target.put(0, buffer, head, length);
            release();
        }
        return length;
    }

    /**
     * Makes room for more of a frame that is longer than the loop's receive buffer. Capacity doubles with what really
     * came, so that an announced length alone takes no memory.
     *
     * @return false when the pool has nothing to give.
     */
    boolean ensureRoom()
    {
        if (head == 0 && tail < buffer.capacity())
        {
            return true;
        }
        final int length = lengthBytes();
        final long doubledLength = Math.max(2L * length, length + 1L);
        final ByteBuffer larger = pool
            .claimForInput((int) (isScanned ? doubledLength : Math.min(expectedLength, doubledLength)));
        if (larger == null)
        {
            return false;
        }
        buffer.clear();
        larger.put(0, buffer, head, length);
        pool.release(buffer);
        buffer = larger;
        head = 0;
        tail = length;
        return true;
    }

    /**
     * Reads more of the frame that was begun, and nothing behind it unless the frames are scanned.
     *
     * @return bytes read, or {@link Connection#END_OF_STREAM}.
     */
    int read(final Connection connection, final int maxBytes) throws IOException
    {
        final int frameLimit = isScanned ? Integer.MAX_VALUE : expectedLength;
        final int limit = Math.min(Math.min(buffer.capacity(), frameLimit), tail + maxBytes);
        buffer.limit(limit).position(tail);
        final int count = connection.read(buffer);
        if (count > 0)
        {
            tail += count;
        }
        return count;
    }

    /** Forgets bytes at the head that were handed over. */
    void consume(final int lengthBytes)
    {
        head += lengthBytes;
        if (head == tail)
        {
            release();
        }
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
        expectedLength = FrameVerifier.UNKNOWN_LENGTH;
        verifiedLength = 0;
    }
}
