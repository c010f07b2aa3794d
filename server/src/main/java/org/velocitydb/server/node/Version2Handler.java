package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.GetResult;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.MultiGetRequest;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.server.node.ClientState.Stage;
import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.Session;

/**
 * Serves version 2 on one event loop. GET and WRITE, the requests that a service lives on, allocate nothing once warm.
 */
final class Version2Handler implements LoopSlowLog.Request
{
    private final LoopServices loop;
    private final LoginDesk logins;
    private final ServerStatistics statistics;
    private final FrameDecoder decoder;
    private final FrameCodec codec;
    private final Version2Replies replies;
    private final GetRequest get = new GetRequest();
    private final MultiGetRequest multiGet = new MultiGetRequest();
    private final WriteRequest write = new WriteRequest();
    private final ScanRequest scan = new ScanRequest();
    private final Version2Sql sql;
    private final Version2Logins entrance;
    private final PageWriter page;
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final EntryView value = new EntryView();

    Version2Handler(
        final LoopServices loop,
        final LoginDesk logins,
        final HandshakeSigner signer,
        final ServerStatistics statistics,
        final Runnable wakeLoop)
    {
        this.loop = loop;
        this.logins = logins;
        this.statistics = statistics;
        decoder = FrameDecoder.ofRequests(loop.crc(), loop.context().maxFrameLength());
        codec = new FrameCodec(loop.crc());
        replies = new Version2Replies(codec, loop.audit());
        entrance = new Version2Logins(this, loop, logins, decoder, codec, replies, signer, wakeLoop);
        page = new PageWriter(codec, loop.context().maxFrameLength());
        sql = new Version2Sql(this, loop, statistics, decoder, codec, replies, page);
    }

    Version2Logins entrance()
    {
        return entrance;
    }

    Version2Sql sql()
    {
        return sql;
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
            case MessageType.SQL -> sql.onFrame(client, frame);
            case MessageType.STATS -> onStats(session);
            default -> onConnectionFrame(client, frame);
        };
    }

    FrameAction refuseAsTooMany(final Session session, final int waitMs, final String message)
    {
        replies.error(
            session, decoder.correlationId(), ErrorCode.RATE_LIMITED, Outcome.NOT_DONE, Version2Replies.NO_POSITION,
            waitMs, message);
        return FrameAction.CONTINUE;
    }

    ResultTarget newTarget(final Session session)
    {
        final long snapshotExpiryNs = loop.nowNs() + loop.context().snapshotAgeMaxNs();
        return decoder.hasTimeout() && deadlineNs(session) - snapshotExpiryNs < 0
            ? new ResultTarget(session, decoder.correlationId(), deadlineNs(session), ErrorCode.DEADLINE_EXCEEDED)
            : new ResultTarget(session, decoder.correlationId(), snapshotExpiryNs, ErrorCode.SNAPSHOT_EXPIRED);
    }

    FrameAction refuse(final Session session, final Fault fault)
    {
        replies.error(session, decoder.correlationId(), fault);
        return fault.closesConnection() ? FrameAction.CLOSE : FrameAction.CONTINUE;
    }

    FrameAction forbid(final Session session, final String text)
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
            case MessageType.HELLO -> entrance.onHello(client, frame);
            case MessageType.AUTH -> entrance.onAuth(client, frame);
            case MessageType.PING -> replies.empty(client.session(), MessageType.PONG, decoder.correlationId())
                ? FrameAction.CONTINUE
                : FrameAction.RETRY;
            case MessageType.DISCONNECT -> FrameAction.CLOSE;
            default -> refuse(client.session(), Fault.UNKNOWN_TYPE);
        };
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
        final long ttlMs = isFound ? reader.ttlMs(value) : GetResult.NO_TTL;
        final int frameLength = FrameDescriptor.HEADER_LENGTH + GetResult.headerLength(ttlMs) + valueLength;
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
            output, message, isFound, valueLength, isFound ? value.sequence() : 0, reader.sequence(), ttlMs);
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
        if (!hasRoomForStream(client))
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
        client.addStream(
            loop.heldRequests().hold(
                new MultiGetStream(newTarget(session), reader.snapshot(), page, multiGet, frame),
                decoder.messageLength()));
        return FrameAction.CONTINUE;
    }

    private boolean hasRoomForStream(final ClientState client)
    {
        return client.hasRoomForStream() && loop.hasRoomForRequest(client) &&
            loop.heldRequests().hasRoomFor(decoder.messageLength());
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
        if (!hasRoomForStream(client))
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
        client.addStream(
            loop.heldRequests().hold(
                new ScanStream(newTarget(session), reader.snapshot(), page, scan, frame), decoder.messageLength()));
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

    /** Sends the write that the request at hand asks for. */
    void send(final ClientState client, final CommandSlot slot, final int form)
    {
        slot.replyTo(
            loop.completions(), client.session().id(), decoder.correlationId(), ReplyTag.of(form, loop.nowNs()));
        if (decoder.hasTimeout())
        {
            slot.deadline(deadlineNs(client.session()));
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

    /** The end of the time that the request at hand allows, from when it came: it may have been shown before. */
    long deadlineNs(final Session session)
    {
        // Half the range of the clock is as good as for ever, and its difference to now cannot overflow.
        return session.receivedNs() + Math.min(decoder.timeoutUs(), Long.MAX_VALUE / 2_000) * 1_000;
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
                slot.payload(), offset, write.kind(), write.condition(), write.flags() & WriteRequest.FLAG_SKIP,
                write.expectedVersion(), write.keyspace(), keyLength, valueLength);
            OperationDescriptor.putTtl(slot.payload(), offset, write.ttlMs());
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
            if (status == CommandStatus.CONDITION_FAILED)
            {
                sql.onConditionFailed(session, completion);
                return;
            }
            replies.sqlWriteResult(session, completion, (int) ReplyTag.elapsedUs(completion.tag(), loop.nowNs()));
        }
        else
        {
            replies.writeResult(session, completion);
        }
    }

    @Override
    public String kind()
    {
        return MessageType.name(decoder.type());
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
}
