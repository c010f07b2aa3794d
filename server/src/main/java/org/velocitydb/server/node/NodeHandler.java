package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

import org.agrona.collections.Long2ObjectHashMap;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.CompletionQueue;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.server.audit.LoopAudit;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.Authenticator;
import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.FrameFault;
import org.velocitydb.transport.FrameScanner;
import org.velocitydb.transport.Session;
import org.velocitydb.transport.SessionHandler;

/**
 * What one event loop does with its sessions' frames: it passes each to the handler of its version, and in every duty
 * cycle hands the writer's completions, the login outcomes and the answers about checkpoints that have arrived to
 * whoever asked. Results that are under way go on in {@link ResultSlices}.
 */
final class NodeHandler implements SessionHandler, LoopOperator.Handler, AutoCloseable
{
    private static final int VERSION_1 = 1;
    private static final long NS_PER_MS = 1_000_000;
    /** Completions taken in one duty cycle; more wait for the next one. */
    private static final int COMPLETION_LIMIT = 4096;

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
    private final SessionNotices notices;
    private final ResultSlices slices;
    private final UserChanges userChanges;
    private final Consumer<ClientState> onRespSent = ClientState::closeIfFinished;
    private final Consumer<Completion> onCompletion = this::onCompletion;
    private final HandshakeDesk.ClientTable clientTable = clients::get;
    private final LoginDesk.OutcomeHandler onLogin = this::onLogin;
    private final CheckpointDesk.AnswerHandler onCheckpoint = this::onCheckpoint;

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
        logins = new LoginDesk(
            authenticator, context.allowPlaintextPasswords(), auditOfLoop, context.nanoClock(), wakeLoop);
        version1 = new Version1Handler(loop, logins, statistics);
        version2 = new Version2Handler(loop, logins, signer, statistics, wakeLoop);
        resp = new RespHandler(loop, logins, statistics);
        notices = new SessionNotices(version1.replies(), version2.replies(), resp);
        slices = new ResultSlices(loop, notices);
        userChanges = new UserChanges(authenticator, notices, clients.values());
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
        slices.addIfStreaming(client, wasStreaming);
        return action;
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
        client.closeIfFinished();
    }

    @Override
    public void onProtocolError(final Session session, final FrameFault fault)
    {
        notices.protocolError(session, fault);
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
        notices.tell(session, ErrorCode.IDLE_TIMEOUT, text);
        return true;
    }

    @Override
    public boolean onSilent(final Session session)
    {
        return notices.ping(session);
    }

    @Override
    public void onLoginTimeout(final Session session)
    {
        notices.refuse(
            session, ErrorCode.NOT_AUTHENTICATED,
            "not logged in in time: max_ms=" + operator.settings().limits().loginTimeoutNs() / NS_PER_MS);
    }

    @Override
    public void onRefused(final Session session, final CloseReason reason)
    {
        final String text = reason == CloseReason.ADDRESS_REFUSED
            ? "too many connections from this address: max=" + operator.settings().limits().connectionsPerAddressMax()
            : "too many connections: max=" + operator.settings().maxConnections();
        notices.refuse(session, ErrorCode.CONNECTION_LIMIT, text);
    }

    @Override
    public void onTlsMissing(final Session session)
    {
        notices.refuse(session, ErrorCode.UNSUPPORTED, "this server speaks TLS only");
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
        final int workCount = userChanges.doWork() + loop.completions().poll(onCompletion, COMPLETION_LIMIT) +
            logins.poll(onLogin) + loop.checkpoints().poll(onCheckpoint) +
            version2.entrance().handshakes().doWork(clientTable) + resp.doWork(onRespSent) + slices.doWork(nowNs) +
            audit.connections().doWork() +
            operator.doWork(this, nowNs);
        loop.leaveCycle();
        return workCount;
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
        client.closeIfFinished();
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
        client.closeIfFinished();
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
        slices.addIfStreaming(client, wasStreaming);
        client.closeIfFinished();
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
        notices.tell(client.session(), ErrorCode.CONNECTION_KILLED, "the connection was ended by an operator");
        client.session().closeAfterFlush(CloseReason.KILLED);
        return true;
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
        return loop.completions().outstanding() == 0 && slices.isEmpty() && loop.checkpoints().isQuiet();
    }

    @Override
    public void onClosing()
    {
        for (final ClientState client : clients.values())
        {
            if (client.session().isOpen())
            {
                notices.tell(client.session(), ErrorCode.SHUTTING_DOWN, CommandErrors.text(CommandStatus.CLOSED));
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
