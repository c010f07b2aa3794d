package org.velocitydb.server.node;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CompletionQueue;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.sql.KillStatement;
import org.velocitydb.engine.sql.ShowStatement;
import org.velocitydb.engine.sql.SqlParser;
import org.velocitydb.engine.sql.TableName;
import org.velocitydb.engine.sql.WriteStatement;
import org.velocitydb.protocol.Crc;
import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.EventLoop;
import org.velocitydb.transport.Session;

/**
 * What the handlers of both protocol versions share on one event loop, and nobody else touches: the reader of the
 * store, the ways to the writer and to maintenance and back, and the time of the duty cycle.
 */
final class LoopServices implements AutoCloseable
{
    static final String TOO_MANY_OPERATORS = "too many operators ask at once";

    private final NodeContext context;
    private final StoreReader reader;
    private final CommandRing ring;
    private final CompletionQueue completions;
    private final CheckpointDesk checkpoints;
    private final RequestAudit audit;
    private final Crc crc = new Crc();
    private final SqlParser sqlParser = new SqlParser();
    private final SqlDesk sqlDesk = new SqlDesk();
    private final HeldRequests heldRequests = new HeldRequests();
    private final StatementCache statements;
    private final LoopOperator operator;
    private final LoopSlowLog slowLog;
    private final Runnable wakeLoop;
    private boolean isInCycle;
    private boolean isReading;
    private long nowNs;

    LoopServices(
        final NodeContext context,
        final Store store,
        final CompletionQueue completions,
        final LoopOperator operator,
        final CheckpointDesk checkpoints,
        final RequestAudit audit,
        final Runnable wakeLoop)
    {
        this.context = context;
        this.audit = audit;
        this.completions = completions;
        this.operator = operator;
        this.wakeLoop = wakeLoop;
        statements = new StatementCache(sqlParser, context.sqlCounters());
        slowLog = new LoopSlowLog(operator.control().slowLog(), context);
        slowLog.threshold(operator.settings().slowLogThresholdNs());
        this.checkpoints = checkpoints;
        reader = store.newReader();
        ring = store.commands();
    }

    /**
     * Called before anything is done in a duty cycle; reads the clock once for all of it.
     */
    void enterCycle()
    {
        if (!isInCycle)
        {
            isInCycle = true;
            nowNs = context.nanoClock().nanoTime();
        }
    }

    /**
     * Reads the clock again: what has been begun in this cycle is not measured with a time from before it.
     *
     * @return the present.
     */
    long updateTime()
    {
        isInCycle = true;
        nowNs = context.nanoClock().nanoTime();
        return nowNs;
    }

    /**
     * Called at the end of each duty cycle: what reads have returned may go.
     */
    void leaveCycle()
    {
        isInCycle = false;
        if (isReading)
        {
            isReading = false;
            reader.end();
        }
    }

    long nowNs()
    {
        return nowNs;
    }

    NodeContext context()
    {
        return context;
    }

    /** What clients are allowed now. */
    NodeLimits limits()
    {
        return operator.settings().limits();
    }

    Crc crc()
    {
        return crc;
    }

    LoopOperator operator()
    {
        return operator;
    }

    LoopSlowLog slowLog()
    {
        return slowLog;
    }

    /** Whether new requests are to be refused since the node goes down. */
    boolean isEnding()
    {
        return operator.isEnding();
    }

    SqlParser sqlParser()
    {
        return sqlParser;
    }

    StatementCache statements()
    {
        return statements;
    }

    SqlDesk sqlDesk()
    {
        return sqlDesk;
    }

    HeldRequests heldRequests()
    {
        return heldRequests;
    }

    CompletionQueue completions()
    {
        return completions;
    }

    CheckpointDesk checkpoints()
    {
        return checkpoints;
    }

    RequestAudit audit()
    {
        return audit;
    }

    /**
     * The reader, inside a read section that lasts until the end of the duty cycle, and as of now: a request sees every
     * write that anybody was told of before the request was sent, by whichever event loop.
     *
     * @return the reader.
     */
    StoreReader reader()
    {
        if (!isReading)
        {
            isReading = true;
            reader.begin();
        }
        else
        {
            reader.refresh();
        }
        return reader;
    }

    /**
     * The keyspace that a statement writes to.
     *
     * @param statement that writes.
     * @return the id, as of now; 0 where the statement makes or drops its table.
     * @throws org.velocitydb.engine.sql.SqlException where there is no such table.
     */
    int keyspace(final WriteStatement statement)
    {
        if (statement.isDefinition())
        {
            return Store.DEFAULT_KEYSPACE;
        }
        final TableName table = statement.table();
        final int keyspace = reader().keyspace(table.name());
        if (keyspace == Store.NULL_KEYSPACE)
        {
            throw table.unknown();
        }
        return keyspace;
    }

    /**
     * Longest batch that is sent to the writer, which takes a longer one for a broken journal.
     *
     * @return length as the engine encodes it.
     */
    int batchLengthMax()
    {
        return Math.min(context.maxFrameLength(), Store.BATCH_LENGTH_MAX);
    }

    /**
     * Claims a place in the writer's ring and one for the answer. Every claim is followed by
     * {@link #send(CommandSlot)}.
     *
     * @param payloadLength of the operations.
     * @return a slot, or null: back pressure.
     */
    CommandSlot tryClaim(final int payloadLength)
    {
        if (!completions.tryReserve())
        {
            return null;
        }
        final CommandSlot slot = ring.tryClaim(payloadLength);
        if (slot == null)
        {
            completions.unreserve();
        }
        return slot;
    }

    /**
     * Takes what a request costs.
     *
     * @param client that asks.
     * @return null, or whose limit it is over, which is counted.
     */
    RateLimits.Refusal takeTokens(final ClientState client)
    {
        final RateLimits.Refusal refusal = context.rateLimits().tryTake(client.tokens(), client.userTokens(), nowNs);
        if (refusal != null)
        {
            context.limitCounters().increment(refusal.counter());
        }
        return refusal;
    }

    /** Gives back what a request cost that was not begun. */
    void giveBackTokens(final ClientState client)
    {
        context.rateLimits().giveBack(client.tokens(), client.userTokens());
    }

    int waitMs(final ClientState client, final RateLimits.Refusal refusal)
    {
        return context.rateLimits().waitMs(refusal, client.tokens(), client.userTokens(), nowNs);
    }

    /**
     * Whether a connection may have one more request under way.
     *
     * @param client that asks.
     * @return false: back pressure.
     */
    boolean hasRoomForRequest(final ClientState client)
    {
        if (client.outstandingCount() < limits().outstandingRequestCountMax())
        {
            return true;
        }
        context.limitCounters().increment(LimitCounter.OUTSTANDING_LIMITED);
        return false;
    }

    void send(final CommandSlot slot)
    {
        send(slot, null);
    }

    /** Sends what its client calls by a name. */
    void send(final CommandSlot slot, final String name)
    {
        slowLog.onSent(slot.payload(), slot.operationCount(), name);
        ring.publish(slot);
    }

    /**
     * Sends a batch that was built here.
     *
     * @param session       that asked.
     * @param correlationId of the request.
     * @param tag           form of the answer.
     * @param batch         at least one operation.
     * @return false: back pressure, nothing was sent.
     */
    boolean trySend(final Session session, final long correlationId, final int tag, final WriteBatch batch)
    {
        final CommandSlot slot = tryClaim(batch.lengthBytes());
        if (slot == null)
        {
            return false;
        }
        final DirectBuffer source = batch.buffer();
        slot.payload().putBytes(0, source, 0, batch.lengthBytes());
        slot.operations(batch.operationCount(), Durability.STORE_DEFAULT)
            .replyTo(completions, session.id(), correlationId, tag);
        audit.sent(session.id(), correlationId, slot.payload(), slot.operationCount());
        send(slot);
        ClientState.of(session).writeSent();
        return true;
    }

    // --- what operators ask for ---

    /**
     * Begins to answer a SHOW.
     *
     * @param subject    of the statement.
     * @param statistics of the node.
     * @param principal  who asks, and may.
     * @return the answer, or null where too many operators ask at once.
     */
    ShowAnswer show(
        final ShowStatement.Subject subject, final ServerStatistics statistics, final Principal principal)
    {
        if (subject == ShowStatement.Subject.CONNECTIONS)
        {
            return operator.control().census(context.store().epochClock().time(), wakeLoop);
        }
        final ShowRows rows = switch (subject)
        {
            case STATS -> ShowRows.ofFigures(statistics.all());
            case STATUS -> ShowRows.ofFigures(statistics.summary(principal.mayAdminister()));
            case TABLES -> ShowRows.ofTables(reader(), principal);
            case USERS -> ShowRows.ofUsers(statistics.users());
            case CONFIG -> ShowRows.ofSettings(context.configView().settings());
            default -> operator.control().slowLog().rows();
        };
        return () -> rows;
    }

    /**
     * Begins to end a connection.
     *
     * @param statement that names it.
     * @return the request, under way, or null where too many operators ask at once.
     */
    ConnectionKill kill(final KillStatement statement)
    {
        return operator.control().kill(
            statement.connectionId(), EventLoop.indexOf(statement.connectionId()), wakeLoop);
    }

    @Override
    public void close()
    {
        leaveCycle();
        reader.close();
    }
}
