package org.velocitydb.client;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;

/**
 * One connection, shared by any number of threads.
 *
 * <p>A request's life: it takes one of a bounded number of permits, gets a number, is put into the table of pending
 * requests, and its frame is sent. From then on exactly one of four takes it out of the table and completes it: the
 * reader with its answer, the timer when it is late, whoever notices that the connection is lost, or the sender that
 * came after that. Taking it out gives the permit back.
 *
 * <p>One thread reads. It completes futures itself, so what hangs on them must not wait; the client's blocking calls
 * refuse to be called there. A timer thread, shared by all connections of the process, looks for late requests, and for
 * a write that the server does not take, which ends the connection: nobody waits for longer than a request may take.
 */
final class Connection implements Runnable
{
    private static final int INITIAL_BUFFER_LENGTH = 64 * 1024;
    private static final long MAX_SWEEP_INTERVAL_MS = 50;
    /** A late request is noticed within this part of its time. */
    private static final int SWEEPS_PER_TIMEOUT = 20;
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final String server;
    private final Wire wire;
    private final Thread reader;
    private final long requestTimeoutNs;
    private final int maxOutstandingRequests;
    private final Semaphore permits;
    private final AtomicLong nextCorrelationId = new AtomicLong(1);
    private final ConcurrentHashMap<Long, PendingRequest<?>> pending = new ConcurrentHashMap<>();
    private final OutgoingStream outgoing;
    private final FrameDecoder decoder = FrameDecoder.ofResponses(new Crc(), Limits.DEFAULT_MAX_FRAME_LENGTH);
    private final ErrorMessage errorMessage = new ErrorMessage();
    private final ScheduledFuture<?> sweeps;
    /** Set once, by whoever notices first. */
    private final AtomicReference<ConnectionLostException> loss = new AtomicReference<>();

    private Connection(final ClientOptions options, final Wire wire)
    {
        this.server = options.server();
        this.wire = wire;
        this.outgoing = new OutgoingStream(wire);
        this.requestTimeoutNs = options.requestTimeout().toNanos();
        this.maxOutstandingRequests = options.maxOutstandingRequests();
        this.permits = new Semaphore(maxOutstandingRequests);
        this.reader = new Thread(this, "velocity-client-reader " + server);
        this.reader.setDaemon(true);
        final long intervalMs = Math.max(
            1, Math.min(MAX_SWEEP_INTERVAL_MS, options.requestTimeout().toMillis() / SWEEPS_PER_TIMEOUT));
        this.sweeps = TIMER.scheduleWithFixedDelay(this::sweep, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    static Connection open(final ClientOptions options)
    {
        final Wire wire;
        try
        {
            wire = options.openWire();
        }
        catch (final IOException ex)
        {
            throw new ConnectionLostException(
                ErrorCode.SERVER_OVERLOADED, Outcome.NOT_DONE,
                "cannot connect: server=" + options.server() + ", reason=" + ex.getMessage(), ex);
        }
        final Connection connection = new Connection(options, wire);
        connection.reader.start();
        return connection;
    }

    /** Sends a request with its time budget. Waits, at most for that time, where too many are outstanding. */
    <T> CompletableFuture<T> send(final RequestMessage message, final Answer<T> answer)
    {
        return send(
            message, answer, Math.max(1, TimeUnit.NANOSECONDS.toMicros(requestTimeoutNs)), requestTimeoutNs);
    }

    /** Sends a request whose answer may go on for as long as frames of it come within the time of a request. */
    <T> CompletableFuture<T> sendStreaming(final RequestMessage message, final Answer<T> answer)
    {
        return send(message, answer, FrameDescriptor.NULL_TIMEOUT_US, requestTimeoutNs);
    }

    <T> CompletableFuture<T> send(
        final RequestMessage message, final Answer<T> answer, final long timeoutUs, final long timeoutNs)
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        acquirePermit(timeoutNs);
        final long correlationId = nextCorrelationId.getAndIncrement();
        final PendingRequest<T> request = new PendingRequest<>(correlationId, message, answer, deadlineNs);
        pending.put(correlationId, request);
        try
        {
            outgoing.send(message.frame(correlationId, timeoutUs), request, !isReaderThread());
        }
        catch (final IOException ex)
        {
            lose(ErrorCode.SERVER_OVERLOADED, "connection lost while sending: server=" + server, ex);
        }
        final ConnectionLostException lost = loss.get();
        // Whoever lost the connection may have emptied the table before this request came into it.
        if (lost != null && take(request))
        {
            request.fail(lossOf(request, lost));
        }
        return request.future();
    }

    /** True for the thread that answers come in on, which must not wait for one. */
    boolean isReaderThread()
    {
        return Thread.currentThread() == reader;
    }

    boolean isRemote()
    {
        final InetAddress address = wire.remoteAddress();
        return address == null || !address.isLoopbackAddress();
    }

    boolean isSecure()
    {
        return wire.isSecure();
    }

    /** Of the key that the server has proved to hold by TLS, or null without TLS. */
    String fingerprint()
    {
        return wire.fingerprint();
    }

    /** Waits for outstanding requests, at most for the time that one may take, then says farewell. */
    void close()
    {
        try
        {
            if (!isReaderThread())
            {
                permits.tryAcquire(maxOutstandingRequests, requestTimeoutNs, TimeUnit.NANOSECONDS);
            }
            if (loss.get() == null)
            {
                outgoing.send(
                    RequestMessage.empty(MessageType.DISCONNECT)
                        .frame(nextCorrelationId.getAndIncrement(), FrameDescriptor.NULL_TIMEOUT_US),
                    null, false);
            }
        }
        catch (final IOException ignored)
        {
            // The farewell is a courtesy.
        }
        catch (final InterruptedException ignored)
        {
            Thread.currentThread().interrupt();
        }
        lose(ErrorCode.SHUTTING_DOWN, "client is closed: server=" + server, null);
    }

    @Override
    public void run()
    {
        try
        {
            read();
        }
        catch (final IOException ex)
        {
            lose(ErrorCode.SERVER_OVERLOADED, "connection lost: server=" + server + ", reason=" + ex, ex);
        }
        catch (final RuntimeException | Error ex)
        {
            lose(ErrorCode.INTERNAL_ERROR, "reader failed: server=" + server, ex);
            throw ex;
        }
    }

    private void read() throws IOException
    {
        ByteBuffer buffer = ByteBuffer.allocateDirect(INITIAL_BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        int start = 0;
        int end = 0;
        while (loss.get() == null)
        {
            buffer.clear();
            final Fault fault = decoder.tryWrap(buffer, start, end - start);
            if (fault == Fault.NONE)
            {
                onFrame(buffer);
                start += decoder.frameLength();
                continue;
            }
            if (fault != Fault.INCOMPLETE)
            {
                loseToGarbage(fault);
                return;
            }
            if (start + decoder.frameLength() > buffer.capacity() || start == end)
            {
                buffer = makeRoom(buffer, start, end, decoder.frameLength());
                end -= start;
                start = 0;
            }
            final int count = wire.read(buffer.limit(buffer.capacity()).position(end));
            if (count < 0)
            {
                lose(ErrorCode.SERVER_OVERLOADED, "server closed the connection: server=" + server, null);
                return;
            }
            end += count;
        }
    }

    private static ByteBuffer makeRoom(final ByteBuffer buffer, final int start, final int end, final int needed)
    {
        buffer.limit(end).position(start);
        if (needed <= buffer.capacity())
        {
            return buffer.compact();
        }
        return ByteBuffer.allocateDirect(needed + INITIAL_BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN).put(buffer);
    }

    private void onFrame(final ByteBuffer buffer)
    {
        final long correlationId = decoder.correlationId();
        if (decoder.type() == MessageType.DISCONNECT)
        {
            lose(ErrorCode.SHUTTING_DOWN, "server said farewell: server=" + server, null);
            return;
        }
        if (decoder.type() == MessageType.ERROR)
        {
            onError(buffer, correlationId);
            return;
        }
        final PendingRequest<?> request = pending.get(correlationId);
        if (request == null)
        {
            // An answer that came after its request was given up is nobody's; one to what was never asked is garbage.
            if (correlationId <= 0 || correlationId >= nextCorrelationId.get())
            {
                loseToGarbage(Fault.BAD_FIELD);
            }
            return;
        }
        if (decoder.type() != request.answerType())
        {
            loseToGarbage(Fault.UNKNOWN_TYPE);
            return;
        }
        final boolean hasMore = decoder.hasMore();
        final Fault fault = request.answer()
            .onMessage(buffer, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            loseToGarbage(fault);
        }
        else if (hasMore)
        {
            request.deadlineNs(System.nanoTime() + requestTimeoutNs);
        }
        else if (take(request))
        {
            request.complete();
        }
    }

    private void onError(final ByteBuffer buffer, final long correlationId)
    {
        final Fault fault = errorMessage.tryWrap(buffer, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            loseToGarbage(fault);
            return;
        }
        if (correlationId == FrameDescriptor.NULL_CORRELATION_ID)
        {
            lose(errorMessage.code(), "server gave up: server=" + server + ", reason=" + errorMessage.text(), null);
            return;
        }
        final PendingRequest<?> request = pending.get(correlationId);
        if (request != null && take(request))
        {
            request.fail(
                new VelocityException(
                    errorMessage.code(), errorMessage.outcome(), errorMessage.text(), errorMessage.position(),
                    errorMessage.retryAfterMs(), null));
        }
    }

    private void loseToGarbage(final Fault fault)
    {
        lose(
            ErrorCode.PROTOCOL_ERROR,
            "server sent what is no answer: server=" + server + ", fault=" + fault + ", type=" + decoder.type() +
                ", correlationId=" + decoder.correlationId(),
            null);
    }

    private void lose(final ErrorCode code, final String message, final Throwable cause)
    {
        final ConnectionLostException lost = new ConnectionLostException(code, Outcome.NOT_DONE, message, cause);
        if (!loss.compareAndSet(null, lost))
        {
            return;
        }
        sweeps.cancel(false);
        wire.close();
        for (final PendingRequest<?> request : pending.values())
        {
            if (take(request))
            {
                request.fail(lossOf(request, lost));
            }
        }
        // Whoever waits for room is let through, to find that the connection is lost.
        permits.release(maxOutstandingRequests);
    }

    private ConnectionLostException lossOf(final PendingRequest<?> request, final ConnectionLostException lost)
    {
        return new ConnectionLostException(
            lost.code(), request.outcomeWhenLost(outgoing.handedOverPosition()),
            "no answer: " + lost.reason(), lost);
    }

    private void sweep()
    {
        final long nowNs = System.nanoTime();
        for (final PendingRequest<?> request : pending.values())
        {
            if (request.isLate(nowNs) && take(request))
            {
                request.fail(
                    new RequestTimeoutException(
                        request.outcomeWhenLate(),
                        "no answer in time: server=" + server + ", correlationId=" + request.correlationId()));
            }
        }
        if (outgoing.isStalled(nowNs, requestTimeoutNs))
        {
            lose(ErrorCode.SERVER_OVERLOADED, "server does not read: server=" + server, null);
        }
    }

    /** Makes the caller the one who completes a request. */
    private boolean take(final PendingRequest<?> request)
    {
        final boolean isTaken = pending.remove(request.correlationId(), request);
        if (isTaken)
        {
            permits.release();
        }
        return isTaken;
    }

    private void acquirePermit(final long timeoutNs)
    {
        final ConnectionLostException lost = loss.get();
        if (lost != null)
        {
            throw new ConnectionLostException(lost.code(), Outcome.NOT_DONE, "connection is lost", lost);
        }
        try
        {
            // The reader must not wait for room that only it can make.
            final boolean isAcquired = isReaderThread()
                ? permits.tryAcquire()
                : permits.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS);
            if (!isAcquired)
            {
                throw new VelocityException(
                    ErrorCode.SERVER_OVERLOADED, Outcome.NOT_DONE,
                    "too many outstanding requests: max=" + maxOutstandingRequests, null);
            }
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new VelocityException(
                ErrorCode.DEADLINE_EXCEEDED, Outcome.NOT_DONE, "interrupted before it was sent", ex);
        }
    }

    private static ScheduledThreadPoolExecutor timer()
    {
        final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work ->
        {
            final Thread thread = new Thread(work, "velocity-client-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
