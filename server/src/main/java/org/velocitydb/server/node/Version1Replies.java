package org.velocitydb.server.node;

import java.nio.charset.StandardCharsets;

import org.agrona.DirectBuffer;
import org.velocitydb.protocol.v1.FrameEncoder;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.Session;

/**
 * Appends the answers of version 1 to a session's output. Owned by one event loop.
 */
final class Version1Replies
{
    private final FrameEncoder encoder;
    private final RequestAudit audit;

    Version1Replies(final FrameEncoder encoder, final RequestAudit audit)
    {
        this.encoder = encoder;
        this.audit = audit;
    }

    /**
     * Appends a frame.
     *
     * @param session to answer.
     * @param type    of the frame.
     * @param payload buffer of the payload.
     * @param length  of the payload in bytes.
     * @return false where there is no room.
     */
    boolean tryReply(final Session session, final int type, final DirectBuffer payload, final int length)
    {
        final int offset = session.claim(FrameEncoder.frameLength(length));
        if (offset == Session.NO_ROOM)
        {
            return false;
        }
        if (length > 0)
        {
            payload.getBytes(0, session.output(), FrameEncoder.payloadOffset(offset), length);
        }
        session.commit(encoder.seal(session.output(), offset, type, length));
        return true;
    }

    /**
     * Appends a response that will not be made again. Without room for it the connection ends, since a peer that waits
     * for it would take the next response for this one.
     *
     * @param session to answer.
     * @param type    of the frame.
     * @param payload that holds it.
     * @param length  of the payload.
     */
    void reply(final Session session, final int type, final DirectBuffer payload, final int length)
    {
        if (!tryReply(session, type, payload, length))
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
        }
    }

    /**
     * Appends a short frame. A peer that has left no room even for that is let go.
     *
     * @param session to answer.
     * @param type    of the frame.
     * @param text    the payload.
     */
    void reply(final Session session, final int type, final String text)
    {
        reply(session, type, text.getBytes(StandardCharsets.UTF_8));
    }

    void reply(final Session session, final int type, final byte[] payload)
    {
        final int offset = session.claim(FrameEncoder.frameLength(payload.length));
        if (offset == Session.NO_ROOM)
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
            return;
        }
        session.output().put(FrameEncoder.payloadOffset(offset), payload);
        session.commit(encoder.seal(session.output(), offset, type, payload.length));
    }

    void error(final Session session, final String text)
    {
        audit.refused();
        reply(session, MessageType.ERROR, text);
    }
}
