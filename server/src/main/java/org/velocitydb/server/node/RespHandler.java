package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
    private static final int WORD_LENGTH_MAX = 128;
    private static final int SET_PART_COUNT = 3;
    private static final int KEY = RespDraft.KEY;
    private static final int VALUE = RespDraft.VALUE;

    private final LoopServices loop;
    private final Greeting greeting;
    private final RespScanner scanner = new RespScanner();
    private final RespRequest request = new RespRequest();
    private final RespWriter out = new RespWriter();
    private final RespReplies replies;
    private final RespAnswers answers;
    private final RespSender sender;
    private final RespOperations operations = new RespOperations();
    private final RespCompiler compiler;
    private final RespTable table;
    private final RespReads reads;
    private final RespConnection connection;
    private final RespTransactions transactions;
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final EntryView value = new EntryView();
    private RespCommand command;
    private int frameLength;

    RespHandler(final LoopServices loop, final LoginDesk logins, final ServerStatistics statistics)
    {
        this.loop = loop;
        greeting = new Greeting(loop, logins);
        replies = new RespReplies(loop, out);
        answers = new RespAnswers(loop, logins.counters(), out, replies);
        sender = new RespSender(loop);
        table = new RespTable(loop.context().respTable());
        compiler = new RespCompiler(loop, operations, table);
        reads = new RespReads(loop, request, out, replies, table, sender, logins.counters());
        connection = new RespConnection(loop, logins, request, out, replies, statistics);
        transactions = new RespTransactions(
            loop, request, out, answers, sender, table, compiler, connection, operations);
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
            return RespAnswers.await(client);
        }
        out.begin(state.version());
        if (!request.tryWrap(frame, offset, length))
        {
            return client.outstandingCount() > 0
                ? RespAnswers.await(client)
                : answers.endWith(client, "ERR Protocol error: unbalanced quotes in request");
        }
        if (request.count() == 0)
        {
            return FrameAction.CONTINUE;
        }
        command = RespCommand.find(request, 0);
        frameLength = length;
        if (loop.isEnding() && command != RespCommand.QUIT)
        {
            return client.outstandingCount() > 0
                ? RespAnswers.await(client)
                : answers.refuse(client, "ERR " + CommandErrors.text(CommandStatus.CLOSED));
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
            answers.endWith(client, "WRONGPASS " + refusal);
            client.session().closeAfterFlush(CloseReason.HANDLER);
            return false;
        }
        return true;
    }

    private FrameAction onStranger(final ClientState client)
    {
        if (!client.session().hasRoomFor(RespAnswers.ANSWER_ROOM))
        {
            return FrameAction.RETRY;
        }
        if (command != RespCommand.AUTH && command != RespCommand.HELLO && command != RespCommand.QUIT &&
            command != RespCommand.RESET)
        {
            return answers.respond(client, "NOAUTH Authentication required.");
        }
        return command.takes(request.count())
            ? connection.onCommand(client, command)
            : answers.refuseArity(client, command);
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
            action = answers.refuse(client, "ERR " + CommandErrors.text(CommandStatus.CORRUPTION));
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
        if (RespAnswers.mustWait(client))
        {
            return RespAnswers.waitFor(client);
        }
        final RespState state = client.resp();
        if (state.transaction() != null && command == RespCommand.EXEC)
        {
            RespTransactions.end(state);
        }
        else if (state.transaction() != null)
        {
            state.transaction().spoil();
        }
        return answers.refuse(client, "ERR " + refusal.text() + ", retry_after_ms=" + loop.waitMs(client, refusal));
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
            return answers.refuse(client, table.absentText());
        }
        final int keyLength = request.length(KEY);
        key.wrap(request.buffer(), request.offset(KEY), keyLength);
        final Principal principal = client.principal();
        if (principal.isScoped() &&
            !AccessRules.allowsKey(principal, reader, table.keyspace(), key, 0, keyLength))
        {
            return answers.refuse(client, RespErrors.NO_KEY_PERMISSION);
        }
        final boolean isFound = RespTable.isKeyLength(keyLength) &&
            reader.get(table.keyspace(), key, 0, keyLength, value);
        loop.audit().absent(!isFound);
        if (!isFound)
        {
            out.nothing();
            return answers.respond(client);
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
            return answers.spoil(client, unknownText());
        }
        if (!command.takes(request.count()))
        {
            return RespAnswers.mustWait(client) ? RespAnswers.waitFor(client) : answers.refuseArity(client, command);
        }
        if (command == RespCommand.EXEC)
        {
            return transactions.onExec(client);
        }
        if (client.resp().transaction() != null && RespTransactions.isQueued(command))
        {
            return transactions.onQueued(client, command);
        }
        if (RespCompiler.isWrite(command))
        {
            return onWrite(client);
        }
        if (RespAnswers.mustWait(client))
        {
            return RespAnswers.waitFor(client);
        }
        return onImmediate(client);
    }

    private FrameAction onImmediate(final ClientState client)
    {
        return switch (command)
        {
            case MULTI -> transactions.onMulti(client);
            case DISCARD -> transactions.onDiscard(client);
            case WATCH -> transactions.onWatch(client);
            case UNWATCH -> transactions.onUnwatch(client);
            case DBSIZE, EXISTS, EXPIRETIME, FLUSHALL, FLUSHDB, GETRANGE, KEYS, MGET, PEXPIRETIME, PTTL, SCAN, STRLEN,
                SUBSTR, TOUCH, TTL, TYPE -> onRead(client);
            default -> connection.onCommand(client, command);
        };
    }

    private FrameAction onRead(final ClientState client)
    {
        if (!table.find(loop.reader()))
        {
            return answers.refuse(client, table.absentText());
        }
        final String problem = reads.begin(client, command, frameLength);
        if (problem != null)
        {
            return answers.refuse(client, problem);
        }
        if (client.hasStreams())
        {
            client.session().suspendReading();
            return FrameAction.CONTINUE;
        }
        return answers.respond(client);
    }

    /** A command that goes through the writer. */
    private FrameAction onWrite(final ClientState client)
    {
        final String problem = compiler.compile(request, command, client.principal(), false);
        if (problem != null)
        {
            return RespAnswers.mustWait(client) ? RespAnswers.waitFor(client) : answers.refuse(client, problem);
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
            answers.hold(client);
        }
        RespAnswers.resumeIfIdle(client);
    }

    void onLogin(final ClientState client, final LoginRefusal refusal, final int waitMs)
    {
        connection.onLogin(client, refusal, waitMs);
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

    /** Says something to a client that has not asked for it, if nothing else is owed to it. */
    void tell(final Session session, final String error)
    {
        answers.tell(session, error);
    }

    /**
     * Sends answers that wait for room.
     *
     * @param onSent told of each connection whose answers have all been sent.
     * @return how many connections got on.
     */
    int doWork(final Consumer<ClientState> onSent)
    {
        return answers.doWork(onSent);
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
