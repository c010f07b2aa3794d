package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;

import org.agrona.collections.Long2ObjectHashMap;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.CompletionQueue;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.Authenticator;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.FrameFault;
import org.velocitydb.transport.Session;
import org.velocitydb.transport.SessionHandler;

/**
 * What one event loop does with its sessions' frames: it passes each to the handler of its version, and in every duty
 * cycle takes the writer's completions and the login outcomes that have arrived and does a slice of each result that is
 * under way.
 */
final class NodeHandler implements SessionHandler, AutoCloseable
{
    private static final int VERSION_1 = 1;
    private static final long NS_PER_MS = 1_000_000;
    /** Completions taken in one duty cycle; more wait for the next one. */
    private static final int COMPLETION_LIMIT = 4096;
    /** Room for an error that ends a result. */
    private static final int ERROR_ROOM = 1024;
    /** Results that get a slice in one duty cycle; the others come first in the next one. */
    private static final int SLICE_LIMIT = 16;

    private final NodeContext context;
    private final LoopServices loop;
    private final LoginDesk logins;
    private final Version1Handler version1;
    private final Version2Handler version2;
    private final Long2ObjectHashMap<ClientState> clients = new Long2ObjectHashMap<>();
    private final ArrayDeque<ClientState> streaming = new ArrayDeque<>();
    private final Consumer<Completion> onCompletion = this::onCompletion;
    private final HandshakeDesk.ClientTable clientTable = clients::get;
    private final LoginDesk.OutcomeHandler onLogin = this::onLogin;

    NodeHandler(
        final NodeContext context,
        final Store store,
        final Authenticator authenticator,
        final ServerStatistics statistics,
        final Runnable wakeLoop)
    {
        this.context = context;
        loop = new LoopServices(context, store, new CompletionQueue(context.outstandingWriteCountMax(), wakeLoop));
        logins = new LoginDesk(authenticator, Authenticator.DEFAULT_QUEUE_CAPACITY, wakeLoop);
        version1 = new Version1Handler(loop, logins, statistics);
        version2 = new Version2Handler(loop, logins, statistics);
    }

    // --- sessions ---

    @Override
    public void onOpen(final Session session)
    {
        loop.enterCycle();
        final ClientState client = new ClientState(session, context.rateLimits().newConnection(loop.nowNs()));
        session.attachment(client);
        clients.put(session.id(), client);
    }

    @Override
    public FrameAction onFrame(final Session session, final ByteBuffer frame, final int offset, final int length)
    {
        loop.enterCycle();
        final ClientState client = ClientState.of(session);
        if (client.isLoggedIn())
        {
            version2.handshakes().onServed();
        }
        final boolean wasStreaming = client.hasStreams();
        final FrameAction action = session.protocolVersion() == VERSION_1
            ? version1.onFrame(client, frame, offset, length)
            : version2.onFrame(client, frame, offset, length);
        if (!wasStreaming && client.hasStreams())
        {
            streaming.addLast(client);
        }
        return action;
    }

    @Override
    public void onEndOfInput(final Session session)
    {
        final ClientState client = ClientState.of(session);
        client.inputEnded();
        closeIfFinished(client);
    }

    private static void closeIfFinished(final ClientState client)
    {
        if (client.hasInputEnded() && client.isIdle())
        {
            client.session().closeAfterFlush(CloseReason.PEER_CLOSED);
        }
    }

    @Override
    public void onProtocolError(final Session session, final FrameFault fault)
    {
        if (session.protocolVersion() == VERSION_1)
        {
            version1.replies().error(session, fault.message());
        }
        else
        {
            final ErrorCode code = fault == FrameFault.FRAME_TOO_LONG
                ? ErrorCode.FRAME_TOO_LARGE
                : ErrorCode.PROTOCOL_ERROR;
            version2.replies().error(session, 0, code, fault.message());
        }
    }

    @Override
    public void onIdle(final Session session)
    {
        final String text = "connection was idle for too long: max_ms=" + context.idleTimeoutNs() / NS_PER_MS;
        if (session.protocolVersion() == VERSION_1)
        {
            version1.replies().error(session, text);
        }
        else
        {
            version2.replies().error(session, 0, ErrorCode.IDLE_TIMEOUT, text);
        }
    }

    @Override
    public void onLoginTimeout(final Session session)
    {
        refuseConnection(
            session, ErrorCode.NOT_AUTHENTICATED,
            "not logged in in time: max_ms=" + context.limits().loginTimeoutNs() / NS_PER_MS);
    }

    @Override
    public void onRefused(final Session session, final CloseReason reason)
    {
        final String text = reason == CloseReason.ADDRESS_REFUSED
            ? "too many connections from this address: max=" + context.limits().connectionsPerAddressMax()
            : "too many connections: max=" + context.maxConnections();
        refuseConnection(session, ErrorCode.CONNECTION_LIMIT, text);
    }

    private void refuseConnection(final Session session, final ErrorCode code, final String text)
    {
        if (session.protocolVersion() == VERSION_1)
        {
            version1.replies().error(session, text);
        }
        else
        {
            version2.replies().error(session, 0, code, text);
        }
    }

    @Override
    public void onClosed(final Session session, final CloseReason reason)
    {
        final ClientState client = clients.remove(session.id());
        if (client != null)
        {
            client.closeStreams(context.errorHandler());
            logins.cancel(session.id());
        }
    }

    // --- what comes back ---

    @Override
    public int onDutyCycle(final long cycleNs)
    {
        final long nowNs = loop.updateTime();
        final int workCount = loop.completions().poll(onCompletion, COMPLETION_LIMIT) + logins.poll(onLogin) +
            version2.handshakes().doWork(clientTable, nowNs) + doSlices(nowNs);
        loop.leaveCycle();
        return workCount;
    }

    private void onCompletion(final Completion completion)
    {
        final ClientState client = clients.get(completion.token());
        if (client == null)
        {
            return;
        }
        client.writeAnswered();
        if (ReplyTag.form(completion.tag()) == ReplyTag.FORM_V1_SQL)
        {
            version1.onCompletion(client, completion);
        }
        else
        {
            version2.onCompletion(client, completion);
        }
        closeIfFinished(client);
    }

    private void onLogin(
        final long sessionId, final long correlationId, final String user, final AuthenticationOutcome outcome)
    {
        final ClientState client = clients.get(sessionId);
        if (client == null)
        {
            return;
        }
        if (client.session().protocolVersion() == VERSION_1)
        {
            version1.onLogin(client, user, outcome);
        }
        else
        {
            version2.onLogin(client, correlationId, user, outcome);
        }
        if (client.isLoggedIn())
        {
            client.userTokens(context.rateLimits().ofUser(client.user()));
        }
        closeIfFinished(client);
    }

    private int doSlices(final long nowNs)
    {
        int workCount = 0;
        for (int i = Math.min(streaming.size(), SLICE_LIMIT); i > 0; i--)
        {
            final ClientState client = streaming.pollFirst();
            workCount += doSlice(client, nowNs);
            if (client.hasStreams())
            {
                streaming.addLast(client);
            }
        }
        return workCount;
    }

    private int doSlice(final ClientState client, final long nowNs)
    {
        final ResultStream stream = client.firstStream();
        if (stream == null)
        {
            // The session was closed meanwhile, and its results with it.
            return 0;
        }
        if (stream.target().expiryNs() - nowNs < 0)
        {
            return expire(client, stream);
        }
        try
        {
            final int workCount = stream.doWork(nowNs);
            if (stream.isDone())
            {
                end(client, stream);
            }
            return workCount;
        }
        catch (final CorruptionException ex)
        {
            context.errorHandler().onError(ex);
            fail(client, stream, ErrorCode.CORRUPTION, CommandErrors.text(CommandStatus.CORRUPTION));
        }
        catch (final ResultTooLargeException ex)
        {
            context.limitCounters().increment(LimitCounter.RESULTS_TOO_LARGE);
            fail(client, stream, ErrorCode.RESULT_TOO_LARGE, ex.getMessage());
        }
        catch (final RuntimeException ex)
        {
            // A mistake of ours. Left alone, the result would neither go on nor let its snapshot go.
            context.errorHandler().onError(ex);
            fail(client, stream, ErrorCode.INTERNAL_ERROR, "the node could not go on with the result");
        }
        return 1;
    }

    private int expire(final ClientState client, final ResultStream stream)
    {
        if (!client.session().hasRoomFor(ERROR_ROOM))
        {
            // A peer that takes nothing for long is disconnected by the transport; one that is slow shall be told.
            return 0;
        }
        fail(client, stream, stream.target().expiryCode(), "the result was not taken in the time allowed for it");
        return 1;
    }

    private void fail(final ClientState client, final ResultStream stream, final ErrorCode code, final String text)
    {
        if (client.session().protocolVersion() == VERSION_1)
        {
            version1.replies().error(client.session(), text);
        }
        else
        {
            version2.replies().error(client.session(), stream.target().correlationId(), code, text);
        }
        end(client, stream);
    }

    private static void end(final ClientState client, final ResultStream stream)
    {
        client.removeFirstStream();
        stream.close();
        if (client.session().protocolVersion() == VERSION_1)
        {
            client.session().resumeReading();
        }
        closeIfFinished(client);
    }

    /**
     * Closes what is under way and the reader. Called on the loop's thread when it ends.
     */
    @Override
    public void close()
    {
        for (final ClientState client : clients.values())
        {
            client.closeStreams(context.errorHandler());
        }
        clients.clear();
        loop.close();
    }
}
