package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;

import org.agrona.collections.Long2ObjectHashMap;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.CompletionQueue;
import org.velocitydb.engine.sql.SqlException;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.server.audit.LoopAudit;
import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.Authenticator;
import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.FrameFault;
import org.velocitydb.transport.FrameScanner;
import org.velocitydb.transport.Session;
import org.velocitydb.transport.SessionHandler;

/**
 * What one event loop does with its sessions' frames: it passes each to the handler of its version, and in every duty
 * cycle takes the writer's completions, the login outcomes and the answers about checkpoints that have arrived and does
 * a slice of each result that is under way.
 */
final class NodeHandler implements SessionHandler, LoopOperator.Handler, AutoCloseable
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
    private final LoopOperator operator;
    private final RequestAudit audit;
    private final LoopServices loop;
    private final Authenticator authenticator;
    private final LoginDesk logins;
    private final Version1Handler version1;
    private final Version2Handler version2;
    private final RespHandler resp;
    private final Long2ObjectHashMap<ClientState> clients = new Long2ObjectHashMap<>();
    private final TlsLog tlsLog = new TlsLog();
    private final ArrayDeque<ClientState> streaming = new ArrayDeque<>();
    private final Consumer<ClientState> onRespSent = NodeHandler::closeIfFinished;
    private final Consumer<Completion> onCompletion = this::onCompletion;
    private final HandshakeDesk.ClientTable clientTable = clients::get;
    private final LoginDesk.OutcomeHandler onLogin = this::onLogin;
    private final CheckpointDesk.AnswerHandler onCheckpoint = this::onCheckpoint;
    /** Those whose rights the sessions have. */
    private UserDirectory users;

    NodeHandler(
        final NodeContext context,
        final Store store,
        final Authenticator authenticator,
        final ServerStatistics statistics,
        final LoopOperator operator,
        final LoopAudit auditOfLoop,
        final HandshakeSigner signer,
        final Runnable wakeLoop)
    {
        this.context = context;
        this.operator = operator;
        this.authenticator = authenticator;
        audit = new RequestAudit(auditOfLoop);
        loop = new LoopServices(
            context, store, new CompletionQueue(context.outstandingWriteCountMax(), wakeLoop), operator,
            new CheckpointDesk(store, wakeLoop), audit, wakeLoop);
        users = authenticator.users();
        logins = new LoginDesk(
            authenticator, context.allowPlaintextPasswords(), auditOfLoop, context.nanoClock(), wakeLoop);
        version1 = new Version1Handler(loop, logins, statistics);
        version2 = new Version2Handler(loop, logins, signer, statistics, wakeLoop);
        resp = new RespHandler(loop, logins, statistics);
    }

    @Override
    public FrameScanner scanner()
    {
        return resp.scanner();
    }

    // --- sessions ---

    @Override
    public void onOpen(final Session session)
    {
        loop.enterCycle();
        final ClientState client = new ClientState(
            session, RateLimits.newConnection(operator.settings().rateLimitPerSecond(), loop.nowNs()));
        session.attachment(client);
        clients.put(session.id(), client);
        audit.connections().connected(session.id(), session.remoteAddress());
    }

    @Override
    public FrameAction onFrame(final Session session, final ByteBuffer frame, final int offset, final int length)
    {
        loop.enterCycle();
        final ClientState client = ClientState.of(session);
        if (audit.holds(client))
        {
            return FrameAction.RETRY;
        }
        final boolean wasStreaming = client.hasStreams();
        final FrameAction action = loop.slowLog().isOn()
            ? onTimedFrame(client, frame, offset, length)
            : handle(client, frame, offset, length);
        addIfStreaming(client, wasStreaming);
        return action;
    }

    private void addIfStreaming(final ClientState client, final boolean wasStreaming)
    {
        if (!wasStreaming && client.hasStreams())
        {
            streaming.addLast(client);
        }
    }

    private FrameAction handle(
        final ClientState client, final ByteBuffer frame, final int offset, final int length)
    {
        if (client.resp() != null)
        {
            return resp.onFrame(client, frame, offset, length);
        }
        return client.session().protocolVersion() == VERSION_1
            ? version1.onFrame(client, frame, offset, length)
            : version2.onFrame(client, frame, offset, length);
    }

    private FrameAction onTimedFrame(
        final ClientState client, final ByteBuffer frame, final int offset, final int length)
    {
        final LoopSlowLog slowLog = loop.slowLog();
        final int streamCount = client.streamCount();
        final long startNs = slowLog.clockNs();
        final FrameAction action = handle(client, frame, offset, length);
        final long runNs = slowLog.clockNs() - startNs;
        if (client.streamCount() > streamCount)
        {
            client.addStream(
                new TimedStream(client.takeLastStream(), slowLog, client, startNs, runNs));
        }
        else if (action != FrameAction.RETRY)
        {
            slowLog.onDone(client, requestOf(client), runNs, runNs);
        }
        return action;
    }

    private LoopSlowLog.Request requestOf(final ClientState client)
    {
        if (client.resp() != null)
        {
            return resp;
        }
        return client.session().protocolVersion() == VERSION_1 ? version1 : version2;
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
        if (RespHandler.serves(session))
        {
            resp.onProtocolError(session, fault);
        }
        else if (session.protocolVersion() == VERSION_1)
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
    public boolean onIdle(final Session session)
    {
        if (!ClientState.of(session).isIdle())
        {
            // It waits for us: what is under way has time limits of its own.
            return false;
        }
        final String text = "connection was idle for too long: max_ms=" +
            operator.settings().idleTimeoutNs() / NS_PER_MS;
        tell(session, ErrorCode.IDLE_TIMEOUT, text);
        return true;
    }

    @Override
    public boolean onSilent(final Session session)
    {
        return version2.replies().empty(session, MessageType.PING, FrameDescriptor.NULL_CORRELATION_ID);
    }

    @Override
    public void onLoginTimeout(final Session session)
    {
        refuseConnection(
            session, ErrorCode.NOT_AUTHENTICATED,
            "not logged in in time: max_ms=" + operator.settings().limits().loginTimeoutNs() / NS_PER_MS);
    }

    @Override
    public void onRefused(final Session session, final CloseReason reason)
    {
        final String text = reason == CloseReason.ADDRESS_REFUSED
            ? "too many connections from this address: max=" + operator.settings().limits().connectionsPerAddressMax()
            : "too many connections: max=" + operator.settings().maxConnections();
        refuseConnection(session, ErrorCode.CONNECTION_LIMIT, text);
    }

    private void refuseConnection(final Session session, final ErrorCode code, final String text)
    {
        if (RespHandler.serves(session))
        {
            resp.tell(session, "ERR " + text);
        }
        else if (session.protocolVersion() == VERSION_1)
        {
            version1.replies().error(session, text);
        }
        else
        {
            version2.replies().error(session, 0, code, text);
        }
    }

    @Override
    public void onTlsMissing(final Session session)
    {
        final String text = "this server speaks TLS only";
        if (RespHandler.serves(session))
        {
            resp.tell(session, "ERR " + text);
        }
        else if (session.protocolVersion() == VERSION_1)
        {
            version1.replies().error(session, text);
        }
        else
        {
            version2.replies().error(session, 0, ErrorCode.UNSUPPORTED, text);
        }
    }

    @Override
    public void onTlsFailure(final Session session, final String reason)
    {
        tlsLog.onFailure(session, reason, loop.updateTime());
    }

    @Override
    public void onClosed(final Session session, final CloseReason reason)
    {
        audit.connections().disconnected(session.id(), reason.name());
        final ClientState client = clients.remove(session.id());
        if (client != null)
        {
            client.closeStreams(context.errorHandler());
            client.closePrepared();
            if (client.resp() != null)
            {
                client.resp().close();
            }
            logins.cancel(session.id());
        }
    }

    // --- what comes back ---

    @Override
    public int onDutyCycle(final long cycleNs)
    {
        final long nowNs = loop.updateTime();
        final int workCount = takeUpUsers() + loop.completions().poll(onCompletion, COMPLETION_LIMIT) +
            logins.poll(onLogin) + loop.checkpoints().poll(onCheckpoint) +
            version2.entrance().handshakes().doWork(clientTable) + resp.doWork(onRespSent) + doSlices(nowNs) +
            audit.connections().doWork() +
            operator.doWork(this, nowNs);
        loop.leaveCycle();
        return workCount;
    }

    /** Gives the sessions the rights that their users have now, and ends those whose login no longer holds. */
    private int takeUpUsers()
    {
        final UserDirectory found = authenticator.users();
        if (found == users)
        {
            return 0;
        }
        users = found;
        for (final ClientState client : clients.values())
        {
            if (client.isLoggedIn())
            {
                takeUp(client, found.current(client.principal()));
            }
        }
        return 1;
    }

    private void takeUp(final ClientState client, final Principal user)
    {
        if (user == null)
        {
            authenticator.counters().increment(AccessCounter.SESSIONS_ENDED_BY_USER_CHANGES);
            endLogin(client);
            return;
        }
        if (user.hasRightsOf(client.principal()))
        {
            client.principal(user);
        }
        else
        {
            client.rightsChanged(user);
        }
    }

    private void endLogin(final ClientState client)
    {
        final Session session = client.session();
        final String text = "the login no longer holds: the user was changed";
        if (client.resp() != null)
        {
            resp.tell(session, "NOAUTH " + text);
        }
        else if (session.protocolVersion() != VERSION_1)
        {
            version2.replies().error(session, 0, ErrorCode.NOT_AUTHENTICATED, text);
        }
        else if (client.isIdle())
        {
            // Where a request is under way this would be taken for its answer.
            version1.replies().error(session, text);
        }
        session.closeAfterFlush(CloseReason.HANDLER);
    }

    private void onCompletion(final Completion completion)
    {
        audit.completed(completion);
        final ClientState client = clients.get(completion.token());
        loop.slowLog().onAnswered(client, completion, loop.nowNs());
        operator.writeLatencies().record(ReplyTag.elapsedUs(completion.tag(), loop.nowNs()));
        if (client == null)
        {
            if (completion.results() != null)
            {
                completion.results().release();
            }
            return;
        }
        client.writeAnswered();
        if (client.resp() != null)
        {
            resp.onCompletion(client, completion);
        }
        else if (ReplyTag.form(completion.tag()) == ReplyTag.FORM_V1_SQL)
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
        final long sessionId,
        final long correlationId,
        final String user,
        final Principal verified,
        final AuthenticationOutcome found)
    {
        final ClientState client = clients.get(sessionId);
        if (client == null)
        {
            return;
        }
        // The users may have changed while the outcome was on its way here.
        final Principal principal = verified == null ? null : authenticator.users().current(verified);
        final AuthenticationOutcome outcome = verified != null && principal == null
            ? AuthenticationOutcome.REFUSED
            : found;
        audit.connections().login(sessionId, user, outcome.name(), outcome == AuthenticationOutcome.ACCEPTED);
        operator.control().loginDecided(outcome);
        final LoginRefusal refusal = LoginRefusal.of(outcome);
        if (refusal == null)
        {
            client.loggedIn(principal);
            client.session().frameLimit(context.maxFrameLength());
        }
        else
        {
            client.loginRefused();
        }
        answerLogin(client, correlationId, refusal, user);
        client.session().resumeReading();
        if (client.isLoggedIn())
        {
            client.userTokens(context.rateLimits().ofUser(client.principal().name()));
        }
        closeIfFinished(client);
    }

    private void answerLogin(
        final ClientState client, final long correlationId, final LoginRefusal refusal, final String user)
    {
        final int waitMs = refusal == LoginRefusal.BANNED ? logins.banWaitMs(client.session(), user) : 0;
        if (client.resp() != null)
        {
            resp.onLogin(client, refusal, waitMs);
        }
        else if (client.session().protocolVersion() == VERSION_1)
        {
            version1.onLogin(client, refusal, waitMs);
        }
        else
        {
            version2.entrance().onLogin(client, correlationId, refusal, waitMs);
        }
    }

    private void onCheckpoint(final CheckpointDesk.Call call)
    {
        final ClientState client = clients.get(call.sessionId());
        if (client == null)
        {
            return;
        }
        client.writeAnswered();
        final boolean wasStreaming = client.hasStreams();
        if (client.session().protocolVersion() == VERSION_1)
        {
            version1.onCheckpoint(client, call);
        }
        else
        {
            version2.sql().onCheckpoint(client, call);
        }
        addIfStreaming(client, wasStreaming);
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
            return giveUp(
                client, stream, stream.target().expiryCode(), "the result was not taken in the time allowed for it");
        }
        if (client.isFirstStreamRevoked())
        {
            return giveUp(client, stream, ErrorCode.FORBIDDEN, "the user's rights have changed");
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
        catch (final SqlException ex)
        {
            fail(client, stream, CommandErrors.code(ex), ex.getMessage());
        }
        catch (final RuntimeException | Error ex)
        {
            // A mistake of ours. Left alone, the result would neither go on nor let its snapshot go, and the client's
            // others would never have their turn again. Where memory is short the JVM has ended before it comes here,
            // if it was told to; if not, the want may be this result's alone.
            context.errorHandler().onError(ex);
            fail(client, stream, ErrorCode.INTERNAL_ERROR, "the node could not go on with the result");
        }
        return 1;
    }

    private int giveUp(
        final ClientState client, final ResultStream stream, final ErrorCode code, final String text)
    {
        if (!client.session().hasRoomFor(ERROR_ROOM))
        {
            // A peer that takes nothing for long is disconnected by the transport; one that is slow shall be told.
            client.letGoOverdue(loop.nowNs(), context.errorHandler());
            return 0;
        }
        fail(client, stream, code, text);
        return 1;
    }

    private void fail(final ClientState client, final ResultStream stream, final ErrorCode code, final String text)
    {
        audit.failed(client, stream, code);
        if (client.resp() != null)
        {
            // The answer has begun, and what is missing of it would be taken from the next.
            client.session().closeAfterFlush(CloseReason.HANDLER);
        }
        else if (client.session().protocolVersion() == VERSION_1)
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
        client.endFirstStream();
        stream.close();
        // Where it has sent a write, its answer is still to come.
        if (client.resp() != null ||
            client.session().protocolVersion() == VERSION_1 && client.outstandingCount() == 0)
        {
            client.session().resumeReading();
        }
        closeIfFinished(client);
    }

    // --- what operators ask for ---

    @Override
    public Iterable<ClientState> all()
    {
        return clients.values();
    }

    @Override
    public boolean kill(final long id)
    {
        final ClientState client = clients.get(id);
        if (client == null || !client.session().isOpen())
        {
            return false;
        }
        tell(client.session(), ErrorCode.CONNECTION_KILLED, "the connection was ended by an operator");
        client.session().closeAfterFlush(CloseReason.KILLED);
        return true;
    }

    /** Says something to a client that has not asked for it. */
    private void tell(final Session session, final ErrorCode code, final String text)
    {
        if (RespHandler.serves(session))
        {
            resp.tell(session, "ERR " + text);
        }
        else if (session.protocolVersion() == VERSION_1)
        {
            version1.replies().error(session, text);
        }
        else if (session.protocolVersion() != Session.NULL_VERSION)
        {
            version2.replies().error(session, 0, code, text);
        }
    }

    @Override
    public void onSettings(final NodeSettings changed, final long nowNs)
    {
        loop.slowLog().threshold(changed.slowLogThresholdNs());
        logins.allowPlaintext(changed.isPlaintextAllowed());
        for (final ClientState client : clients.values())
        {
            client.tokens(RateLimits.newConnection(changed.rateLimitPerSecond(), nowNs));
            if (client.isLoggedIn())
            {
                client.userTokens(context.rateLimits().ofUser(client.principal().name()));
            }
        }
    }

    @Override
    public boolean isQuiet()
    {
        return loop.completions().outstanding() == 0 && streaming.isEmpty() && loop.checkpoints().isQuiet();
    }

    @Override
    public void onClosing()
    {
        for (final ClientState client : clients.values())
        {
            if (client.session().isOpen())
            {
                tell(client.session(), ErrorCode.SHUTTING_DOWN, CommandErrors.text(CommandStatus.CLOSED));
                client.session().closeAfterFlush(CloseReason.SHUTDOWN);
            }
        }
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
