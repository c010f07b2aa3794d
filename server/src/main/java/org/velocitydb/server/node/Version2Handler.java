package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.CheckpointRequest.Action;
import org.velocitydb.engine.CheckpointResult;
import org.velocitydb.engine.CheckpointStatus;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.sql.CheckpointStatement;
import org.velocitydb.engine.sql.KillStatement;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.ShowStatement;
import org.velocitydb.engine.sql.SqlException;
import org.velocitydb.engine.sql.Statement;
import org.velocitydb.engine.sql.WriteStatement;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.GetResult;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.MultiGetRequest;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.protocol.v2.ServerHello;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.server.node.ClientState.Stage;
import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.AuthenticationSubmission;
import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.Session;

/**
 * Serves version 2 on one event loop. GET and WRITE, the requests that a service lives on, allocate nothing once warm.
 */
final class Version2Handler implements LoopSlowLog.Request
{
    /** A nonce, a public key, a signature and the server's version with room to spare. */
    private static final int HELLO_LENGTH_MAX = 1024;

    private final LoopServices loop;
    private final LoginDesk logins;
    private final Greeting greeting;
    private final ServerStatistics statistics;
    private final FrameDecoder decoder;
    private final FrameCodec codec;
    private final Version2Replies replies;
    private final HelloRequest hello = new HelloRequest();
    private final AuthRequest auth = new AuthRequest();
    private final GetRequest get = new GetRequest();
    private final MultiGetRequest multiGet = new MultiGetRequest();
    private final WriteRequest write = new WriteRequest();
    private final ScanRequest scan = new ScanRequest();
    private final SqlDecoder sql = new SqlDecoder();
    private final WriteBatch sqlBatch = new WriteBatch();
    private final HandshakeDesk handshakes;
    private final PageWriter page;
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final EntryView value = new EntryView();
    private final AccessRules rules = new AccessRules();

    Version2Handler(
        final LoopServices loop,
        final LoginDesk logins,
        final HandshakeSigner signer,
        final ServerStatistics statistics,
        final Runnable wakeLoop)
    {
        this.loop = loop;
        this.logins = logins;
        greeting = new Greeting(loop, logins);
        this.statistics = statistics;
        decoder = FrameDecoder.ofRequests(loop.crc(), loop.context().maxFrameLength());
        codec = new FrameCodec(loop.crc());
        replies = new Version2Replies(codec, loop.audit());
        handshakes = new HandshakeDesk(loop, signer, this::answerHello, wakeLoop);
        page = new PageWriter(codec, loop.context().maxFrameLength());
    }

    HandshakeDesk handshakes()
    {
        return handshakes;
    }

    Version2Replies replies()
    {
        return replies;
    }

    FrameAction onFrame(final ClientState client, final ByteBuffer frame, final int offset, final int length)
    {
        final Session session = client.session();
        final Fault fault = decoder.tryWrapVerified(frame, offset, length);
        if (fault != Fault.NONE)
        {
            return refuse(session, fault);
        }
        if (decoder.type() == MessageType.PONG)
        {
            return FrameAction.ALIVE;
        }
        if (loop.isEnding() && decoder.type() != MessageType.DISCONNECT && decoder.type() != MessageType.PING)
        {
            replies.error(
                session, decoder.correlationId(), ErrorCode.SHUTTING_DOWN, CommandErrors.text(CommandStatus.CLOSED));
            return FrameAction.CONTINUE;
        }
        if (!client.isLoggedIn())
        {
            return onFrameBeforeLogin(client, frame);
        }
        final int type = decoder.type();
        final RateLimits.Refusal refusal = type != MessageType.DISCONNECT && type != MessageType.PING
            ? loop.takeTokens(client)
            : null;
        if (refusal != null)
        {
            return refuseAsTooMany(session, loop.waitMs(client, refusal), refusal.text());
        }
        final FrameAction action = onRequest(client, frame, type);
        loop.audit().handled(session.id(), decoder, frame, action);
        if (action == FrameAction.RETRY && type != MessageType.PING)
        {
            // It was not begun: the loop shows it again, and then it takes its token.
            loop.giveBackTokens(client);
        }
        return action;
    }

    private FrameAction onRequest(final ClientState client, final ByteBuffer frame, final int type)
    {
        final Session session = client.session();
        return switch (type)
        {
            case MessageType.GET -> onGet(client, frame);
            case MessageType.WRITE -> onWrite(client, frame);
            case MessageType.MULTI_GET -> onMultiGet(client, frame);
            case MessageType.SCAN -> onScan(client, frame);
            case MessageType.SQL -> onSql(client, frame);
            case MessageType.STATS -> onStats(session);
            default -> onConnectionFrame(client, frame);
        };
    }

    private FrameAction refuseAsTooMany(final Session session, final int waitMs, final String message)
    {
        replies.error(
            session, decoder.correlationId(), ErrorCode.RATE_LIMITED, Outcome.NOT_DONE, Version2Replies.NO_POSITION,
            waitMs, message);
        return FrameAction.CONTINUE;
    }

    private ResultTarget newTarget(final Session session)
    {
        final long snapshotExpiryNs = loop.nowNs() + loop.context().snapshotAgeMaxNs();
        return decoder.hasTimeout() && deadlineNs() - snapshotExpiryNs < 0
            ? new ResultTarget(session, decoder.correlationId(), deadlineNs(), ErrorCode.DEADLINE_EXCEEDED)
            : new ResultTarget(session, decoder.correlationId(), snapshotExpiryNs, ErrorCode.SNAPSHOT_EXPIRED);
    }

    private FrameAction refuse(final Session session, final Fault fault)
    {
        replies.error(session, decoder.correlationId(), fault);
        return fault.closesConnection() ? FrameAction.CLOSE : FrameAction.CONTINUE;
    }

    private FrameAction forbid(final Session session, final String text)
    {
        logins.counters().increment(AccessCounter.REQUESTS_FORBIDDEN);
        replies.error(session, decoder.correlationId(), ErrorCode.FORBIDDEN, text);
        return FrameAction.CONTINUE;
    }

    private FrameAction refuseKeyspace(final Session session)
    {
        final CommandStatus status = CommandStatus.NO_SUCH_KEYSPACE;
        replies.error(session, decoder.correlationId(), CommandErrors.code(status), CommandErrors.text(status));
        return FrameAction.CONTINUE;
    }

    // --- the connection itself ---

    private FrameAction onFrameBeforeLogin(final ClientState client, final ByteBuffer frame)
    {
        final int type = decoder.type();
        final boolean isAllowed = type == MessageType.HELLO || type == MessageType.DISCONNECT ||
            client.stage() == Stage.GREETED && (type == MessageType.AUTH || type == MessageType.PING);
        if (!isAllowed)
        {
            replies.error(
                client.session(), decoder.correlationId(), ErrorCode.NOT_AUTHENTICATED,
                client.stage() == Stage.CONNECTED ? "say HELLO first" : "log in first");
            return FrameAction.CONTINUE;
        }
        return onConnectionFrame(client, frame);
    }

    private FrameAction onConnectionFrame(final ClientState client, final ByteBuffer frame)
    {
        return switch (decoder.type())
        {
            case MessageType.HELLO -> onHello(client, frame);
            case MessageType.AUTH -> onAuth(client, frame);
            case MessageType.PING -> replies.empty(client.session(), MessageType.PONG, decoder.correlationId())
                ? FrameAction.CONTINUE
                : FrameAction.RETRY;
            case MessageType.DISCONNECT -> FrameAction.CLOSE;
            default -> refuse(client.session(), Fault.UNKNOWN_TYPE);
        };
    }

    private FrameAction onHello(final ClientState client, final ByteBuffer frame)
    {
        final Fault fault = hello.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return refuse(client.session(), fault);
        }
        if (!client.handshakeTokens(loop.nowNs()).tryTake(loop.nowNs()))
        {
            loop.context().limitCounters().increment(LimitCounter.HANDSHAKES_LIMITED);
            return refuseAsTooMany(
                client.session(), (int) client.handshakeTokens(loop.nowNs()).waitMs(loop.nowNs()),
                "too many handshakes a second on this connection");
        }
        client.answersPing(decoder.answersPing());
        final byte[] clientNonce = HandshakeDesk.newNonce();
        hello.clientNonce(clientNonce);
        handshakes.submit(
            client, new HandshakeDesk.Hello(client.session().id(), decoder.correlationId(), clientNonce));
        return FrameAction.CONTINUE;
    }

    private void answerHello(final ClientState client, final HandshakeDesk.Signing signed)
    {
        final Session session = client.session();
        final HandshakeDesk.Hello asked = signed.hello();
        if (signed.signature() == null)
        {
            replies.error(session, asked.correlationId(), ErrorCode.INTERNAL_ERROR, "the handshake cannot be signed");
            session.closeAfterFlush(CloseReason.HANDLER);
            return;
        }
        final String refusal = greeting.greet(client);
        if (refusal != null)
        {
            replies.error(session, asked.correlationId(), ErrorCode.INVALID_CREDENTIALS, refusal);
            session.closeAfterFlush(CloseReason.HANDLER);
            return;
        }
        final int offset = session.claim(FrameDescriptor.HEADER_LENGTH + HELLO_LENGTH_MAX);
        if (offset == Session.NO_ROOM)
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
            return;
        }
        final int message = FrameCodec.begin(session.output(), offset, MessageType.SERVER_HELLO,
            asked.correlationId());
        final int limit = ServerHello.put(
            session.output(), message, signed.serverNonce(), signed.publicKey(), signed.signature(),
            loop.context().versionBytes());
        session.commit(codec.seal(session.output(), offset, limit));
    }

    private FrameAction onAuth(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        if (!logins.takesPasswordsFrom(session))
        {
            replies.error(
                session, decoder.correlationId(), ErrorCode.PLAINTEXT_REFUSED, LoginDesk.PLAINTEXT_REFUSED);
            return FrameAction.CONTINUE;
        }
        final Fault fault = auth.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return refuse(session, fault);
        }
        if (client.isLoggedIn())
        {
            replies.error(session, decoder.correlationId(), ErrorCode.INVALID_COMMAND, "logged in already");
            return FrameAction.CONTINUE;
        }
        final AuthenticationSubmission submission = logins.submit(
            frame, auth.userOffset(), auth.userLength(), auth.passwordOffset(), auth.passwordLength(), session,
            decoder.correlationId(), decoder.hasTimeout() ? deadlineNs() : loop.nowNs() + LoginDesk.NO_TIMEOUT_NS);
        switch (submission)
        {
            case QUEUED :
                client.stage(Stage.LOGGING_IN);
                session.suspendReading();
                break;
            case FULL :
                replies.error(
                    session, decoder.correlationId(), ErrorCode.SERVER_OVERLOADED, "too many logins at once");
                break;
            case BANNED :
                refuseAsBanned(
                    session, decoder.correlationId(),
                    logins.banWaitMs(session, frame, auth.userOffset(), auth.userLength()));
                break;
            default :
                replies.error(
                    session, decoder.correlationId(), ErrorCode.INVALID_CREDENTIALS, "invalid user name or password");
                break;
        }
        return FrameAction.CONTINUE;
    }

    private void refuseAsBanned(final Session session, final long correlationId, final int waitMs)
    {
        replies.error(
            session, correlationId, ErrorCode.RATE_LIMITED, Outcome.NOT_DONE, Version2Replies.NO_POSITION, waitMs,
            LoginDesk.BANNED);
    }

    void onLogin(
        final ClientState client,
        final long correlationId,
        final String user,
        final Principal principal,
        final AuthenticationOutcome outcome)
    {
        final Session session = client.session();
        switch (outcome)
        {
            case ACCEPTED :
                client.loggedIn(principal);
                session.frameLimit(loop.context().maxFrameLength());
                replies.empty(session, MessageType.AUTH_OK, correlationId);
                break;
            case REFUSED :
                client.stage(Stage.GREETED);
                replies.error(
                    session, correlationId, ErrorCode.INVALID_CREDENTIALS, "invalid user name or password");
                break;
            case BANNED :
                client.stage(Stage.GREETED);
                refuseAsBanned(session, correlationId, logins.banWaitMs(session, user));
                break;
            case LATE :
                client.stage(Stage.GREETED);
                replies.error(
                    session, correlationId, ErrorCode.DEADLINE_EXCEEDED,
                    "the time allowed for the login was over before its turn came: logins wait behind each other");
                break;
            default :
                client.stage(Stage.GREETED);
                replies.error(
                    session, correlationId, ErrorCode.SERVER_OVERLOADED, "the login could not be verified, try again");
                break;
        }
        session.resumeReading();
    }

    // --- reads ---

    private FrameAction onGet(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        final Fault fault = get.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return refuse(session, fault);
        }
        key.wrap(frame, get.keyOffset(), get.keyLength());
        final StoreReader reader = loop.reader();
        final Principal principal = client.principal();
        if (principal.isScoped() &&
            !AccessRules.allowsKey(principal, reader, get.keyspace(), key, 0, get.keyLength()))
        {
            return forbid(session, AccessRules.OUTSIDE_SCOPES);
        }
        if (!reader.hasKeyspace(get.keyspace()))
        {
            return refuseKeyspace(session);
        }
        final boolean isFound;
        try
        {
            isFound = reader.get(get.keyspace(), key, 0, get.keyLength(), value);
        }
        catch (final CorruptionException ex)
        {
            loop.context().errorHandler().onError(ex);
            replies.error(session, decoder.correlationId(), ErrorCode.CORRUPTION, CommandErrors.text(
                CommandStatus.CORRUPTION));
            return FrameAction.CONTINUE;
        }

        loop.audit().absent(!isFound);
        final int valueLength = isFound ? value.value().capacity() : 0;
        final int frameLength = FrameDescriptor.HEADER_LENGTH + GetResult.HEADER_LENGTH + valueLength;
        if (frameLength > loop.context().maxFrameLength())
        {
            replies.error(
                session, decoder.correlationId(), ErrorCode.RESULT_TOO_LARGE,
                "value does not fit into a frame: length=" + valueLength + ", max frame=" +
                    loop.context().maxFrameLength());
            return FrameAction.CONTINUE;
        }
        final int offset = session.claim(frameLength);
        if (offset == Session.NO_ROOM)
        {
            return FrameAction.RETRY;
        }
        final ByteBuffer output = session.output();
        final int message = FrameCodec.begin(output, offset, MessageType.GET_RESULT, decoder.correlationId());
        final int valueOffset = GetResult.put(
            output, message, isFound, valueLength, isFound ? value.sequence() : 0, reader.sequence());
        if (valueLength > 0)
        {
            value.value().getBytes(0, output, valueOffset, valueLength);
        }
        session.commit(codec.seal(output, offset, valueOffset + valueLength));
        return FrameAction.CONTINUE;
    }

    private FrameAction onMultiGet(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        final Fault fault = multiGet.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return refuse(session, fault);
        }
        if (!client.hasRoomForStream() || !loop.hasRoomForRequest(client))
        {
            return FrameAction.RETRY;
        }
        final StoreReader reader = loop.reader();
        if (client.principal().isScoped() && !isMultiGetAllowed(client.principal(), reader, frame))
        {
            return forbid(session, AccessRules.OUTSIDE_SCOPES);
        }
        if (!reader.hasKeyspace(multiGet.keyspace()))
        {
            return refuseKeyspace(session);
        }
        client.addStream(new MultiGetStream(newTarget(session), reader.snapshot(), page, multiGet, frame));
        return FrameAction.CONTINUE;
    }

    private boolean isMultiGetAllowed(
        final Principal principal, final StoreReader reader, final ByteBuffer frame)
    {
        key.wrap(frame);
        multiGet.rewind();
        boolean isAllowed = true;
        while (isAllowed && multiGet.next())
        {
            isAllowed = AccessRules.allowsKey(
                principal, reader, multiGet.keyspace(), key, multiGet.keyOffset(), multiGet.keyLength());
        }
        return isAllowed;
    }

    private FrameAction onScan(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        final Fault fault = scan.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return refuse(session, fault);
        }
        if (!client.hasRoomForStream() || !loop.hasRoomForRequest(client))
        {
            return FrameAction.RETRY;
        }
        final StoreReader reader = loop.reader();
        if (client.principal().isScoped() && !isScanAllowed(client.principal(), reader, frame))
        {
            return forbid(session, AccessRules.OUTSIDE_SCOPES);
        }
        if (!reader.hasKeyspace(scan.keyspace()))
        {
            return refuseKeyspace(session);
        }
        client.addStream(new ScanStream(newTarget(session), reader.snapshot(), page, scan, frame));
        return FrameAction.CONTINUE;
    }

    private boolean isScanAllowed(final Principal principal, final StoreReader reader, final ByteBuffer frame)
    {
        key.wrap(frame);
        return scan.isPrefix()
            ? AccessRules.allowsKey(
                principal, reader, scan.keyspace(), key, scan.fromOffset(), scan.fromLength())
            : AccessRules.allowsRange(
                principal, reader, scan.keyspace(), key, scan.fromOffset(), scan.fromLength(), scan.toOffset(),
                scan.hasTo() ? scan.toLength() : AccessRules.NO_END);
    }

    private FrameAction onStats(final Session session)
    {
        final byte[] json = statistics.json();
        final int offset = session.claim(FrameDescriptor.HEADER_LENGTH + json.length);
        if (offset == Session.NO_ROOM)
        {
            return FrameAction.RETRY;
        }
        final int message = FrameCodec.begin(session.output(), offset, MessageType.STATS_RESULT,
            decoder.correlationId());
        session.output().put(message, json);
        session.commit(codec.seal(session.output(), offset, message + json.length));
        return FrameAction.CONTINUE;
    }

    // --- writes ---

    private FrameAction onWrite(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        final Fault fault = write.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return refuse(session, fault);
        }
        final Principal principal = client.principal();
        if (!principal.mayWrite())
        {
            return forbid(session, AccessRules.NEEDS_WRITE);
        }
        if (principal.isScoped() && !isWriteAllowed(principal, frame))
        {
            return forbid(session, AccessRules.OUTSIDE_SCOPES);
        }
        final long payloadLength = payloadLength();
        if (payloadLength > loop.batchLengthMax())
        {
            return refuse(session, Fault.BATCH_TOO_LARGE);
        }
        final CommandSlot slot = loop.hasRoomForRequest(client) ? loop.tryClaim((int) payloadLength) : null;
        if (slot == null)
        {
            return FrameAction.RETRY;
        }

        putOperations(slot, frame);
        slot.operations(write.operationCount(), Durability.ofCode(write.durability()));
        send(client, slot, ReplyTag.FORM_V2_WRITE);
        return FrameAction.CONTINUE;
    }

    private boolean isWriteAllowed(final Principal principal, final ByteBuffer frame)
    {
        final StoreReader reader = loop.reader();
        key.wrap(frame);
        write.rewind();
        boolean isAllowed = true;
        while (isAllowed && write.next())
        {
            isAllowed = AccessRules.allowsKey(
                principal, reader, write.keyspace(), key, write.keyOffset(), write.keyLength());
        }
        return isAllowed;
    }

    private void send(final ClientState client, final CommandSlot slot, final int form)
    {
        slot.replyTo(
            loop.completions(), client.session().id(), decoder.correlationId(), ReplyTag.of(form, loop.nowNs()));
        if (decoder.hasTimeout())
        {
            slot.deadline(deadlineNs());
        }
        if (decoder.hasRequestId())
        {
            slot.requestId(decoder.clientId(), decoder.requestNumber());
        }
        loop.audit().sent(
            client.session().id(), decoder.correlationId(), slot.payload(), slot.operationCount());
        loop.send(slot);
        client.writeSent();
    }

    private long deadlineNs()
    {
        // Half the range of the clock is as good as for ever, and its difference to now cannot overflow.
        return loop.nowNs() + Math.min(decoder.timeoutUs(), Long.MAX_VALUE / 2_000) * 1_000;
    }

    private long payloadLength()
    {
        long payloadLength = 0;
        write.rewind();
        while (write.next())
        {
            payloadLength += OperationDescriptor.encodedLength(write.keyLength(), write.valueLength());
        }
        return payloadLength;
    }

    private void putOperations(final CommandSlot slot, final ByteBuffer frame)
    {
        int offset = 0;
        write.rewind();
        while (write.next())
        {
            final int keyLength = write.keyLength();
            final int valueLength = write.valueLength();
            OperationDescriptor.putHeader(
                slot.payload(), offset, write.kind(), write.condition(), write.flags(), write.expectedVersion(),
                write.keyspace(), keyLength, valueLength);
            final int userKeyOffset = OperationDescriptor.userKeyOffset(offset);
            slot.payload().putBytes(userKeyOffset, frame, write.keyOffset(), keyLength);
            slot.payload().putBytes(userKeyOffset + keyLength, frame, write.valueOffset(), valueLength);
            offset += OperationDescriptor.encodedLength(keyLength, valueLength);
        }
    }

    void onCompletion(final ClientState client, final Completion completion)
    {
        final Session session = client.session();
        final CommandStatus status = completion.status();
        if (status != CommandStatus.APPLIED && status != CommandStatus.CONDITION_FAILED)
        {
            replies.error(
                session, completion.correlationId(), CommandErrors.code(status),
                status.isDefinite() ? Outcome.NOT_DONE : Outcome.UNKNOWN, Version2Replies.NO_POSITION, 0,
                CommandErrors.text(status));
        }
        else if (ReplyTag.form(completion.tag()) == ReplyTag.FORM_V2_SQL)
        {
            replies.sqlWriteResult(session, completion, (int) ReplyTag.elapsedUs(completion.tag(), loop.nowNs()));
        }
        else
        {
            replies.writeResult(session, completion);
        }
    }

    // --- SQL ---

    private FrameAction onSql(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        final Fault fault = sql.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return refuse(session, fault);
        }
        if (!client.hasRoomForStream() || !loop.hasRoomForRequest(client))
        {
            return FrameAction.RETRY;
        }
        try
        {
            return execute(client, sql.parse(loop.sqlParser()));
        }
        catch (final SqlException ex)
        {
            replies.error(
                session, decoder.correlationId(), CommandErrors.code(ex), Outcome.NOT_DONE, ex.position(), 0,
                ex.getMessage());
            return FrameAction.CONTINUE;
        }
    }

    private FrameAction execute(final ClientState client, final Statement statement)
    {
        final Session session = client.session();
        loop.audit().statement(statement);
        final String refusal = rules.refusal(client.principal(), statement);
        if (refusal != null)
        {
            return forbid(session, refusal);
        }
        if (statement instanceof WriteStatement)
        {
            return executeWrite(client, (WriteStatement) statement);
        }
        if (statement instanceof CheckpointStatement)
        {
            return executeCheckpoint(client, (CheckpointStatement) statement);
        }
        final ResultTarget target = newTarget(session);
        if (statement instanceof SelectStatement)
        {
            client.addStream(
                new SqlSelectStream(
                    target, SnapshotSource.of(loop.reader().snapshot(), ((SelectStatement) statement).table()), page,
                    new ResultBudget(loop.limits()), (SelectStatement) statement, loop.nowNs()));
        }
        else if (statement instanceof KillStatement)
        {
            return kill(client, (KillStatement) statement, target);
        }
        else
        {
            return show(client, ((ShowStatement) statement).subject(), target);
        }
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

    @Override
    public String kind()
    {
        return switch (decoder.type())
        {
            case MessageType.GET -> "GET";
            case MessageType.SQL -> "SQL";
            case MessageType.STATS -> "STATS";
            default -> "message " + decoder.type();
        };
    }

    @Override
    public String shownKey()
    {
        if (decoder.type() != MessageType.GET)
        {
            return "";
        }
        final UnsafeBuffer internalKey = new UnsafeBuffer(new byte[Integer.BYTES + key.capacity()]);
        internalKey.putInt(0, get.keyspace(), ByteOrder.BIG_ENDIAN);
        internalKey.putBytes(Integer.BYTES, key, 0, key.capacity());
        return LoopSlowLog.shown(internalKey, 0, internalKey.capacity());
    }

    private FrameAction executeCheckpoint(final ClientState client, final CheckpointStatement statement)
    {
        final long deadlineNs = decoder.hasTimeout() ? deadlineNs() : loop.nowNs() + Long.MAX_VALUE / 2;
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

    private FrameAction executeWrite(final ClientState client, final WriteStatement statement)
    {
        sqlBatch.clear();
        statement.encode(sqlBatch, loop.keyspace(statement));
        if (sqlBatch.lengthBytes() > loop.batchLengthMax())
        {
            return refuse(client.session(), Fault.BATCH_TOO_LARGE);
        }
        final CommandSlot slot = loop.tryClaim(sqlBatch.lengthBytes());
        if (slot == null)
        {
            return FrameAction.RETRY;
        }
        slot.payload().putBytes(0, sqlBatch.buffer(), 0, sqlBatch.lengthBytes());
        slot.operations(sqlBatch.operationCount(), Durability.STORE_DEFAULT);
        send(client, slot, ReplyTag.FORM_V2_SQL);
        return FrameAction.CONTINUE;
    }
}
