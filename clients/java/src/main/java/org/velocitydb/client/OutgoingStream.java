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
 *
 * <p>Once it is closed nothing more is handed over to the connection, so what has not been by then never reached the
 * server.
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
    private ByteBuffer gathering = ByteBuffer.allocate(INITIAL_LENGTH);
    /** Owned by the thread that writes, while {@link #isWriting}. */
    private ByteBuffer writing = ByteBuffer.allocate(INITIAL_LENGTH);
    private boolean isWriting;
    private boolean isClosed;
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
     * Sends a frame; the request, if there is one, learns its place in the stream, and is not sent if it has been
     * withdrawn. A reader must not wait for room or for the server to take what is written, since the server may be
     * waiting for it; nor may the timer.
     *
     * @throws IOException where the caller wrote and failed; where a worker does, the connection is told.
     */
    void send(final ByteBuffer frame, final PendingRequest<?> request, final boolean mayWait) throws IOException
    {
        lock.lock();
        try
        {
            final boolean canBeWithdrawn = request != null;
            while (mayWait && !isClosed && !hasRoomFor(frame) && !(canBeWithdrawn && request.isWithdrawn()))
            {
                hasRoom.awaitUninterruptibly();
            }
            if (isClosed)
            {
                throw new ClosedChannelException();
            }
            gathering = withRoom(gathering, frame.remaining());
            if (canBeWithdrawn && !request.place(gatheredPosition))
            {
                return;
            }
            gatheredPosition += frame.remaining();
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
            haveWorkerWrite();
        }
    }

    private void haveWorkerWrite() throws IOException
    {
        try
        {
            ClientThread.WORKERS.execute(this::writeForOthers);
        }
        catch (final RuntimeException | Error ex)
        {
            // There is no thread for it, and others count on this one to write their frames, too.
            throw broken(ex);
        }
    }

    private boolean hasRoomFor(final ByteBuffer frame)
    {
        return gathering.position() == 0 ||
            (long) gathering.position() + frame.remaining() <= MAX_GATHERED_LENGTH;
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
            close();
            throw ex;
        }
        catch (final RuntimeException | Error ex)
        {
            throw broken(ex);
        }
    }

    private IOException broken(final Throwable cause)
    {
        close();
        return new IOException("cannot write: " + cause, cause);
    }

    private void writeTaken() throws IOException
    {
        writeBeganNs = System.nanoTime();
        wire.write(writing);
        writeBeganNs = NULL_TIME;
        writing.clear();
        if (writing.capacity() > MAX_KEPT_LENGTH)
        {
            writing = ByteBuffer.allocate(INITIAL_LENGTH);
        }
    }

    /** Hands nothing over any more; a write under way is not waited for. Nothing can follow bytes that went in part. */
    void close()
    {
        lock.lock();
        try
        {
            isClosed = true;
            hasRoom.signalAll();
        }
        finally
        {
            lock.unlock();
        }
    }

    /** Lets go whoever waits for room with a request that has been withdrawn. */
    void onWithdrawn()
    {
        lock.lock();
        try
        {
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
            if (isClosed || gathering.position() == 0)
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
        return ByteBuffer.allocate(Math.max(needed, doubled)).put(buffer.flip());
    }
}
