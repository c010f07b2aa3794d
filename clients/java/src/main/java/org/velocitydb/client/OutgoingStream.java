package org.velocitydb.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.velocitydb.protocol.Limits;

/**
 * Gathers the frames of many threads into few writes. A thread copies its frame under a lock; if nobody is writing, it
 * writes, and goes on until nothing more has gathered in the meantime; else it leaves, and its frame goes out with the
 * others. So an idle connection sends at once, and a busy one sends much at a time. What gathers is bounded: beyond
 * that, senders wait until it has been taken. A server that takes nothing is found by the timer, whose closing of the
 * channel ends the wait. Threads that must not wait leave their frames, and a worker writes for them.
 */
final class OutgoingStream
{
    private static final int INITIAL_LENGTH = 64 * 1024;
    /** Buffers that a burst made longer than this are let go after it. */
    private static final int MAX_KEPT_LENGTH = 1024 * 1024;
    /** As much as the longest frame; one frame always has room, however long. */
    private static final int MAX_GATHERED_LENGTH = Limits.DEFAULT_MAX_FRAME_LENGTH;
    private static final long NULL_TIME = Long.MIN_VALUE;

    private final Wire wire;
    private final Consumer<IOException> onFailure;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasRoom = lock.newCondition();
    /** Guarded by the lock. */
    private ByteBuffer gathering = ByteBuffer.allocateDirect(INITIAL_LENGTH);
    /** Owned by the thread that writes, while {@link #isWriting}. */
    private ByteBuffer writing = ByteBuffer.allocateDirect(INITIAL_LENGTH);
    private boolean isWriting;
    private boolean isBroken;
    private long gatheredPosition;
    /** Written under the lock; read by whoever judges the outcome of a request. */
    private volatile long handedOverPosition;
    /** When the write under way began. Written by the thread that writes, read by the timer. */
    private volatile long writeBeganNs = NULL_TIME;

    OutgoingStream(final Wire wire, final Consumer<IOException> onFailure)
    {
        this.wire = wire;
        this.onFailure = onFailure;
    }

    /**
     * Sends a frame; the request, if there is one, learns its place in the stream. A reader must not wait for room or
     * for the server to take what is written, since the server may be waiting for it; nor may the timer.
     *
     * @throws IOException where the caller wrote and failed; where a worker does, the connection is told.
     */
    void send(final ByteBuffer frame, final PendingRequest<?> request, final boolean mayWait) throws IOException
    {
        lock.lock();
        try
        {
            while (mayWait && !isBroken && gathering.position() > 0 &&
                (long) gathering.position() + frame.remaining() > MAX_GATHERED_LENGTH)
            {
                hasRoom.awaitUninterruptibly();
            }
            if (isBroken)
            {
                throw new ClosedChannelException();
            }
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
        if (mayWait)
        {
            writeAll();
        }
        else
        {
            ClientThread.WORKERS.execute(this::writeForOthers);
        }
    }

    private void writeForOthers()
    {
        try
        {
            writeAll();
        }
        catch (final IOException ex)
        {
            onFailure.accept(ex);
        }
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

    private void writeAll() throws IOException
    {
        try
        {
            while (takeGathered())
            {
                writeTaken();
            }
        }
        catch (final IOException ex)
        {
            breakOff();
            throw ex;
        }
    }

    private void writeTaken() throws IOException
    {
        writeBeganNs = System.nanoTime();
        wire.write(writing);
        writeBeganNs = NULL_TIME;
        writing.clear();
        if (writing.capacity() > MAX_KEPT_LENGTH)
        {
            writing = ByteBuffer.allocateDirect(INITIAL_LENGTH);
        }
    }

    /** Nothing can follow bytes that went out in part. */
    private void breakOff()
    {
        lock.lock();
        try
        {
            isBroken = true;
            hasRoom.signalAll();
        }
        finally
        {
            lock.unlock();
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
            hasRoom.signalAll();
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
