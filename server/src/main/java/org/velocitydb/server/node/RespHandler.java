package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.resp.RespScanner;
import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.FrameFault;
import org.velocitydb.transport.Session;

/**
 * Serves the Redis protocol on one event loop. Commands that write go through the writer, one behind the other without
 * waiting, and are answered in that order when they are durable. Whatever is answered here waits until nothing is owed
 * to the connection any more, so answers keep the requests' order and a connection sees its own writes; a GET does not
 * wait for that but goes through the writer, too. GET and SET allocate nothing once warm.
 */
final class RespHandler implements LoopSlowLog.Request
{
    /** Room for any answer that is not made of values or keys. */
    private static final int ANSWER_ROOM = 32 * 1024;
    private static final int WORD_LENGTH_MAX = 128;
    private static final int SET_PART_COUNT = 3;
    private static final int KEY = 1;
    private static final int VALUE = 2;

    private final LoopServices loop;
    private final LoginDesk logins;
    private final Greeting greeting;
    private final RespScanner scanner = new RespScanner();
    private final RespRequest request = new RespRequest();
    private final RespWriter out = new RespWriter();
    private final RespReplies replies;
    private final RespSender sender;
    private final RespOperations operations = new RespOperations();
    private final RespOperations transactionOperations = new RespOperations();
    private final RespCompiler compiler;
    private final RespTable table;
    private final RespReads reads;
    private final RespConnection connection;
    private final RespTransaction.Budget transactionBudget = new RespTransaction.Budget();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final EntryView value = new EntryView();
    /** Connections with answers for which there was no room. */
    private final ArrayDeque<ClientState> held = new ArrayDeque<>();
    private RespCommand command;

    RespHandler(final LoopServices loop, final LoginDesk logins, final ServerStatistics statistics)
    {
        this.loop = loop;
        this.logins = logins;
        greeting = new Greeting(loop, logins);
        replies = new RespReplies(loop, out);
        compiler = new RespCompiler(loop, operations);
        table = new RespTable(loop.context().respTable());
        sender = new RespSender(loop);
        reads = new RespReads(loop, request, out, replies, table, sender, logins.counters());
        connection = new RespConnection(loop, logins, request, out, replies, statistics);
    }

    RespScanner scanner()
    {
        return scanner;
    }

    /** Whether a session is served by this. */
    static boolean serves(final Session session)
    {
        return session.protocolVersion() == RespScanner.PROTOCOL_VERSION;
    }

    FrameAction onFrame(final ClientState client, final ByteBuffer frame, final int offset, final int length)
    {
        final RespState state = client.resp();
        if (state.hasBacklog())
        {
            return await(client);
        }
        out.begin(state.version());
        if (!request.tryWrap(frame, offset, length))
        {
            return client.outstandingCount() > 0
                ? await(client)
                : endWith(client, "ERR Protocol error: unbalanced quotes in request");
        }
        if (request.count() == 0)
        {
            return FrameAction.CONTINUE;
        }
        command = RespCommand.find(request, 0);
        if (loop.isEnding() && command != RespCommand.QUIT)
        {
            return client.outstandingCount() > 0
                ? await(client)
                : refuse(client, "ERR " + CommandErrors.text(CommandStatus.CLOSED));
        }
        if (!client.isLoggedIn() && !greet(client))
        {
            return FrameAction.CONTINUE;
        }
        final FrameAction action = client.isLoggedIn() ? onRequest(client) : onStranger(client);
        state.lastCommand(command == null ? "" : command.text());
        return action;
    }

    /** A client that has shown its certificate is logged in without a word. */
    private boolean greet(final ClientState client)
    {
        if (client.stage() != ClientState.Stage.CONNECTED)
        {
            return true;
        }
        final String refusal = greeting.greet(client);
        if (refusal != null)
        {
            endWith(client, "WRONGPASS " + refusal);
            client.session().closeAfterFlush(CloseReason.HANDLER);
            return false;
        }
        return true;
    }

    private FrameAction onStranger(final ClientState client)
    {
        if (!client.session().hasRoomFor(ANSWER_ROOM))
        {
            return FrameAction.RETRY;
        }
        if (command != RespCommand.AUTH && command != RespCommand.HELLO && command != RespCommand.QUIT &&
            command != RespCommand.RESET)
        {
            return respond(client, "NOAUTH Authentication required.");
        }
        return command.takes(request.count()) ? connection.onCommand(client, command) : refuseArity(client);
    }

    private FrameAction onRequest(final ClientState client)
    {
        // Where it were refused, what is to be done together would be done one by one.
        final boolean takesToken = command != RespCommand.MULTI;
        final RateLimits.Refusal refusal = takesToken ? loop.takeTokens(client) : null;
        if (refusal != null)
        {
            return onLimited(client, refusal);
        }
        FrameAction action;
        try
        {
            action = dispatch(client);
        }
        catch (final CorruptionException ex)
        {
            loop.context().errorHandler().onError(ex);
            out.begin(client.resp().version());
            action = refuse(client, "ERR " + CommandErrors.text(CommandStatus.CORRUPTION));
        }
        loop.audit().handledResp(client.session().id(), command, request, table.keyspace(), action);
        if (action == FrameAction.RETRY && takesToken)
        {
            // It was not begun: the loop shows it again, and then it takes its token.
            loop.giveBackTokens(client);
        }
        return action;
    }

    /** A transaction is not done without the command that is refused here. */
    private FrameAction onLimited(final ClientState client, final RateLimits.Refusal refusal)
    {
        if (mustWait(client))
        {
            return waitFor(client);
        }
        final RespState state = client.resp();
        if (state.transaction() != null && command == RespCommand.EXEC)
        {
            endTransaction(state);
        }
        else if (state.transaction() != null)
        {
            state.transaction().spoil();
        }
        return refuse(client, "ERR " + refusal.text() + ", retry_after_ms=" + loop.waitMs(client, refusal));
    }

    private FrameAction dispatch(final ClientState client)
    {
        if (client.resp().transaction() == null)
        {
            if (command == RespCommand.GET && request.count() == VALUE)
            {
                return onGet(client);
            }
            if (command == RespCommand.SET && request.count() == SET_PART_COUNT)
            {
                return onSet(client);
            }
        }
        return onOther(client);
    }

    // --- GET and SET ---

    private FrameAction onGet(final ClientState client)
    {
        if (client.outstandingCount() > 0)
        {
            return onWrite(client);
        }
        final StoreReader reader = loop.reader();
        if (!table.find(reader))
        {
            return refuse(client, table.absentText());
        }
        final int keyLength = request.length(KEY);
        key.wrap(request.buffer(), request.offset(KEY), keyLength);
        final Principal principal = client.principal();
        if (principal.isScoped() &&
            !AccessRules.allowsKey(principal, reader, table.keyspace(), key, 0, keyLength))
        {
            return forbid(client, RespCompiler.NO_KEY_PERMISSION);
        }
        final boolean isFound = RespTable.isKeyLength(keyLength) &&
            reader.get(table.keyspace(), key, 0, keyLength, value);
        loop.audit().absent(!isFound);
        if (!isFound)
        {
            out.nothing();
            return respond(client);
        }
        return replies.trySendBulk(client.session(), value.value()) ? FrameAction.CONTINUE : FrameAction.RETRY;
    }

    private FrameAction onSet(final ClientState client)
    {
        final int keyLength = request.length(KEY);
        final int valueLength = request.length(VALUE);
        final Principal principal = client.principal();
        if (!RespTable.isKeyLength(keyLength) || valueLength > Keys.MAX_VALUE_LENGTH || !principal.mayWrite() ||
            principal.isScoped() || !table.find(loop.reader()))
        {
            // Either refused there, or let through after a closer look.
            return onWrite(client);
        }
        final int lengthBytes = OperationDescriptor.encodedLength(keyLength, valueLength);
        if (lengthBytes > loop.batchLengthMax())
        {
            return onWrite(client);
        }
        final CommandSlot slot = loop.hasRoomForRequest(client) ? loop.tryClaim(lengthBytes) : null;
        if (slot == null)
        {
            return FrameAction.RETRY;
        }
        OperationDescriptor.putHeader(
            slot.payload(), 0, OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_NONE, 0, 0,
            table.keyspace(), keyLength, valueLength);
        final int keyOffset = OperationDescriptor.userKeyOffset(0);
        slot.payload().putBytes(keyOffset, request.buffer(), request.offset(KEY), keyLength);
        slot.payload().putBytes(keyOffset + keyLength, request.buffer(), request.offset(VALUE), valueLength);
        sender.send(client, slot.operations(1, Durability.STORE_DEFAULT), RespForm.OK, command);
        return FrameAction.CONTINUE;
    }

    // --- the others ---

    private FrameAction onOther(final ClientState client)
    {
        if (command == null)
        {
            return spoil(client, unknownText());
        }
        if (!command.takes(request.count()))
        {
            return mustWait(client) ? waitFor(client) : refuseArity(client);
        }
        if (command == RespCommand.EXEC)
        {
            return onExec(client);
        }
        final boolean isQueued = client.resp().transaction() != null && !endsQueueing(command);
        if (isQueued)
        {
            return onQueued(client);
        }
        if (RespCompiler.isWrite(command))
        {
            return onWrite(client);
        }
        if (mustWait(client))
        {
            return waitFor(client);
        }
        return onImmediate(client);
    }

    private static boolean endsQueueing(final RespCommand command)
    {
        return switch (command)
        {
            case DISCARD, MULTI, QUIT, RESET, WATCH -> true;
            default -> false;
        };
    }

    private FrameAction onImmediate(final ClientState client)
    {
        return switch (command)
        {
            case MULTI -> onMulti(client);
            case DISCARD -> onDiscard(client);
            case WATCH -> onWatch(client);
            case UNWATCH -> onUnwatch(client);
            case DBSIZE, EXISTS, EXPIRETIME, FLUSHALL, FLUSHDB, GETRANGE, KEYS, MGET, PEXPIRETIME, PTTL, SCAN, STRLEN,
                SUBSTR, TOUCH, TTL, TYPE -> onRead(client);
            default -> connection.onCommand(client, command);
        };
    }

    private FrameAction onRead(final ClientState client)
    {
        if (!table.find(loop.reader()))
        {
            return refuse(client, table.absentText());
        }
        final String problem = reads.begin(client, command);
        if (problem != null)
        {
            return problem.startsWith("NOPERM") ? forbid(client, problem) : refuse(client, problem);
        }
        if (client.hasStreams())
        {
            client.session().suspendReading();
            return FrameAction.CONTINUE;
        }
        return respond(client);
    }

    /** A command that goes through the writer. */
    private FrameAction onWrite(final ClientState client)
    {
        final String problem = compile(client, false);
        if (problem != null)
        {
            return mustWait(client) ? waitFor(client) : refuseCommand(client, problem);
        }
        final CommandSlot slot = loop.hasRoomForRequest(client) ? loop.tryClaim(operations.lengthBytes()) : null;
        if (slot == null)
        {
            return FrameAction.RETRY;
        }
        slot.payload().putBytes(0, operations.buffer(), 0, operations.lengthBytes());
        slot.operations(operations.count(), Durability.STORE_DEFAULT);
        if (compiler.isEvaluated())
        {
            slot.evaluated(compiler.wantsResults());
        }
        sender.send(client, slot, compiler.form(), command);
        return FrameAction.CONTINUE;
    }

    private String compile(final ClientState client, final boolean inTransaction)
    {
        return table.find(loop.reader())
            ? compiler.compile(request, command, client.principal(), table.keyspace(), inTransaction)
            : table.absentText();
    }

    private FrameAction refuseCommand(final ClientState client, final String problem)
    {
        return problem.startsWith("NOPERM") ? forbid(client, problem) : refuse(client, problem);
    }

    // --- transactions ---

    private FrameAction onMulti(final ClientState client)
    {
        if (client.resp().transaction() != null)
        {
            return refuse(client, "ERR MULTI calls can not be nested");
        }
        client.resp().transaction(new RespTransaction(transactionBudget));
        out.simple("OK");
        return respond(client);
    }

    private FrameAction onQueued(final ClientState client)
    {
        if (mustWait(client))
        {
            return waitFor(client);
        }
        operations.clear();
        final RespPlan plan;
        if (RespCompiler.isWrite(command) || RespCompiler.isKeyRead(command))
        {
            final String problem = compile(client, true);
            if (problem != null)
            {
                client.resp().transaction().spoil();
                return refuseCommand(client, problem);
            }
            plan = compiler.plan();
        }
        else
        {
            final byte[] answer = connection.answerOf(client, command);
            if (answer == null)
            {
                return spoil(client, "ERR '" + command.text() + "' is not supported in a transaction");
            }
            plan = RespPlan.literal(answer);
        }
        out.begin(client.resp().version());
        if (!client.resp().transaction().tryAdd(plan, operations, loop.batchLengthMax()))
        {
            return spoil(client, "OOM the transaction is too large");
        }
        if (plan.form() != RespForm.LITERAL)
        {
            loop.audit().queued();
        }
        out.simple("QUEUED");
        return respond(client);
    }

    /** Refuses a command; a transaction that it was to be a part of will not be done. */
    private FrameAction spoil(final ClientState client, final String text)
    {
        if (mustWait(client))
        {
            return waitFor(client);
        }
        if (client.resp().transaction() != null)
        {
            client.resp().transaction().spoil();
        }
        return refuse(client, text);
    }

    private FrameAction onDiscard(final ClientState client)
    {
        if (client.resp().transaction() == null)
        {
            return refuse(client, "ERR DISCARD without MULTI");
        }
        endTransaction(client.resp());
        out.simple("OK");
        return respond(client);
    }

    static void endTransaction(final RespState state)
    {
        if (state.transaction() != null)
        {
            state.transaction().close();
            state.transaction(null);
        }
        state.unwatch();
    }

    private FrameAction onWatch(final ClientState client)
    {
        final RespState state = client.resp();
        if (state.transaction() != null)
        {
            return refuse(client, "ERR WATCH inside MULTI is not allowed");
        }
        final StoreReader reader = loop.reader();
        if (!table.find(reader))
        {
            return refuse(client, table.absentText());
        }
        for (int part = KEY; part < request.count(); part++)
        {
            final byte[] bytes = request.bytes(part);
            key.wrap(bytes);
            if (!RespTable.isKeyLength(bytes.length))
            {
                return refuse(client, "ERR key length out of range: length=" + bytes.length);
            }
            if (client.principal().isScoped() && !AccessRules.allowsKey(
                client.principal(), reader, table.keyspace(), key, 0, bytes.length))
            {
                return forbid(client, RespCompiler.NO_KEY_PERMISSION);
            }
            final boolean isFound = reader.get(table.keyspace(), key, 0, bytes.length, value);
            if (!state.tryWatch(new RespState.Watched(table.keyspace(), bytes, isFound ? value.sequence() : 0)))
            {
                return refuse(
                    client, "ERR too many keys are watched: max=" + RespState.WATCH_COUNT_MAX + ", bytes_max=" +
                        RespState.WATCH_BYTES_MAX);
            }
        }
        out.simple("OK");
        return respond(client);
    }

    private FrameAction onUnwatch(final ClientState client)
    {
        client.resp().unwatch();
        out.simple("OK");
        return respond(client);
    }

    private FrameAction onExec(final ClientState client)
    {
        final RespState state = client.resp();
        final RespTransaction transaction = state.transaction();
        if (transaction == null || transaction.isSpoilt())
        {
            if (mustWait(client))
            {
                return waitFor(client);
            }
            endTransaction(state);
            return refuse(client, transaction == null
                ? "ERR EXEC without MULTI"
                : "EXECABORT Transaction discarded because of previous errors.");
        }
        transactionOperations.clear();
        addWatched(state.watched());
        transactionOperations.addAll(transaction.operations());
        if (transactionOperations.lengthBytes() > loop.batchLengthMax())
        {
            if (mustWait(client))
            {
                return waitFor(client);
            }
            endTransaction(state);
            return refuse(client, "OOM the transaction is too large");
        }
        if (transactionOperations.count() == 0)
        {
            return execLiterals(client, transaction);
        }
        final CommandSlot slot = loop.hasRoomForRequest(client)
            ? loop.tryClaim(transactionOperations.lengthBytes())
            : null;
        if (slot == null)
        {
            return FrameAction.RETRY;
        }
        slot.payload().putBytes(0, transactionOperations.buffer(), 0, transactionOperations.lengthBytes());
        slot.operations(transactionOperations.count(), Durability.STORE_DEFAULT).evaluated(true);
        final List<RespPlan> plans = new ArrayList<>(transaction.plans().size() + 1);
        plans.add(RespPlan.of(RespForm.WATCHED, state.watched().size()));
        plans.addAll(transaction.plans());
        state.executing().addLast(plans);
        endTransaction(state);
        sender.send(client, slot, RespForm.EXEC, command);
        return FrameAction.CONTINUE;
    }

    private void addWatched(final List<RespState.Watched> watched)
    {
        for (final RespState.Watched one : watched)
        {
            transactionOperations.add(
                OperationDescriptor.KIND_CHECK,
                one.version() == 0 ? OperationDescriptor.CONDITION_ABSENT : OperationDescriptor.CONDITION_VERSION, 0,
                one.version(), one.keyspace(), ByteBuffer.wrap(one.key()), 0, one.key().length);
        }
    }

    private FrameAction execLiterals(final ClientState client, final RespTransaction transaction)
    {
        if (mustWait(client))
        {
            return waitFor(client);
        }
        out.array(transaction.plans().size());
        transaction.plans().forEach((plan) -> out.raw(plan.literal()));
        endTransaction(client.resp());
        // There may not be room for all of it, and it could not be made again.
        if (replies.sendOrHold(client, null))
        {
            hold(client);
        }
        return FrameAction.CONTINUE;
    }

    // --- waiting and answering ---

    /** Whether what is answered here has to wait: for what is owed to the connection, or for room. */
    private static boolean mustWait(final ClientState client)
    {
        return client.outstandingCount() > 0 || !client.session().hasRoomFor(ANSWER_ROOM);
    }

    private static FrameAction waitFor(final ClientState client)
    {
        return client.outstandingCount() > 0 ? await(client) : FrameAction.RETRY;
    }

    /** Shows the same request again when everything that is owed has been answered. */
    private static FrameAction await(final ClientState client)
    {
        client.resp().isWaiting(true);
        client.session().suspendReading();
        return FrameAction.RETRY;
    }

    private FrameAction respond(final ClientState client)
    {
        return replies.trySend(client.session()) ? FrameAction.CONTINUE : FrameAction.RETRY;
    }

    private FrameAction respond(final ClientState client, final String error)
    {
        out.error(error);
        return respond(client);
    }

    private FrameAction refuse(final ClientState client, final String text)
    {
        loop.audit().refused();
        out.begin(client.resp().version());
        return respond(client, text);
    }

    private FrameAction refuseArity(final ClientState client)
    {
        if (client.resp().transaction() != null)
        {
            client.resp().transaction().spoil();
        }
        return refuse(client, "ERR wrong number of arguments for '" + command.text() + "' command");
    }

    private FrameAction forbid(final ClientState client, final String text)
    {
        logins.counters().increment(AccessCounter.REQUESTS_FORBIDDEN);
        return refuse(client, text);
    }

    private FrameAction endWith(final ClientState client, final String text)
    {
        out.begin(client.resp().version()).error(text);
        replies.sendOrClose(client.session());
        return FrameAction.CLOSE;
    }

    private String unknownText()
    {
        final StringBuilder text = new StringBuilder("ERR unknown command '")
            .append(request.text(0, WORD_LENGTH_MAX)).append("', with args beginning with: ");
        for (int part = 1; part < request.count() && text.length() < WORD_LENGTH_MAX; part++)
        {
            text.append('\'').append(request.text(part, WORD_LENGTH_MAX - text.length())).append("' ");
        }
        return text.toString();
    }

    // --- what comes back ---

    void onCompletion(final ClientState client, final Completion completion)
    {
        if (RespReplies.form(completion.correlationId()) == RespForm.FLUSH)
        {
            reads.onDeleted(client, completion);
        }
        else if (replies.answer(client, completion))
        {
            hold(client);
        }
        resumeIfIdle(client);
    }

    private void hold(final ClientState client)
    {
        if (!held.contains(client))
        {
            held.addLast(client);
        }
    }

    private static void resumeIfIdle(final ClientState client)
    {
        if (client.resp().isWaiting() && client.outstandingCount() == 0 && !client.resp().hasBacklog())
        {
            client.resp().isWaiting(false);
            client.session().resumeReading();
        }
    }

    /**
     * Sends answers that wait for room.
     *
     * @param onSent told of each connection whose answers have all been sent.
     * @return how many connections got on.
     */
    int doWork(final Consumer<ClientState> onSent)
    {
        int workCount = 0;
        for (int i = held.size(); i > 0; i--)
        {
            final ClientState client = held.pollFirst();
            if (!client.session().isOpen())
            {
                client.resp().close();
                continue;
            }
            workCount += client.resp().sendBacklog(replies, client) ? 1 : 0;
            if (client.resp().hasBacklog())
            {
                held.addLast(client);
            }
            else
            {
                resumeIfIdle(client);
                onSent.accept(client);
            }
        }
        return workCount;
    }

    void onLogin(
        final ClientState client, final String user, final Principal principal, final AuthenticationOutcome outcome)
    {
        connection.onLogin(client, user, principal, outcome);
    }

    void onProtocolError(final Session session, final FrameFault fault)
    {
        if (fault != FrameFault.TRUNCATED_FRAME)
        {
            final boolean isStranger = !ClientState.of(session).isLoggedIn();
            tell(session, "ERR Protocol error: " + (isStranger && fault == FrameFault.FRAME_TOO_LONG
                ? scanner.faultText().replace("invalid", "unauthenticated")
                : scanner.faultText()));
        }
    }

    /**
     * Says something to a client that has not asked for it. Where answers are owed it would be taken for one, which is
     * right where a login alone is under way: nothing comes of it any more.
     */
    void tell(final Session session, final String error)
    {
        final ClientState client = ClientState.of(session);
        if (client == null || client.isIdle() || client.stage() == ClientState.Stage.LOGGING_IN)
        {
            out.begin(RespWriter.VERSION_2).error(error);
            replies.sendOrClose(session);
        }
    }

    // --- the slow log ---

    @Override
    public String kind()
    {
        return command == null ? "unknown command" : command.name();
    }

    @Override
    public String shownKey()
    {
        if (command == null || command.firstKey() == 0 || request.count() <= command.firstKey())
        {
            return "";
        }
        final int part = command.firstKey();
        final UnsafeBuffer internalKey = new UnsafeBuffer(new byte[Integer.BYTES + request.length(part)]);
        internalKey.putInt(0, table.keyspace(), ByteOrder.BIG_ENDIAN);
        internalKey.putBytes(Integer.BYTES, request.buffer(), request.offset(part), request.length(part));
        return LoopSlowLog.shown(internalKey, 0, internalKey.capacity());
    }
}
