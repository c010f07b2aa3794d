package org.velocitydb.server.node;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.FrameFault;
import org.velocitydb.transport.Session;

/**
 * Tells sessions what is no answer of a handler's, each in the protocol that it speaks. Used on the loop's thread
 * alone.
 */
final class SessionNotices
{
    private static final int VERSION_1 = 1;

    private final Version1Replies version1;
    private final Version2Replies version2;
    private final RespHandler resp;

    SessionNotices(final Version1Replies version1, final Version2Replies version2, final RespHandler resp)
    {
        this.version1 = version1;
        this.version2 = version2;
        this.resp = resp;
    }

    /** Says something to a client that has not asked for it. */
    void tell(final Session session, final ErrorCode code, final String text)
    {
        if (session.protocolVersion() != Session.NULL_VERSION)
        {
            refuse(session, code, text);
        }
    }

    /** Says why a session is not served; where its version is not known, in the newest. */
    void refuse(final Session session, final ErrorCode code, final String text)
    {
        if (RespHandler.serves(session))
        {
            resp.tell(session, "ERR " + text);
        }
        else if (session.protocolVersion() == VERSION_1)
        {
            version1.error(session, text);
        }
        else
        {
            version2.error(session, 0, code, text);
        }
    }

    void protocolError(final Session session, final FrameFault fault)
    {
        if (RespHandler.serves(session))
        {
            resp.onProtocolError(session, fault);
        }
        else if (session.protocolVersion() == VERSION_1)
        {
            version1.error(session, fault.message());
        }
        else
        {
            final ErrorCode code = fault == FrameFault.FRAME_TOO_LONG
                ? ErrorCode.FRAME_TOO_LARGE
                : ErrorCode.PROTOCOL_ERROR;
            version2.error(session, 0, code, fault.message());
        }
    }

    /**
     * Asks a peer for a sign of life.
     *
     * @return false where there was no room for the question.
     */
    boolean ping(final Session session)
    {
        return version2.empty(session, MessageType.PING, FrameDescriptor.NULL_CORRELATION_ID);
    }

    /** Says that a login no longer holds. */
    void loginEnded(final ClientState client)
    {
        final Session session = client.session();
        final String text = "the login no longer holds: the user was changed";
        if (client.resp() != null)
        {
            resp.tell(session, "NOAUTH " + text);
        }
        else if (session.protocolVersion() != VERSION_1)
        {
            version2.error(session, 0, ErrorCode.NOT_AUTHENTICATED, text);
        }
        else if (client.isIdle())
        {
            // Where a request is under way this would be taken for its answer.
            version1.error(session, text);
        }
    }

    /** Ends a result that has begun, or where that cannot be said, the connection. */
    void resultFailed(final ClientState client, final long correlationId, final ErrorCode code, final String text)
    {
        if (client.resp() != null)
        {
            // The answer has begun, and what is missing of it would be taken from the next.
            client.session().closeAfterFlush(CloseReason.HANDLER);
        }
        else if (client.session().protocolVersion() == VERSION_1)
        {
            version1.error(client.session(), text);
        }
        else
        {
            version2.error(client.session(), correlationId, code, text);
        }
    }
}
