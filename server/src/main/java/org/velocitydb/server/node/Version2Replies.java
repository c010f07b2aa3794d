package org.velocitydb.server.node;

import java.nio.charset.StandardCharsets;

import org.velocitydb.engine.command.Completion;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.WriteResult;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.Session;

/**
 * Appends the short answers of version 2 to a session's output. Owned by one event loop.
 */
final class Version2Replies
{
    static final int NO_POSITION = ErrorMessage.NULL_POSITION;

    private final FrameCodec codec;
    private final RequestAudit audit;

    Version2Replies(final FrameCodec codec, final RequestAudit audit)
    {
        this.codec = codec;
        this.audit = audit;
    }

    /**
     * Appends an answer without content.
     *
     * @param session       to answer.
     * @param type          of the answer.
     * @param correlationId of the request.
     * @return false where there is no room.
     */
    boolean empty(final Session session, final int type, final long correlationId)
    {
        final int offset = session.claim(FrameDescriptor.HEADER_LENGTH);
        if (offset == Session.NO_ROOM)
        {
            return false;
        }
        final int limit = FrameCodec.begin(session.output(), offset, type, correlationId);
        session.commit(codec.seal(session.output(), offset, limit));
        return true;
    }

    /**
     * Appends the answer to a write. There is room: writes outstanding are bounded, and so are their answers.
     *
     * @param session    to answer.
     * @param completion what the writer said: applied, or a condition failed.
     */
    void writeResult(final Session session, final Completion completion)
    {
        final int offset = session.claim(FrameDescriptor.HEADER_LENGTH + WriteResult.LENGTH);
        if (offset == Session.NO_ROOM)
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
            return;
        }
        final int message = FrameCodec.begin(session.output(), offset, MessageType.WRITE_RESULT,
            completion.correlationId());
        final int durability = completion.durability().code();
        final int limit;
        switch (completion.status())
        {
            case APPLIED :
                limit = WriteResult.putApplied(
                    session.output(), message, durability, completion.isReplay(), completion.appliedCount(),
                    completion.sequence(), completion.counterValue());
                break;
            default :
                limit = WriteResult.putConditionFailed(
                    session.output(), message, durability, completion.isReplay(), completion.sequence(),
                    completion.failedOperation(), completion.foundVersion());
                break;
        }
        session.commit(codec.seal(session.output(), offset, limit));
    }

    /**
     * Appends the answer to an SQL statement that writes. There is room, as for {@link #writeResult}.
     *
     * @param session         to answer.
     * @param completion      what the writer said.
     * @param executionTimeUs since the request came.
     */
    void sqlWriteResult(final Session session, final Completion completion, final int executionTimeUs)
    {
        final int offset = session.claim(FrameDescriptor.HEADER_LENGTH + SqlResult.HEADER_LENGTH + Integer.BYTES);
        if (offset == Session.NO_ROOM)
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
            return;
        }
        final int message = FrameCodec.begin(session.output(), offset, MessageType.SQL_RESULT,
            completion.correlationId());
        final int rowCountOffset = SqlResult.put(
            session.output(), message, completion.appliedCount(), completion.sequence(), executionTimeUs, 0,
            completion.durability().code());
        final int limit = SqlResult.putRowCount(session.output(), rowCountOffset, 0);
        session.commit(codec.seal(session.output(), offset, limit));
    }

    /**
     * Appends the answer to an SQL statement that has done one thing and tells nothing more. There is room, as for
     * {@link #writeResult}: statements under way are bounded.
     *
     * @param session         to answer.
     * @param correlationId   of the request.
     * @param sequence        of the store, or 0.
     * @param executionTimeUs since the request came.
     */
    void sqlDone(
        final Session session, final long correlationId, final long sequence, final int executionTimeUs)
    {
        sqlDone(session, correlationId, 1, sequence, executionTimeUs);
    }

    /**
     * Appends the answer to an SQL statement that has done something or nothing and tells no more.
     *
     * @param session         to answer.
     * @param correlationId   of the request.
     * @param rowsAffected    by the statement.
     * @param sequence        of the store, or 0.
     * @param executionTimeUs since the request came.
     */
    void sqlDone(
        final Session session,
        final long correlationId,
        final long rowsAffected,
        final long sequence,
        final int executionTimeUs)
    {
        final int offset = session.claim(FrameDescriptor.HEADER_LENGTH + SqlResult.HEADER_LENGTH + Integer.BYTES);
        if (offset == Session.NO_ROOM)
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
            return;
        }
        final int message = FrameCodec.begin(session.output(), offset, MessageType.SQL_RESULT, correlationId);
        final int rowCountOffset = SqlResult.put(
            session.output(), message, rowsAffected, sequence, executionTimeUs, 0, 0);
        session
            .commit(codec.seal(session.output(), offset, SqlResult.putRowCount(session.output(), rowCountOffset, 0)));
    }

    void error(final Session session, final long correlationId, final Fault fault)
    {
        error(session, correlationId, fault.errorCode(), Outcome.NOT_DONE, NO_POSITION, 0, "request refused: " + fault);
    }

    void error(final Session session, final long correlationId, final ErrorCode code, final String text)
    {
        error(session, correlationId, code, Outcome.NOT_DONE, NO_POSITION, 0, text);
    }

    /**
     * Appends an error. A peer that has left no room even for that is let go.
     *
     * @param session       to answer.
     * @param correlationId of the request.
     * @param code          of the error.
     * @param outcome       whether the request may have been done.
     * @param position      in an SQL statement, or {@link #NO_POSITION}.
     * @param retryAfterMs  when it may be worth trying again; 0 where that is not known.
     * @param text          for people.
     */
    void error(
        final Session session,
        final long correlationId,
        final ErrorCode code,
        final Outcome outcome,
        final int position,
        final int retryAfterMs,
        final String text)
    {
        audit.refused(code);
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final int offset = session.claim(FrameDescriptor.HEADER_LENGTH + ErrorMessage.HEADER_LENGTH + bytes.length);
        if (offset == Session.NO_ROOM)
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
            return;
        }
        final int message = FrameCodec.begin(session.output(), offset, MessageType.ERROR, correlationId);
        final int textOffset = ErrorMessage.put(
            session.output(), message, code, outcome, position, retryAfterMs, bytes.length);
        session.output().put(textOffset, bytes);
        session.commit(codec.seal(session.output(), offset, textOffset + bytes.length));
    }
}
