package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.CheckpointRequest.Action;
import org.velocitydb.engine.CheckpointResult;
import org.velocitydb.engine.CheckpointStatus;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.sql.BlockStatement;
import org.velocitydb.engine.sql.CheckpointStatement;
import org.velocitydb.engine.sql.DeallocateStatement;
import org.velocitydb.engine.sql.ExecuteStatement;
import org.velocitydb.engine.sql.ExplainStatement;
import org.velocitydb.engine.sql.KillStatement;
import org.velocitydb.engine.sql.PrepareStatement;
import org.velocitydb.engine.sql.RowsStatement;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.ShowStatement;
import org.velocitydb.engine.sql.SqlException;
import org.velocitydb.engine.sql.SqlParameters;
import org.velocitydb.engine.sql.Statement;
import org.velocitydb.engine.sql.WriteStatement;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.v1.AuthRequest;
import org.velocitydb.protocol.v1.FrameDecoder;
import org.velocitydb.protocol.v1.FrameEncoder;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.protocol.v1.ServerInfo;
import org.velocitydb.server.node.ClientState.Stage;
import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.Session;

/**
 * Serves version 1 on one event loop: one request, one response, in order. While a request is under way no further
 * frame of its connection is taken.
 */
final class Version1Handler implements LoopSlowLog.Request
{
    private static final long US_PER_MS = 1_000;
    private static final long NS_PER_MS = 1_000_000;
    private static final List<String> NO_COLUMNS = List.of();

    private final LoopServices loop;
    private final LoginDesk logins;
    private final Greeting greeting;
    private final ServerStatistics statistics;
    private final FrameDecoder decoder;
    private final Version1Replies replies;
    private final AuthRequest auth = new AuthRequest();
    private final SqlParameters noParameters = new SqlParameters();
    private final WriteBatch batch = new WriteBatch();
    private final UnsafeBuffer frameBytes = new UnsafeBuffer(0, 0);
    private final AccessRules rules = new AccessRules();

    Version1Handler(final LoopServices loop, final LoginDesk logins, final ServerStatistics statistics)
    {
        this.loop = loop;
        this.logins = logins;
        greeting = new Greeting(loop, logins);
        this.statistics = statistics;
        decoder = new FrameDecoder(loop.crc(), loop.context().maxFrameLength());
        replies = new Version1Replies(new FrameEncoder(loop.crc()), loop.audit());
    }

    Version1Replies replies()
    {
        return replies;
    }

    FrameAction onFrame(final ClientState client, final ByteBuffer frame, final int offset, final int length)
    {
        decoder.wrapVerified(frame, offset, length);
        final int type = decoder.type();
        final Session session = client.session();
        if (loop.isEnding() && type != MessageType.DISCONNECT && type != MessageType.PING)
        {
            replies.error(session, CommandErrors.text(CommandStatus.CLOSED));
            return FrameAction.CONTINUE;
        }
        if (!isAllowed(client, type))
        {
            replies.error(session, client.stage() == Stage.CONNECTED ? "say HELLO first" : "log in first");
            return FrameAction.CONTINUE;
        }
        switch (type)
        {
            case MessageType.HELLO :
                return onHello(client);
            case MessageType.AUTH_REQUEST :
                return onAuth(client, frame);
            case MessageType.PING :
                replies.reply(session, MessageType.PONG, "");
                return FrameAction.CONTINUE;
            case MessageType.DISCONNECT :
                return FrameAction.CLOSE;
            case MessageType.STATS :
                replies.reply(session, MessageType.RESPONSE, statistics.json());
                loop.audit().stats(session.id());
                return FrameAction.CONTINUE;
            case MessageType.COMMAND :
                return onCommand(client, frame);
            default :
                replies.error(session, "unknown message type: type=" + type);
                return FrameAction.CLOSE;
        }
    }

    private static boolean isAllowed(final ClientState client, final int type)
    {
        return switch (client.stage())
        {
            case CONNECTED -> type == MessageType.HELLO;
            case GREETED, LOGGING_IN -> type == MessageType.HELLO || type == MessageType.AUTH_REQUEST ||
                type == MessageType.PING || type == MessageType.DISCONNECT;
            case LOGGED_IN -> true;
        };
    }

    private FrameAction onHello(final ClientState client)
    {
        final NodeContext context = loop.context();
        final String refusal = greeting.greet(client);
        if (refusal != null)
        {
            replies.error(client.session(), refusal);
            return FrameAction.CLOSE;
        }
        replies.reply(
            client.session(), MessageType.SERVER_INFO,
            ServerInfo.text(context.version(), context.identity().fingerprint()));
        return FrameAction.CONTINUE;
    }

    private FrameAction onAuth(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        if (client.isLoggedIn())
        {
            replies.error(session, "logged in already");
            return FrameAction.CONTINUE;
        }
        if (!logins.takesPasswordsFrom(session))
        {
            replies.reply(session, MessageType.AUTH_RESPONSE, LoginDesk.PLAINTEXT_REFUSED);
            return FrameAction.CONTINUE;
        }
        final Fault fault = auth.tryWrap(frame, decoder.payloadOffset(), decoder.payloadLength());
        final LoginRefusal refusal = fault != Fault.NONE ? LoginRefusal.WRONG : submit(session, frame);
        if (refusal == null)
        {
            client.stage(Stage.LOGGING_IN);
            session.suspendReading();
        }
        else
        {
            final int waitMs = refusal == LoginRefusal.BANNED
                ? logins.banWaitMs(session, frame, auth.userOffset(), auth.userLength())
                : 0;
            refuse(session, refusal, waitMs);
        }
        return FrameAction.CONTINUE;
    }

    private LoginRefusal submit(final Session session, final ByteBuffer frame)
    {
        return LoginRefusal.of(
            logins.submit(
                frame, auth.userOffset(), auth.userLength(), auth.passwordOffset(), auth.passwordLength(), session, 0,
                loop.nowNs() + LoginDesk.NO_TIMEOUT_NS));
    }

    private void refuse(final Session session, final LoginRefusal refusal, final int waitMs)
    {
        replies.reply(
            session, MessageType.AUTH_RESPONSE,
            refusal == LoginRefusal.BANNED ? refusal.text() + ": retry_after_ms=" + waitMs : refusal.text());
    }

    void onLogin(final ClientState client, final LoginRefusal refusal, final int waitMs)
    {
        if (refusal == null)
        {
            replies.reply(client.session(), MessageType.AUTH_RESPONSE, "OK");
        }
        else
        {
            refuse(client.session(), refusal, waitMs);
        }
    }

    private FrameAction onCommand(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        final RateLimits.Refusal refusal = loop.takeTokens(client);
        if (refusal != null)
        {
            replies.error(session, refusal.text() + ": retry_after_ms=" + loop.waitMs(client, refusal));
            return FrameAction.CONTINUE;
        }
        try
        {
            frameBytes.wrap(frame);
            final FrameAction action = execute(client, prepared(client, loop.sqlParser().parse(
                frameBytes, decoder.payloadOffset(), decoder.payloadLength(), noParameters)));
            loop.audit().handled(session.id(), action);
            return action;
        }
        catch (final SqlException ex)
        {
            loop.audit().refused(CommandErrors.code(ex));
            loop.audit().handled(session.id(), FrameAction.CONTINUE);
            replies.error(session, ex.getMessage());
            return FrameAction.CONTINUE;
        }
    }

    private Statement prepared(final ClientState client, final Statement statement)
    {
        if (statement instanceof final ExecuteStatement execute)
        {
            return loop.sqlParser().bind(
                client.prepared(loop.sqlDesk()).find(execute),
                execute.arguments() == null ? noParameters : execute.arguments());
        }
        return statement;
    }

    private FrameAction execute(final ClientState client, final Statement statement)
    {
        final Session session = client.session();
        loop.audit().statement(statement);
        final String refusal = rules.refusal(client.principal(), statement);
        if (refusal != null)
        {
            logins.counters().increment(AccessCounter.REQUESTS_FORBIDDEN);
            replies.error(session, refusal);
            return FrameAction.CONTINUE;
        }
        if (statement instanceof final RowsStatement rows && rows.isGathering())
        {
            return gather(client, rows, statement);
        }
        if (statement instanceof WriteStatement || statement instanceof BlockStatement)
        {
            return executeWrite(client, statement);
        }
        if (statement instanceof PrepareStatement || statement instanceof DeallocateStatement)
        {
            return prepare(client, statement);
        }
        if (statement instanceof final ExplainStatement explain)
        {
            final ShowRows rows = SqlPlan.of(loop.reader(), explain.explained());
            return begin(
                client, new Version1ShowStream(
                    newTarget(session), () -> rows, replies, loop.context().maxFrameLength(), loop.nowNs()));
        }
        if (statement instanceof ShowStatement)
        {
            return show(client, ((ShowStatement) statement).subject());
        }
        if (statement instanceof KillStatement)
        {
            return kill(client, (KillStatement) statement);
        }
        if (statement instanceof CheckpointStatement)
        {
            return executeCheckpoint(client, (CheckpointStatement) statement);
        }
        return select(client, (SelectStatement) statement);
    }

    private FrameAction select(final ClientState client, final SelectStatement statement)
    {
        if (!loop.heldRequests().hasRoomFor(decoder.payloadLength()))
        {
            return waitForRoom(client);
        }
        final SnapshotSource source = SnapshotSource.of(loop.reader().snapshot(), statement.table());
        return begin(
            client, loop.heldRequests().hold(
                new Version1SelectStream(
                    newTarget(client.session()), source, replies, loop.context().maxFrameLength(),
                    new ResultBudget(loop.limits()), statement, loop.sqlDesk(), loop.nowNs()),
                decoder.payloadLength()));
    }

    /** The request is shown again, and takes its token then. */
    private FrameAction waitForRoom(final ClientState client)
    {
        loop.giveBackTokens(client);
        return FrameAction.RETRY;
    }

    private FrameAction prepare(final ClientState client, final Statement statement)
    {
        if (statement instanceof final PrepareStatement prepare)
        {
            client.prepared(loop.sqlDesk()).prepare(prepare);
            loop.context().sqlCounters().prepared();
        }
        else
        {
            client.prepared(loop.sqlDesk()).deallocate((DeallocateStatement) statement);
        }
        replyNothingDone(client.session());
        return FrameAction.CONTINUE;
    }

    private void replyNothingDone(final Session session)
    {
        final Version1Result result = new Version1Result();
        replies.reply(session, MessageType.RESPONSE, result.buffer(), result.finish(0, NO_COLUMNS, 0));
    }

    private FrameAction gather(final ClientState client, final RowsStatement rows, final Statement statement)
    {
        if (!loop.heldRequests().hasRoomFor(decoder.payloadLength()))
        {
            return waitForRoom(client);
        }
        if (!loop.sqlDesk().tryBeginGathering())
        {
            return refuse(client, SqlDesk.TOO_MANY_GATHERING);
        }
        final SnapshotSource source;
        try
        {
            source = SnapshotSource.of(loop.reader().snapshot(), ((WriteStatement) rows).table());
        }
        catch (final SqlException ex)
        {
            loop.sqlDesk().endGathering();
            throw ex;
        }
        return begin(
            client, loop.heldRequests().hold(
                new GatherStream(
                    newTarget(client.session()), rows, source, new Gathered(client, statement), loop.batchLengthMax()),
                decoder.payloadLength()));
    }

    /** Sends what a statement has found. */
    private final class Gathered implements GatherStream.Sender
    {
        private final ClientState client;
        private final Statement statement;
        private final long receivedNs = loop.nowNs();

        Gathered(final ClientState client, final Statement statement)
        {
            this.client = client;
            this.statement = statement;
        }

        @Override
        public boolean trySend(final WriteBatch changes)
        {
            if (loop.audit().holds(client))
            {
                return false;
            }
            if (changes.operationCount() == 0)
            {
                replyNothingDone(client.session());
                return true;
            }
            final CommandSlot slot = loop.tryClaim(changes.lengthBytes());
            if (slot == null)
            {
                return false;
            }
            slot.payload().putBytes(0, changes.buffer(), 0, changes.lengthBytes());
            slot.operations(changes.operationCount(), Durability.STORE_DEFAULT);
            slot.replyTo(
                loop.completions(), client.session().id(), 0, ReplyTag.of(ReplyTag.FORM_V1_SQL, receivedNs));
            loop.audit().sentLater(
                statement, client.session().id(), 0, slot.payload(), slot.operationCount());
            loop.send(slot);
            client.writeSent();
            return true;
        }

        @Override
        public void onClosed()
        {
            loop.sqlDesk().endGathering();
        }
    }

    private FrameAction executeWrite(final ClientState client, final Statement statement)
    {
        final Session session = client.session();
        loop.sqlDesk().encode(loop, batch, statement);
        if (batch.operationCount() == 0)
        {
            replyNothingDone(session);
            return FrameAction.CONTINUE;
        }
        if (batch.lengthBytes() > loop.batchLengthMax())
        {
            replies.error(
                session,
                "statement writes too much: length=" + batch.lengthBytes() + ", max=" + loop.batchLengthMax());
            return FrameAction.CONTINUE;
        }
        if (!loop.trySend(session, 0, ReplyTag.of(ReplyTag.FORM_V1_SQL, loop.nowNs()), batch))
        {
            return waitForRoom(client);
        }
        session.suspendReading();
        return FrameAction.CONTINUE;
    }

    private ResultTarget newTarget(final Session session)
    {
        return new ResultTarget(
            session, 0, loop.nowNs() + loop.context().snapshotAgeMaxNs(), ErrorCode.SNAPSHOT_EXPIRED);
    }

    // --- what operators ask for ---

    private FrameAction show(final ClientState client, final ShowStatement.Subject subject)
    {
        final ShowAnswer answer = loop.show(subject, statistics, client.principal());
        if (answer == null)
        {
            return refuse(client, LoopServices.TOO_MANY_OPERATORS);
        }
        return begin(
            client, new Version1ShowStream(
                newTarget(client.session()), answer, replies, loop.context().maxFrameLength(), loop.nowNs()));
    }

    private FrameAction kill(final ClientState client, final KillStatement statement)
    {
        final ConnectionKill kill = loop.kill(statement);
        if (kill == null)
        {
            return refuse(client, LoopServices.TOO_MANY_OPERATORS);
        }
        return begin(client, new KillStream(newTarget(client.session()), kill, this::onKill));
    }

    private FrameAction begin(final ClientState client, final ResultStream stream)
    {
        client.addStream(stream);
        client.session().suspendReading();
        return FrameAction.CONTINUE;
    }

    private FrameAction refuse(final ClientState client, final String text)
    {
        replies.error(client.session(), text);
        return FrameAction.CONTINUE;
    }

    private void onKill(final ResultTarget target, final ConnectionKill kill)
    {
        if (kill.isKilled())
        {
            final Version1Result result = new Version1Result();
            replies.reply(
                target.session(), MessageType.RESPONSE, result.buffer(), result.finish(1, NO_COLUMNS, 0));
        }
        else
        {
            replies.error(target.session(), KillStream.absentText(kill));
        }
    }

    @Override
    public String kind()
    {
        return MessageType.name(decoder.type());
    }

    private void reply(final Session session, final ShowRows rows, final long rowsAffected, final long elapsedMs)
    {
        final Version1Result result = new Version1Result();
        for (int i = 0; i < rows.rowCount(); i++)
        {
            result.addTexts(rows.row().apply(i));
        }
        final int length = result.finish(rowsAffected, rows.columns(), elapsedMs);
        if (length > loop.context().maxFrameLength())
        {
            replies.error(session, "result is longer than a frame: max=" + loop.context().maxFrameLength());
            return;
        }
        replies.reply(session, MessageType.RESPONSE, result.buffer(), length);
    }

    private FrameAction executeCheckpoint(final ClientState client, final CheckpointStatement statement)
    {
        final Session session = client.session();
        if (loop.checkpoints().trySubmit(statement, client, 0, loop.nowNs(), loop.nowNs() + Long.MAX_VALUE / 2))
        {
            session.suspendReading();
        }
        else
        {
            replies.error(session, CommandErrors.TOO_MANY_CHECKPOINTS);
        }
        return FrameAction.CONTINUE;
    }

    void onCheckpoint(final ClientState client, final CheckpointDesk.Call call)
    {
        final Session session = client.session();
        final CheckpointResult result = call.result();
        if (result.status() == CheckpointStatus.DONE)
        {
            final ShowRows rows = ShowRows.of(call.action(), result.checkpoints());
            reply(
                session, rows, call.action() == Action.LIST ? rows.rowCount() : 1,
                (loop.nowNs() - call.receivedNs()) / NS_PER_MS);
        }
        else
        {
            replies.error(session, result.message());
        }
        session.resumeReading();
    }

    void onCompletion(final ClientState client, final Completion completion)
    {
        final Session session = client.session();
        if (completion.status() == CommandStatus.APPLIED)
        {
            final Version1Result result = new Version1Result();
            final int length = result.finish(
                completion.appliedCount(), NO_COLUMNS,
                ReplyTag.elapsedUs(completion.tag(), loop.nowNs()) / US_PER_MS);
            replies.reply(session, MessageType.RESPONSE, result.buffer(), length);
        }
        else
        {
            replies.error(
                session, completion.status() == CommandStatus.CONDITION_FAILED
                    ? CommandErrors.conditionFailed(completion)
                    : CommandErrors.text(completion.status()));
        }
        session.resumeReading();
    }
}
