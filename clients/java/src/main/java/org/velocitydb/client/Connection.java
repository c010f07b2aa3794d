package org.velocitydb.client;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;

/**
 * One connection, shared by any number of threads.
 *
 * <p>A request's life: it takes room among a bounded number, gets a number, is put into the table of pending requests,
 * and its frame is sent. From then on exactly one of four takes it out of the table and completes it: the reader with
 * its answer, the timer when it is late, whoever notices that the connection is lost, or the sender that came after
 * that. Taking it out gives the room back. Its time begins before it waits for room; what fails before its frame has a
 * place in the outgoing stream is never sent, and says that it is not done.
 *
 * <p>One thread reads. It completes futures itself, so what hangs on them must not wait; the client's blocking calls
 * refuse to be called there. A timer thread, shared by all connections of the process, looks for late requests, for a
 * write that the server does not take, and for a server that is silent ({@link ServerSilence}); the last two end the
 * connection, so nobody waits for longer than a request may take.
 */
final class Connection implements Dispatcher
{
    private final ClientOptions options;
    private final String server;
    private final Wire wire;
    private final Thread reader;
    private final long requestTimeoutNs;
    private final PendingRequests pending;
    private final OutgoingStream outgoing;
    private final ServerSilence silence;
    private final SweepTimer sweeps = new SweepTimer(this::sweep);
    /** Set once, by whoever notices first. */
    private final AtomicReference<ConnectionLostException> loss = new AtomicReference<>();
    /** Set by the owner; run by whoever loses the connection, or by the owner who comes too late. */
    private volatile Runnable onLost;
    /** Written by whoever closes: those who come later are turned away, so that those before them can be waited for. */
    private volatile boolean isClosing;

    private Connection(final ClientOptions options, final Wire wire)
    {
        this.options = options;
        this.server = options.server();
        this.wire = wire;
        this.outgoing = new OutgoingStream(wire, this::loseWhileSending);
        this.requestTimeoutNs = options.requestTimeout().toNanos();
        this.pending = new PendingRequests(options.maxOutstandingRequests());
        this.silence = new ServerSilence(options.pingInterval().toNanos(), options.pingTimeout().toNanos());
        this.reader = new ClientThread(
            new AnswerReader(this, new IncomingStream(wire, silence), outgoing, pending),
            "velocity-client-reader " + server);
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
        connection.sweeps.sweepFor(sweptNs);
        connection.reader.start();
        return connection;
    }

    @Override
    public <T> CompletableFuture<T> dispatch(
        final RequestMessage message, final Supplier<Answer<T>> answers, final long timeoutNs)
    {
        try
        {
            return send(message, answers.get(), timeoutNs);
        }
        catch (final VelocityException ex)
        {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public <T> CompletableFuture<T> stream(final RequestMessage message, final Answer<T> answer, final long timeoutNs)
    {
        return send(message, answer, timeoutNs, false);
    }

    @Override
    public <T> CompletableFuture<T> once(final RequestMessage message, final Answer<T> answer, final long timeoutNs)
    {
        return send(message, answer, timeoutNs);
    }

    /**
     * Sends a request with its time budget. Waits, at most for that time, where too many are outstanding.
     *
     * @throws VelocityException if it was not sent, and never will be.
     */
    <T> CompletableFuture<T> send(final RequestMessage message, final Answer<T> answer, final long timeoutNs)
    {
        return send(message, answer, timeoutNs, true);
    }

    private <T> CompletableFuture<T> send(
        final RequestMessage message, final Answer<T> answer, final long timeoutNs, final boolean isServerTold)
    {
        sweeps.sweepFor(timeoutNs);
        final long remainingNs = timeoutNs - takeRoom(timeoutNs);
        final PendingRequest<T> request = new PendingRequest<>(
            pending.nextCorrelationId(), message, answer, timeoutNs, System.nanoTime() + remainingNs);
        pending.put(request);
        try
        {
            // The server takes 0 for no limit.
            final long timeoutUs = isServerTold
                ? Math.max(1, TimeUnit.NANOSECONDS.toMicros(remainingNs))
                : FrameDescriptor.NULL_TIMEOUT_US;
            outgoing.send(message.frame(request.correlationId(), timeoutUs), request, !ClientThread.isCurrent());
        }
        catch (final IOException ex)
        {
            loseWhileSending(ex);
        }
        catch (final RuntimeException | Error ex)
        {
            // There is no frame, or no memory for it in the stream: nothing of it is sent.
            pending.take(request);
            throw ex;
        }
        final ConnectionLostException lost = loss.get();
        // Whoever lost the connection may have emptied the table before this request came into it.
        if (lost != null && pending.take(request))
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
        VelocityClient.await(
            send(Requests.auth(user, password), new Answers.Empty(), timeoutNs), Outcome.NOT_DONE);
        keepAlive();
    }

    /** Has the server watched from now on, as it has let the client in. */
    void keepAlive()
    {
        silence.watch();
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

    String server()
    {
        return server;
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
        return pending.count();
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

    /** Takes no further requests, waits for those that are outstanding, at most for a time, then says farewell. */
    void close(final long timeoutNs)
    {
        isClosing = true;
        try
        {
            if (!ClientThread.isCurrent())
            {
                pending.awaitNone(timeoutNs);
            }
            if (loss.get() == null)
            {
                outgoing.send(
                    RequestMessage.empty(MessageType.DISCONNECT)
                        .frame(pending.nextCorrelationId(), FrameDescriptor.NULL_TIMEOUT_US),
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

    private void loseWhileSending(final IOException cause)
    {
        lose(ErrorCode.SERVER_OVERLOADED, "connection lost while sending: server=" + server, cause);
    }

    /** Ends the connection, unless it has ended already: the first reason is the one that is told. */
    void lose(final ErrorCode code, final String message, final Throwable cause)
    {
        final ConnectionLostException lost = new ConnectionLostException(code, Outcome.NOT_DONE, message, cause);
        if (!loss.compareAndSet(null, lost))
        {
            return;
        }
        sweeps.stop();
        // Before the requests are judged: what has not been handed over by now never is.
        outgoing.close();
        wire.close();
        for (final PendingRequest<?> request : pending.all())
        {
            if (pending.take(request))
            {
                request.fail(lossOf(request, lost));
            }
        }
        pending.letThrough();
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

    /** By the timer, now and then. */
    private void sweep()
    {
        final long nowNs = System.nanoTime();
        for (final PendingRequest<?> request : pending.all())
        {
            if (request.isLate(nowNs) && pending.take(request))
            {
                giveUpLate(request);
            }
        }
        if (outgoing.isStalled(nowNs, requestTimeoutNs))
        {
            lose(ErrorCode.SERVER_OVERLOADED, "server does not read: server=" + server, null);
            return;
        }
        final ServerSilence.Verdict verdict = silence.judge(nowNs);
        if (verdict == ServerSilence.Verdict.ASK)
        {
            sendPing();
        }
        else if (verdict == ServerSilence.Verdict.GONE)
        {
            lose(
                ErrorCode.SERVER_OVERLOADED,
                "server does not answer a ping: server=" + server + ", silentMs=" +
                    TimeUnit.NANOSECONDS.toMillis(silence.durationNs(nowNs)),
                null);
        }
    }

    private void giveUpLate(final PendingRequest<?> request)
    {
        if (request.withdraw())
        {
            outgoing.onWithdrawn();
        }
        request.fail(
            new RequestTimeoutException(
                request.outcomeWhenLate(),
                "no answer in time: server=" + server + ", correlationId=" + request.correlationId()));
    }

    /** Nobody waits for its answer: any byte that comes will do. */
    private void sendPing()
    {
        try
        {
            outgoing.send(
                RequestMessage.empty(MessageType.PING)
                    .frame(pending.nextCorrelationId(), FrameDescriptor.NULL_TIMEOUT_US),
                null, false);
        }
        catch (final IOException ex)
        {
            loseWhileSending(ex);
        }
    }

    /** Takes room for a request, and tells how much of its time it waited. What fails here is never sent. */
    private long takeRoom(final long timeoutNs)
    {
        refuseIfClosed();
        final long waitedNs;
        try
        {
            waitedNs = pending.takeRoom(timeoutNs);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new VelocityException(
                ErrorCode.DEADLINE_EXCEEDED, Outcome.NOT_DONE, "interrupted before it was sent", ex);
        }
        if (waitedNs == PendingRequests.NO_ROOM)
        {
            throw new VelocityException(
                ErrorCode.SERVER_OVERLOADED, Outcome.NOT_DONE,
                "too many outstanding requests: max=" + pending.maxCount(), null);
        }
        try
        {
            refuseIfClosed();
        }
        catch (final VelocityException ex)
        {
            pending.giveRoomBack();
            throw ex;
        }
        return waitedNs;
    }

    private void refuseIfClosed()
    {
        // First, as the server's farewell may come before our own end of the connection.
        if (isClosing)
        {
            throw new ConnectionLostException(
                ErrorCode.SHUTTING_DOWN, Outcome.NOT_DONE, "client is closed: server=" + server, null);
        }
        final ConnectionLostException lost = loss.get();
        if (lost != null)
        {
            throw new ConnectionLostException(
                lost.code(), Outcome.NOT_DONE, "connection is lost: " + lost.reason(), lost);
        }
    }
}
