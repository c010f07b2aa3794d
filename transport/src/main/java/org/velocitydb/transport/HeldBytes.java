package org.velocitydb.transport;

import java.nio.ByteBuffer;

/**
 * Bytes of one session that could not go on yet, first in first out, in a pooled buffer that is held only as long as
 * there are any. Used on the loop's thread alone.
 */
final class HeldBytes
{
    private final BufferPool pool;
    /** From position to limit; null if and only if there are none. */
    private ByteBuffer buffer;

    HeldBytes(final BufferPool pool)
    {
        this.pool = pool;
    }

    boolean isEmpty()
    {
        return buffer == null;
    }

    int lengthBytes()
    {
        return buffer == null ? 0 : buffer.remaining();
    }

    /** What is held. Whoever takes from its position calls {@link #releaseIfTaken()} afterwards. */
    ByteBuffer bytes()
    {
        return buffer;
    }

    /** Takes all that remains in a buffer, behind what is held. */
    void add(final ByteBuffer source)
    {
        if (!source.hasRemaining())
        {
            return;
        }
        final ByteBuffer larger = pool.claimAnyway(lengthBytes() + source.remaining());
        larger.clear();
        if (buffer != null)
        {
            larger.put(buffer);
            pool.release(buffer);
        }
        buffer = larger.put(source).flip();
    }

    /**
     * Moves what fits into a buffer.
     *
     * @return bytes moved.
     */
    int moveTo(final ByteBuffer target)
    {
        if (buffer == null)
        {
            return 0;
        }
        final int length = Math.min(buffer.remaining(), target.remaining());
        target.put(target.position(), buffer, buffer.position(), length);
        target.position(target.position() + length);
        buffer.position(buffer.position() + length);
        releaseIfTaken();
        return length;
    }

    void releaseIfTaken()
    {
        if (buffer != null && !buffer.hasRemaining())
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
    }
}
