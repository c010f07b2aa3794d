package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.sql.CheckpointStatement;
import org.velocitydb.engine.sql.RowsStatement;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.Statement;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.MultiGetRequest;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.server.audit.AuditKeyRole;
import org.velocitydb.server.audit.AuditKind;
import org.velocitydb.server.audit.AuditScope;
import org.velocitydb.server.audit.LoopAudit;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.transport.FrameAction;

/**
 * Says to the audit log what requests are about: which kind, which keys, with what result. Never a value, never the
 * text of a statement. Owned by one event loop; allocation-free for the requests that the handlers serve without
 * allocating.
 *
 * <p>Reads are logged when they have been answered, or when their result has been begun; writes when they have been
 * answered by the writer.
 */
final class RequestAudit
{
    private static final String OK = "OK";
    private static final String STARTED = "STARTED";
    private static final String NOT_FOUND = "NOT_FOUND";
    private static final String REFUSED = "REFUSED";
    private static final String NO_TABLE = "";
    private static final String STATS = "stats";
    /** Version 1 has no correlation ids: one request is under way at a time. */
    private static final long NO_REQUEST = 0;

    private final LoopAudit audit;
    private final StatementAudit statements;
    private final GetRequest get = new GetRequest();
    private final MultiGetRequest multiGet = new MultiGetRequest();
    private final ScanRequest scan = new ScanRequest();
    private final WriteRequest write = new WriteRequest();
    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer pointKey = new UnsafeBuffer(0, 0);
    /** Of the frame that is being handled; null where it is no statement, or one that could not be parsed. */
    private Statement statement;
    private ErrorCode refusal = ErrorCode.SUCCESS;
    private boolean isRefused;
    private boolean isSent;
    private boolean isQueued;
    private boolean isAbsent;
    /** Whether the statement has read {@link #pointKey} and is answered. */
    private boolean isPointSelect;

    RequestAudit(final LoopAudit audit)
    {
        this.audit = audit;
        statements = new StatementAudit(audit);
    }

    /** What connections do is said to it directly. */
    LoopAudit connections()
    {
        return audit;
    }

    /**
     * Before each frame, and before a write is sent that had to look for its rows.
     *
     * @param client that it came from.
     * @return whether it has to wait until the log has room.
     */
    boolean holds(final ClientState client)
    {
        statement = null;
        isRefused = false;
        refusal = ErrorCode.SUCCESS;
        isSent = false;
        isQueued = false;
        isAbsent = false;
        isPointSelect = false;
        return audit.holds(client.isLoggedIn());
    }

    // --- what the handlers find out while they handle a frame ---

    void statement(final Statement parsed)
    {
        statement = parsed;
    }

    /**
     * A statement that was parsed before reads one key.
     *
     * @param parsed    that is about the table; its own key is without meaning.
     * @param keyBuffer of the key.
     * @param offset    of the key.
     * @param length    of the key in bytes.
     */
    void pointSelect(final Statement parsed, final DirectBuffer keyBuffer, final int offset, final int length)
    {
        statement = parsed;
        pointKey.wrap(keyBuffer, offset, length);
        isPointSelect = true;
    }

    void absent(final boolean isKeyAbsent)
    {
        isAbsent = isKeyAbsent;
    }

    /** A command of the Redis protocol waits for EXEC, which is what is logged. */
    void queued()
    {
        isQueued = true;
    }

    /** In version 1 an error is words alone. */
    void refused()
    {
        isRefused = true;
    }

    void refused(final ErrorCode code)
    {
        isRefused = true;
        refusal = code;
    }

    /**
     * A write goes to the writer: its event is kept until it is answered.
     *
     * @param sessionId      that it came from.
     * @param correlationId  of the request.
     * @param operations     as the writer gets them.
     * @param operationCount how many.
     */
    void sent(final long sessionId, final long correlationId, final DirectBuffer operations, final int operationCount)
    {
        isSent = true;
        if (audit.logs(AuditScope.WRITES))
        {
            beginWrite(sessionId, correlationId, operations, operationCount);
            keep(correlationId, operations, operationCount);
        }
    }

    /**
     * A command of the Redis protocol goes to the writer: its event is kept until it is answered. It has no number that
     * its client knows.
     *
     * @param sessionId      that it came from.
     * @param number         of the node's own, by which its answer is found.
     * @param command        of the request.
     * @param operations     as the writer gets them.
     * @param operationCount how many.
     */
    void sentResp(
        final long sessionId,
        final long number,
        final RespCommand command,
        final DirectBuffer operations,
        final int operationCount)
    {
        isSent = true;
        final boolean isWrite = isWrite(command);
        if (audit.logs(isWrite ? AuditScope.WRITES : AuditScope.ALL))
        {
            final AuditKind kindOfOne = isWrite ? kind(OperationDescriptor.kind(operations, 0)) : AuditKind.GET;
            audit.begin(operationCount > 1 ? AuditKind.BATCH : kindOfOne, sessionId, NO_REQUEST);
            audit.statement(command.text(), NO_TABLE);
            keep(number, operations, operationCount);
        }
    }

    private void keep(final long number, final DirectBuffer operations, final int operationCount)
    {
        int offset = 0;
        for (int i = 0; i < operationCount; i++)
        {
            final int kind = OperationDescriptor.kind(operations, offset);
            if (!OperationDescriptor.isDefinition(kind))
            {
                audit.key(
                    role(kind), OperationDescriptor.keyspace(operations, offset), operations,
                    OperationDescriptor.userKeyOffset(offset),
                    OperationDescriptor.keyLength(operations, offset) - Keys.KEYSPACE_LENGTH);
            }
            offset = OperationDescriptor.next(operations, offset);
        }
        audit.keep(number);
    }

    /**
     * The write of a statement goes to the writer that had to look for its rows, after its frame was handled.
     *
     * @param begun          the statement.
     * @param sessionId      that it came from.
     * @param correlationId  of the request.
     * @param operations     as the writer gets them.
     * @param operationCount how many.
     */
    void sentLater(
        final Statement begun,
        final long sessionId,
        final long correlationId,
        final DirectBuffer operations,
        final int operationCount)
    {
        final Statement current = statement;
        final boolean wasSent = isSent;
        statement = begun;
        sent(sessionId, correlationId, operations, operationCount);
        statement = current;
        isSent = wasSent;
    }

    private void beginWrite(
        final long sessionId, final long correlationId, final DirectBuffer operations, final int operationCount)
    {
        if (statement != null)
        {
            statements.begin(statement, sessionId, correlationId);
        }
        else
        {
            final AuditKind kind = operationCount > 1
                ? AuditKind.BATCH
                : kind(OperationDescriptor.kind(operations, 0));
            audit.begin(kind, sessionId, correlationId);
        }
    }

    private static AuditKind kind(final int operationKind)
    {
        return switch (operationKind)
        {
            case OperationDescriptor.KIND_PUT -> AuditKind.PUT;
            case OperationDescriptor.KIND_DELETE -> AuditKind.DELETE;
            default -> AuditKind.OPERATION;
        };
    }

    private static AuditKeyRole role(final int operationKind)
    {
        return switch (operationKind)
        {
            case OperationDescriptor.KIND_PUT -> AuditKeyRole.PUT;
            case OperationDescriptor.KIND_DELETE -> AuditKeyRole.DELETE;
            case OperationDescriptor.KIND_INCREMENT -> AuditKeyRole.INCREMENT;
            case OperationDescriptor.KIND_READ -> AuditKeyRole.READ;
            case OperationDescriptor.KIND_APPEND, OperationDescriptor.KIND_SET_RANGE,
                OperationDescriptor.KIND_EXPIRE -> AuditKeyRole.PUT;
            default -> AuditKeyRole.CHECK;
        };
    }

    // --- what came of it ---

    void completed(final Completion completion)
    {
        final CommandStatus status = completion.status();
        audit.completed(
            completion.token(), completion.correlationId(), status == CommandStatus.APPLIED ? OK : status.name(),
            status == CommandStatus.APPLIED ? completion.sequence() : 0);
    }

    /**
     * Somebody asked for the figures in version 1.
     *
     * @param sessionId that asked.
     */
    void stats(final long sessionId)
    {
        if (audit.logs(AuditScope.ALL))
        {
            publishStats(sessionId, NO_REQUEST);
        }
    }

    private void publishStats(final long sessionId, final long request)
    {
        audit.begin(AuditKind.ADMIN, sessionId, request);
        audit.statement(STATS, NO_TABLE);
        audit.publish(status(OK));
    }

    /**
     * A frame of version 1 that carries a command was handled.
     *
     * @param sessionId that it came from.
     * @param action    what is to become of it.
     */
    void handled(final long sessionId, final FrameAction action)
    {
        if (action != FrameAction.RETRY && !isSent && audit.logs(StatementAudit.scope(statement)))
        {
            publishStatement(sessionId, NO_REQUEST);
        }
    }

    /**
     * A frame of version 2 was handled.
     *
     * @param sessionId that it came from.
     * @param decoder   of the frame.
     * @param frame     little-endian.
     * @param action    what is to become of it.
     */
    void handled(final long sessionId, final FrameDecoder decoder, final ByteBuffer frame, final FrameAction action)
    {
        if (action == FrameAction.RETRY || isSent)
        {
            return;
        }
        final int type = decoder.type();
        final AuditScope scope = switch (type)
        {
            case MessageType.GET, MessageType.MULTI_GET, MessageType.SCAN, MessageType.STATS -> AuditScope.ALL;
            case MessageType.WRITE -> AuditScope.WRITES;
            case MessageType.SQL -> StatementAudit.scope(statement);
            default -> null;
        };
        if (scope == null || !audit.logs(scope))
        {
            return;
        }
        bytes.wrap(frame);
        final long request = decoder.correlationId();
        switch (type)
        {
            case MessageType.GET -> handledGet(sessionId, request, decoder, frame);
            case MessageType.MULTI_GET -> handledMultiGet(sessionId, request, decoder, frame);
            case MessageType.SCAN -> handledScan(sessionId, request, decoder, frame);
            case MessageType.WRITE -> refusedWrite(sessionId, request, decoder, frame);
            case MessageType.SQL -> publishStatement(sessionId, request);
            default -> publishStats(sessionId, request);
        }
    }

    /**
     * A request of the Redis protocol was handled.
     *
     * @param sessionId that it came from.
     * @param command   of the request, or null where it is not known.
     * @param request   cut into its parts.
     * @param keyspace  that it is about.
     * @param action    what is to become of it.
     */
    void handledResp(
        final long sessionId,
        final RespCommand command,
        final RespRequest request,
        final int keyspace,
        final FrameAction action)
    {
        if (action == FrameAction.RETRY || isSent || isQueued || command == null || !isAudited(command))
        {
            return;
        }
        final boolean isWrite = isWrite(command);
        if (!audit.logs(isWrite ? AuditScope.WRITES : AuditScope.ALL))
        {
            return;
        }
        audit.begin(kind(command, isWrite), sessionId, NO_REQUEST);
        audit.statement(command.text(), NO_TABLE);
        final int last = command.lastKey() < 0 ? request.count() - 1 : command.lastKey();
        for (int part = command.firstKey(); part > 0 && part <= last && part < request.count(); part += command
            .keyStep())
        {
            bytes.wrap(request.buffer(), request.offset(part), request.length(part));
            audit.key(
                isWrite ? AuditKeyRole.PUT : AuditKeyRole.READ, keyspace, bytes, 0, request.length(part));
        }
        audit.publish(status(isAbsent ? NOT_FOUND : OK));
    }

    private static boolean isWrite(final RespCommand command)
    {
        return RespCompiler.isWrite(command) || command == RespCommand.FLUSHDB || command == RespCommand.FLUSHALL ||
            command == RespCommand.EXEC;
    }

    /** What is said about the connection itself is none of the log's business. */
    private static boolean isAudited(final RespCommand command)
    {
        return switch (command)
        {
            case AUTH, CLIENT, COMMAND, DISCARD, ECHO, HELLO, MULTI, PING, QUIT, RESET, SELECT, TIME, UNWATCH -> false;
            default -> true;
        };
    }

    private static AuditKind kind(final RespCommand command, final boolean isWrite)
    {
        return switch (command)
        {
            case CONFIG, INFO -> AuditKind.ADMIN;
            case KEYS, SCAN, DBSIZE -> AuditKind.SCAN;
            case MGET, EXISTS, TOUCH -> AuditKind.MULTI_GET;
            case EXEC, FLUSHDB, FLUSHALL, MSET, MSETNX -> AuditKind.BATCH;
            case DEL, UNLINK, GETDEL -> AuditKind.DELETE;
            default -> isWrite ? AuditKind.PUT : AuditKind.GET;
        };
    }

    private String status(final String accepted)
    {
        if (!isRefused)
        {
            return accepted;
        }
        return refusal == ErrorCode.SUCCESS ? REFUSED : refusal.name();
    }

    private void handledGet(
        final long sessionId, final long request, final FrameDecoder decoder, final ByteBuffer frame)
    {
        audit.begin(AuditKind.GET, sessionId, request);
        if (get.tryWrap(frame, decoder.messageOffset(), decoder.messageLength()) == Fault.NONE)
        {
            audit.key(AuditKeyRole.READ, get.keyspace(), bytes, get.keyOffset(), get.keyLength());
        }
        audit.publish(status(isAbsent ? NOT_FOUND : OK));
    }

    private void handledMultiGet(
        final long sessionId, final long request, final FrameDecoder decoder, final ByteBuffer frame)
    {
        audit.begin(AuditKind.MULTI_GET, sessionId, request);
        if (multiGet.tryWrap(frame, decoder.messageOffset(), decoder.messageLength()) == Fault.NONE)
        {
            multiGet.rewind();
            while (multiGet.next())
            {
                audit.key(
                    AuditKeyRole.READ, multiGet.keyspace(), bytes, multiGet.keyOffset(), multiGet.keyLength());
            }
        }
        audit.publish(status(STARTED));
    }

    private void handledScan(
        final long sessionId, final long request, final FrameDecoder decoder, final ByteBuffer frame)
    {
        audit.begin(AuditKind.SCAN, sessionId, request);
        if (scan.tryWrap(frame, decoder.messageOffset(), decoder.messageLength()) == Fault.NONE)
        {
            final AuditKeyRole first = scan.isPrefix() ? AuditKeyRole.PREFIX : AuditKeyRole.FROM;
            audit.key(first, scan.keyspace(), bytes, scan.fromOffset(), scan.fromLength());
            if (scan.hasTo())
            {
                audit.key(AuditKeyRole.TO, scan.keyspace(), bytes, scan.toOffset(), scan.toLength());
            }
        }
        audit.publish(status(STARTED));
    }

    /** It never got to the writer. */
    private void refusedWrite(
        final long sessionId, final long request, final FrameDecoder decoder, final ByteBuffer frame)
    {
        final boolean isReadable = write.tryWrap(frame, decoder.messageOffset(), decoder.messageLength()) == Fault.NONE;
        final boolean isOne = isReadable && write.operationCount() == 1 && write.next();
        audit.begin(isOne ? kind(write.kind()) : AuditKind.BATCH, sessionId, request);
        if (isReadable)
        {
            write.rewind();
            while (write.next())
            {
                audit.key(role(write.kind()), write.keyspace(), bytes, write.keyOffset(), write.keyLength());
            }
        }
        audit.publish(status(OK));
    }

    /**
     * A result that had been begun was given up.
     *
     * @param client that it was for.
     * @param stream that was given up.
     * @param code   why.
     */
    void failed(final ClientState client, final ResultStream stream, final ErrorCode code)
    {
        if (audit.logs(AuditScope.ALL))
        {
            audit.begin(AuditKind.RESULT, client.session().id(), stream.target().correlationId());
            audit.publish(code.name());
        }
    }

    // --- statements ---

    private void publishStatement(final long sessionId, final long request)
    {
        statements.begin(statement, sessionId, request);
        if (isPointSelect)
        {
            audit.key(AuditKeyRole.READ, pointKey, 0, pointKey.capacity());
            audit.publish(status(isAbsent ? NOT_FOUND : OK));
            return;
        }
        if (statement instanceof final SelectStatement select)
        {
            statements.keys(AuditKeyRole.READ, select.predicate());
            audit.publish(status(STARTED));
            return;
        }
        statements.refusedKeys(statement);
        // A checkpoint is made elsewhere and answered later; rows that are found first are told of once they are.
        final boolean isBegun = statement instanceof CheckpointStatement ||
            statement instanceof final RowsStatement rows && rows.isGathering();
        audit.publish(status(isBegun ? STARTED : OK));
    }
}
