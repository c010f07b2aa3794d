package org.velocitydb.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers the frames of many threads into few writes. A thread copies its frame under a lock; if nobody is writing, it
 * writes, and goes on until nothing more has gathered in the meantime; else it leaves, and its frame goes out with the
 * others. So an idle connection sends at once, and a busy one sends much at a time.
 */
final class OutgoingStream
{
    private static final int INITIAL_LENGTH = 64 * 1024;
    /** Buffers that a burst made longer than this are let go after it. */
    private static final int MAX_KEPT_LENGTH = 1024 * 1024;
    private static final long NULL_TIME = Long.MIN_VALUE;

    private final SocketChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock. */
    private ByteBuffer gathering = ByteBuffer.allocateDirect(INITIAL_LENGTH);
    /** Owned by the thread that writes, while {@link #isWriting}. */
    private ByteBuffer writing = ByteBuffer.allocateDirect(INITIAL_LENGTH);
    private boolean isWriting;
    private long gatheredPosition;
    /** Written under the lock; read by whoever judges the outcome of a request. */
    private volatile long handedOverPosition;
    /** When the write under way began. Written by the thread that writes, read by the timer. */
    private volatile long writeBeganNs = NULL_TIME;

    OutgoingStream(final SocketChannel channel)
    {
        this.channel = channel;
    }

    /** Sends a frame; the request, if there is one, learns its place in the stream. */
    void send(final ByteBuffer frame, final PendingRequest<?> request) throws IOException
    {
        lock.lock();
        try
        {
            if (request != null)
            {
                request.streamPosition(gatheredPosition);
            }
            gatheredPosition += frame.remaining();
            gathering = withRoom(gathering, frame.remaining());
            gathering.put(frame);
            if (isWriting)
            {
                return;
            }
            isWriting = true;
        }
        finally
        {
            lock.unlock();
        }
        writeAll();
    }

    /** Where the stream begins that certainly did not reach the server. */
    long handedOverPosition()
    {
        return handedOverPosition;
    }

    boolean isStalled(final long nowNs, final long timeoutNs)
    {
        final long beganNs = writeBeganNs;
        return beganNs != NULL_TIME && nowNs - beganNs > timeoutNs;
    }

    /** A write that fails leaves {@link #isWriting} set: nothing can follow it on this connection. */
    private void writeAll() throws IOException
    {
        while (takeGathered())
        {
            writeBeganNs = System.nanoTime();
            while (writing.hasRemaining())
            {
                channel.write(writing);
            }
            writeBeganNs = NULL_TIME;
            writing.clear();
            if (writing.capacity() > MAX_KEPT_LENGTH)
            {
                writing = ByteBuffer.allocateDirect(INITIAL_LENGTH);
            }
        }
    }

    private boolean takeGathered()
    {
        lock.lock();
        try
        {
            if (gathering.position() == 0)
            {
                isWriting = false;
                return false;
            }
            final ByteBuffer taken = gathering.flip();
            gathering = writing;
            writing = taken;
            handedOverPosition = gatheredPosition;
            return true;
        }
        finally
        {
            lock.unlock();
        }
    }

    private static ByteBuffer withRoom(final ByteBuffer buffer, final int length)
    {
        if (buffer.remaining() >= length)
        {
            return buffer;
        }
        final int needed = Math.addExact(buffer.position(), length);
        final int doubled = (int) Math.min(Integer.MAX_VALUE, 2L * buffer.capacity());
        return ByteBuffer.allocateDirect(Math.max(needed, doubled)).put(buffer.flip());
    }
}
