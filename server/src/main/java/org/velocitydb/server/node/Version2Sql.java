package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.velocitydb.engine.CheckpointRequest.Action;
import org.velocitydb.engine.CheckpointResult;
import org.velocitydb.engine.CheckpointStatus;
import org.velocitydb.engine.command.CommandSlot;
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
import org.velocitydb.engine.sql.StatementTemplate;
import org.velocitydb.engine.sql.WriteStatement;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.Session;

/**
 * Serves the SQL messages of version 2 on one event loop: the part of {@link Version2Handler} that knows statements.
 * The request at hand is the one that the handler's decoder shows.
 */
final class Version2Sql
{
    private final Version2Handler handler;
    private final LoopServices loop;
    private final ServerStatistics statistics;
    private final FrameDecoder decoder;
    private final Version2Replies replies;
    private final PageWriter page;
    private final SqlDecoder request = new SqlDecoder();
    private final WriteBatch batch = new WriteBatch();
    private final AccessRules rules = new AccessRules();
    private final SqlFastPath fastPath;

    Version2Sql(
        final Version2Handler handler,
        final LoopServices loop,
        final ServerStatistics statistics,
        final FrameDecoder decoder,
        final FrameCodec codec,
        final Version2Replies replies,
        final PageWriter page)
    {
        this.handler = handler;
        this.loop = loop;
        this.statistics = statistics;
        this.decoder = decoder;
        this.replies = replies;
        this.page = page;
        fastPath = new SqlFastPath(handler, loop, decoder, codec);
    }

    FrameAction onFrame(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        final Fault fault = request.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return handler.refuse(session, fault);
        }
        if (!client.hasRoomForStream() || !loop.hasRoomForRequest(client))
        {
            return FrameAction.RETRY;
        }
        try
        {
            return parseAndExecute(client);
        }
        catch (final SqlException ex)
        {
            replies.error(
                session, decoder.correlationId(), CommandErrors.code(ex), Outcome.NOT_DONE, ex.position(), 0,
                ex.getMessage());
            return FrameAction.CONTINUE;
        }
    }

    private FrameAction parseAndExecute(final ClientState client)
    {
        final StatementTemplate found = request.find(loop.statements());
        final Statement known = found == null ? null : found.statement();
        if (found == null || known instanceof final ExecuteStatement execute && execute.arguments() != null)
        {
            // Of a text that is known the arguments' question marks are not bound.
            final Statement parsed = request.parse(loop.sqlParser());
            return parsed instanceof final ExecuteStatement execute
                ? executePrepared(client, execute)
                : execute(client, parsed);
        }
        return known instanceof final ExecuteStatement execute
            ? executePrepared(client, execute)
            : execute(client, found, null);
    }

    private FrameAction executePrepared(final ClientState client, final ExecuteStatement execute)
    {
        return execute(client, client.prepared(loop.sqlDesk()).find(execute), execute.arguments());
    }

    private FrameAction execute(
        final ClientState client, final StatementTemplate template, final SqlParameters arguments)
    {
        final FrameAction action = arguments == null
            ? fastPath.tryExecute(client, template, request)
            : SqlFastPath.NOT_TAKEN;
        return action == SqlFastPath.NOT_TAKEN
            ? execute(client, request.bind(loop.sqlParser(), template, arguments))
            : action;
    }

    private FrameAction execute(final ClientState client, final Statement statement)
    {
        final Session session = client.session();
        loop.audit().statement(statement);
        final String refusal = rules.refusal(client.principal(), statement);
        if (refusal != null)
        {
            return handler.forbid(session, refusal);
        }
        if (statement instanceof final RowsStatement rows && rows.isGathering())
        {
            return gather(client, rows, statement);
        }
        if (statement instanceof WriteStatement || statement instanceof BlockStatement)
        {
            return executeWrite(client, statement);
        }
        if (statement instanceof CheckpointStatement)
        {
            return executeCheckpoint(client, (CheckpointStatement) statement);
        }
        if (statement instanceof PrepareStatement || statement instanceof DeallocateStatement)
        {
            return prepare(client, statement);
        }
        return answer(client, statement, handler.newTarget(session));
    }

    /** What is answered with rows, or by another thread. */
    private FrameAction answer(final ClientState client, final Statement statement, final ResultTarget target)
    {
        if (statement instanceof final SelectStatement select)
        {
            return select(client, select, target);
        }
        if (statement instanceof final ExplainStatement explain)
        {
            final ShowRows rows = SqlPlan.of(loop.reader(), explain.explained());
            client.addStream(new SqlShowStream(target, loop.reader().sequence(), page, () -> rows, loop.nowNs()));
            return FrameAction.CONTINUE;
        }
        return statement instanceof final KillStatement kill
            ? kill(client, kill, target)
            : show(client, ((ShowStatement) statement).subject(), target);
    }

    private FrameAction select(final ClientState client, final SelectStatement select, final ResultTarget target)
    {
        if (!loop.heldRequests().hasRoomFor(decoder.messageLength()))
        {
            return FrameAction.RETRY;
        }
        final SnapshotSource source = SnapshotSource.of(loop.reader().snapshot(), select.table());
        client.addStream(
            loop.heldRequests().hold(
                new SqlSelectStream(target, source, page, new ResultBudget(loop.limits()), select, loop.nowNs()),
                decoder.messageLength()));
        return FrameAction.CONTINUE;
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
        replies.sqlDone(client.session(), decoder.correlationId(), 0, 0, 0);
        return FrameAction.CONTINUE;
    }

    // --- what operators ask for ---

    private FrameAction show(
        final ClientState client, final ShowStatement.Subject subject, final ResultTarget target)
    {
        final ShowAnswer answer = loop.show(subject, statistics, client.principal());
        if (answer == null)
        {
            return refuseAsTooManyOperators(client.session());
        }
        client.addStream(new SqlShowStream(target, loop.reader().sequence(), page, answer, loop.nowNs()));
        return FrameAction.CONTINUE;
    }

    private FrameAction kill(final ClientState client, final KillStatement statement, final ResultTarget target)
    {
        final ConnectionKill kill = loop.kill(statement);
        if (kill == null)
        {
            return refuseAsTooManyOperators(client.session());
        }
        client.addStream(new KillStream(target, kill, this::onKill));
        return FrameAction.CONTINUE;
    }

    private FrameAction refuseAsTooManyOperators(final Session session)
    {
        replies.error(session, decoder.correlationId(), ErrorCode.SERVER_OVERLOADED, LoopServices.TOO_MANY_OPERATORS);
        return FrameAction.CONTINUE;
    }

    private void onKill(final ResultTarget target, final ConnectionKill kill)
    {
        if (kill.isKilled())
        {
            replies.sqlDone(target.session(), target.correlationId(), loop.reader().sequence(), 0);
        }
        else
        {
            replies.error(
                target.session(), target.correlationId(), ErrorCode.INVALID_COMMAND, KillStream.absentText(kill));
        }
    }

    private FrameAction executeCheckpoint(final ClientState client, final CheckpointStatement statement)
    {
        final long deadlineNs = decoder.hasTimeout()
            ? handler.deadlineNs(client.session())
            : loop.nowNs() + Long.MAX_VALUE / 2;
        if (!loop.checkpoints().trySubmit(statement, client, decoder.correlationId(), loop.nowNs(), deadlineNs))
        {
            replies.error(
                client.session(), decoder.correlationId(), ErrorCode.SERVER_OVERLOADED,
                CommandErrors.TOO_MANY_CHECKPOINTS);
        }
        return FrameAction.CONTINUE;
    }

    void onCheckpoint(final ClientState client, final CheckpointDesk.Call call)
    {
        final Session session = client.session();
        final CheckpointResult result = call.result();
        if (result.status() != CheckpointStatus.DONE)
        {
            replies.error(
                session, call.correlationId(), CommandErrors.code(result.status()),
                result.status().isDefinite() ? Outcome.NOT_DONE : Outcome.UNKNOWN, Version2Replies.NO_POSITION, 0,
                result.message());
            return;
        }
        final ShowRows rows = ShowRows.of(call.action(), result.checkpoints());
        if (rows.columns().isEmpty())
        {
            replies.sqlDone(
                session, call.correlationId(), 0, (int) ((loop.nowNs() - call.receivedNs()) / 1_000));
            return;
        }
        final ResultTarget target = new ResultTarget(
            session, call.correlationId(), loop.nowNs() + loop.context().snapshotAgeMaxNs(),
            ErrorCode.SNAPSHOT_EXPIRED);
        final long sequence = call.action() == Action.CREATE
            ? result.checkpoints().get(0).sequence()
            : loop.reader().sequence();
        client.addStream(new SqlShowStream(target, sequence, page, () -> rows, call.receivedNs()));
    }

    // --- writes ---

    private FrameAction executeWrite(final ClientState client, final Statement statement)
    {
        loop.sqlDesk().encode(loop, batch, statement);
        if (batch.operationCount() == 0)
        {
            replies.sqlDone(client.session(), decoder.correlationId(), 0, loop.reader().sequence(), 0);
            return FrameAction.CONTINUE;
        }
        if (batch.lengthBytes() > loop.batchLengthMax())
        {
            return handler.refuse(client.session(), Fault.BATCH_TOO_LARGE);
        }
        final CommandSlot slot = loop.tryClaim(batch.lengthBytes());
        if (slot == null)
        {
            return FrameAction.RETRY;
        }
        slot.payload().putBytes(0, batch.buffer(), 0, batch.lengthBytes());
        slot.operations(batch.operationCount(), Durability.STORE_DEFAULT);
        handler.send(client, slot, ReplyTag.FORM_V2_SQL);
        return FrameAction.CONTINUE;
    }

    void onConditionFailed(final Session session, final Completion completion)
    {
        replies.error(
            session, completion.correlationId(), ErrorCode.CONDITION_FAILED, CommandErrors.conditionFailed(completion));
    }

    private FrameAction gather(final ClientState client, final RowsStatement rows, final Statement statement)
    {
        if (!loop.heldRequests().hasRoomFor(decoder.messageLength()))
        {
            return FrameAction.RETRY;
        }
        if (!loop.sqlDesk().tryBeginGathering())
        {
            replies.error(
                client.session(), decoder.correlationId(), ErrorCode.SERVER_OVERLOADED, SqlDesk.TOO_MANY_GATHERING);
            return FrameAction.CONTINUE;
        }
        boolean isBegun = false;
        try
        {
            final SnapshotSource source = SnapshotSource.of(loop.reader().snapshot(), ((WriteStatement) rows).table());
            client.addStream(
                loop.heldRequests().hold(
                    new GatherStream(
                        handler.newTarget(client.session()), rows, source, new Gathered(client, statement),
                        loop.batchLengthMax()),
                    decoder.messageLength()));
            isBegun = true;
            return FrameAction.CONTINUE;
        }
        finally
        {
            if (!isBegun)
            {
                loop.sqlDesk().endGathering();
            }
        }
    }

    /** Sends what a statement has found; what its request said is kept from when it came. */
    private final class Gathered implements GatherStream.Sender
    {
        private final ClientState client;
        private final Statement statement;
        private final long correlationId = decoder.correlationId();
        private final long receivedNs = loop.nowNs();
        private final boolean hasDeadline = decoder.hasTimeout();
        private final long deadlineNs;
        private final boolean hasRequestId = decoder.hasRequestId();
        private final long clientId = hasRequestId ? decoder.clientId() : 0;
        private final long requestNumber = hasRequestId ? decoder.requestNumber() : 0;

        Gathered(final ClientState client, final Statement statement)
        {
            this.client = client;
            this.statement = statement;
            deadlineNs = hasDeadline ? handler.deadlineNs(client.session()) : 0;
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
                if (!hasRequestId)
                {
                    replies.sqlDone(
                        client.session(), correlationId, 0, loop.reader().sequence(),
                        (int) ((loop.nowNs() - receivedNs) / 1_000));
                    return true;
                }
                loop.sqlDesk().putNothing(changes);
            }
            final CommandSlot slot = loop.tryClaim(changes.lengthBytes());
            if (slot == null)
            {
                return false;
            }
            slot.payload().putBytes(0, changes.buffer(), 0, changes.lengthBytes());
            slot.operations(changes.operationCount(), Durability.STORE_DEFAULT);
            slot.replyTo(
                loop.completions(), client.session().id(), correlationId,
                ReplyTag.of(ReplyTag.FORM_V2_SQL, receivedNs));
            if (hasDeadline)
            {
                slot.deadline(deadlineNs);
            }
            if (hasRequestId)
            {
                slot.requestId(clientId, requestNumber);
            }
            loop.audit().sentLater(
                statement, client.session().id(), correlationId, slot.payload(), slot.operationCount());
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
}
