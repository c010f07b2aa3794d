package org.velocitydb.transport;

/**
 * Why a session ended. Each has a counter.
 */
public enum CloseReason
{
    /** The peer closed, or ended its stream between two frames. */
    PEER_CLOSED,
    /** The connection broke while it was read or written. */
    PEER_RESET,
    /** The handler asked for it. */
    HANDLER,
    /** The handler threw; the exception went to the error handler. */
    HANDLER_FAILED,
    /** A {@link FrameFault}. */
    PROTOCOL_ERROR,
    /** Over the limit on connections. */
    REFUSED,
    /** TLS failed; see {@link SessionHandler#onTlsFailure(Session, String)}. */
    TLS_FAILED,
    /** It speaks without TLS where TLS is required. */
    TLS_MISSING,
    /** No whole first frame in time. */
    HANDSHAKE_TIMEOUT,
    /** A frame was begun and its rest did not come in time. */
    FRAME_TIMEOUT,
    /** Nothing was sent or received for too long. */
    IDLE_TIMEOUT,
    /** The peer took none of its answers for too long. */
    OUTPUT_STALLED,
    /** An operator ended it. */
    KILLED,
    /** The server is going down. */
    SHUTDOWN
}
