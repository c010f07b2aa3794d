package org.velocitydb.client;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

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
 *
 * <p>A connection whose other end is gone without a word looks like one that is idle. So when nothing has come for a
 * while the timer asks the server with a PING, whether requests are outstanding or not, and where nothing comes after
 * that the connection is lost. Only the reader's waiting for bytes is judged: a reader that is held up by whoever takes
 * a scan's entries says nothing about the server.
 */
final class Connection implements Runnable, Dispatcher
{
    private static final int INITIAL_BUFFER_LENGTH = 64 * 1024;
    private static final long MAX_SWEEP_INTERVAL_MS = 50;
    /** A late request is noticed within this part of its time. */
    private static final int SWEEPS_PER_TIMEOUT = 20;
    private static final long NULL_TIME = Long.MIN_VALUE;

    private final ClientOptions options;
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
    private final long pingIntervalNs;
    private final long pingTimeoutNs;
    /** Guarded by this object's monitor. */
    private ScheduledFuture<?> sweeps;
    /** Written under the monitor; a request that sees an old one has the sweeps looked at again under it. */
    private volatile long sweepIntervalMs = Long.MAX_VALUE;
    /** Set once, by whoever notices first. */
    private final AtomicReference<ConnectionLostException> loss = new AtomicReference<>();
    /** Set by the owner; run by whoever loses the connection, or by the owner who comes too late. */
    private volatile Runnable onLost;
    /** Since when the reader has waited for bytes, or {@link #NULL_TIME}. Written by the reader, read by the timer. */
    private volatile long awaitingSinceNs = NULL_TIME;
    private volatile boolean isKeptAlive;
    /** When the server was asked, or {@link #NULL_TIME}. Used by the timer alone. */
    private long pingSentNs = NULL_TIME;

    private Connection(final ClientOptions options, final Wire wire)
    {
        this.options = options;
        this.server = options.server();
        this.wire = wire;
        this.outgoing = new OutgoingStream(wire, this::loseWhileSending);
        this.requestTimeoutNs = options.requestTimeout().toNanos();
        this.maxOutstandingRequests = options.maxOutstandingRequests();
        this.permits = new Semaphore(maxOutstandingRequests);
        this.reader = new ClientThread(this, "velocity-client-reader " + server);
        this.pingIntervalNs = options.pingInterval().toNanos();
        this.pingTimeoutNs = options.pingTimeout().toNanos();
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
        final long sweptNs = Math.min(
            options.requestTimeout().toNanos(),
            Math.min(options.pingInterval().toNanos(), options.pingTimeout().toNanos()));
        connection.sweepFor(sweptNs);
        connection.reader.start();
        return connection;
    }

    @Override
    public <T> CompletableFuture<T> dispatch(
        final RequestMessage message, final Supplier<Answer<T>> answers, final long timeoutNs)
    {
        return send(message, answers.get(), timeoutNs);
    }

    @Override
    public <T> CompletableFuture<T> stream(final RequestMessage message, final Answer<T> answer, final long timeoutNs)
    {
        return send(message, answer, FrameDescriptor.NULL_TIMEOUT_US, timeoutNs);
    }

    /** Sends a request with its time budget. Waits, at most for that time, where too many are outstanding. */
    <T> CompletableFuture<T> send(final RequestMessage message, final Answer<T> answer, final long timeoutNs)
    {
        return send(message, answer, Math.max(1, TimeUnit.NANOSECONDS.toMicros(timeoutNs)), timeoutNs);
    }

    private <T> CompletableFuture<T> send(
        final RequestMessage message, final Answer<T> answer, final long timeoutUs, final long timeoutNs)
    {
        sweepFor(timeoutNs);
        final PendingRequest<T> request = new PendingRequest<>(
            nextCorrelationId.getAndIncrement(), message, answer, timeoutNs);
        acquirePermit(timeoutNs);
        pending.put(request.correlationId(), request);
        try
        {
            outgoing.send(
                message.frame(request.correlationId(), timeoutUs), request, !ClientThread.isCurrent());
        }
        catch (final IOException ex)
        {
            loseWhileSending(ex);
        }
        final ConnectionLostException lost = loss.get();
        // Whoever lost the connection may have emptied the table before this request came into it.
        if (lost != null && take(request))
        {
            request.fail(lossOf(request, lost));
        }
        return request.future();
    }

    @Override
    public void authenticate(final String user, final String password, final long timeoutNs)
    {
        if (isRemote() && !isSecure() && !options.allowsPlaintextPasswords())
        {
            throw new VelocityException(
                ErrorCode.INVALID_COMMAND, Outcome.NOT_DONE,
                "password would travel in clear to another machine: server=" + server +
                    "; see ClientOptions.tls and allowPlaintextPasswords",
                null);
        }
        VelocityClient.await(send(Requests.auth(user, password), new Answers.Empty(), timeoutNs));
        keepAlive();
    }

    /** From now on the server answers a PING at any time, which it does not while somebody logs in. */
    void keepAlive()
    {
        isKeptAlive = true;
    }

    /** Sets what is run once when the connection is lost, on whatever thread notices. */
    void onLost(final Runnable work)
    {
        onLost = work;
        if (isLost())
        {
            work.run();
        }
    }

    boolean isLost()
    {
        return loss.get() != null;
    }

    ConnectionLostException loss()
    {
        return loss.get();
    }

    /** How many requests wait for their answers, about. */
    int outstandingCount()
    {
        return maxOutstandingRequests - permits.availablePermits();
    }

    private boolean isRemote()
    {
        final InetAddress address = wire.remoteAddress();
        return address == null || !address.isLoopbackAddress();
    }

    private boolean isSecure()
    {
        return wire.isSecure();
    }

    /** Of the key that the server has proved to hold by TLS, or null without TLS. */
    String fingerprint()
    {
        return wire.fingerprint();
    }

    @Override
    public void release()
    {
        close(requestTimeoutNs);
    }

    /** Waits for outstanding requests, at most for a time, then says farewell. */
    void close(final long timeoutNs)
    {
        try
        {
            if (!ClientThread.isCurrent())
            {
                permits.tryAcquire(maxOutstandingRequests, timeoutNs, TimeUnit.NANOSECONDS);
            }
            if (loss.get() == null)
            {
                outgoing.send(
                    RequestMessage.empty(MessageType.DISCONNECT)
                        .frame(nextCorrelationId.getAndIncrement(), FrameDescriptor.NULL_TIMEOUT_US),
                    null, !ClientThread.isCurrent());
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
            awaitingSinceNs = System.nanoTime();
            final int count = wire.read(buffer.limit(buffer.capacity()).position(end));
            awaitingSinceNs = NULL_TIME;
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

    private void onFrame(final ByteBuffer buffer) throws IOException
    {
        final long correlationId = decoder.correlationId();
        if (decoder.type() == MessageType.DISCONNECT)
        {
            lose(ErrorCode.SHUTTING_DOWN, "server said farewell: server=" + server, null);
            return;
        }
        if (decoder.type() == MessageType.PING)
        {
            answerPing();
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
            request.renewDeadline();
        }
        else if (take(request))
        {
            request.complete();
        }
    }

    /** By the thread that reads, so that a connection on which nobody asks anything stays open. */
    private void answerPing() throws IOException
    {
        outgoing.send(
            RequestMessage.empty(MessageType.PONG)
                .frame(FrameDescriptor.NULL_CORRELATION_ID, FrameDescriptor.NULL_TIMEOUT_US),
            null, false);
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

    private void loseWhileSending(final IOException cause)
    {
        lose(ErrorCode.SERVER_OVERLOADED, "connection lost while sending: server=" + server, cause);
    }

    private void lose(final ErrorCode code, final String message, final Throwable cause)
    {
        final ConnectionLostException lost = new ConnectionLostException(code, Outcome.NOT_DONE, message, cause);
        if (!loss.compareAndSet(null, lost))
        {
            return;
        }
        stopSweeps();
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
        final Runnable work = onLost;
        if (work != null)
        {
            work.run();
        }
    }

    private ConnectionLostException lossOf(final PendingRequest<?> request, final ConnectionLostException lost)
    {
        return new ConnectionLostException(
            lost.code(), request.outcomeWhenLost(outgoing.handedOverPosition()),
            "no answer: " + lost.reason(), lost);
    }

    /** Has the timer look often enough for a request with this time. */
    private void sweepFor(final long timeoutNs)
    {
        final long intervalMs = Math.max(
            1, Math.min(MAX_SWEEP_INTERVAL_MS, TimeUnit.NANOSECONDS.toMillis(timeoutNs) / SWEEPS_PER_TIMEOUT));
        if (intervalMs >= sweepIntervalMs)
        {
            return;
        }
        synchronized (this)
        {
            if (intervalMs < sweepIntervalMs && !isLost())
            {
                sweepIntervalMs = intervalMs;
                stopSweeps();
                sweeps = ClientThread.TIMER.scheduleWithFixedDelay(
                    this::sweep, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
            }
        }
    }

    private synchronized void stopSweeps()
    {
        if (sweeps != null)
        {
            sweeps.cancel(false);
        }
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
        else if (isKeptAlive)
        {
            askWhetherAlive(nowNs);
        }
    }

    private void askWhetherAlive(final long nowNs)
    {
        final long sinceNs = awaitingSinceNs;
        final boolean isSilent = sinceNs != NULL_TIME && nowNs - sinceNs > 0;
        if (pingSentNs == NULL_TIME)
        {
            if (isSilent && nowNs - sinceNs > pingIntervalNs)
            {
                pingSentNs = nowNs;
                sendPing();
            }
        }
        else if (!isSilent || sinceNs - pingSentNs > 0)
        {
            // Something has come since it was asked.
            pingSentNs = NULL_TIME;
        }
        else if (nowNs - pingSentNs > pingTimeoutNs)
        {
            lose(
                ErrorCode.SERVER_OVERLOADED,
                "server does not answer a ping: server=" + server + ", silentMs=" +
                    TimeUnit.NANOSECONDS.toMillis(nowNs - sinceNs),
                null);
        }
    }

    /** Nobody waits for its answer: any byte that comes will do. */
    private void sendPing()
    {
        try
        {
            outgoing.send(
                RequestMessage.empty(MessageType.PING)
                    .frame(nextCorrelationId.getAndIncrement(), FrameDescriptor.NULL_TIMEOUT_US),
                null, false);
        }
        catch (final IOException ex)
        {
            loseWhileSending(ex);
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
            // A reader must not wait for room that only it can make.
            final boolean isAcquired = ClientThread.isCurrent()
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
}
