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
    /** Over the limit on connections from one address. */
    ADDRESS_REFUSED,
    /** No whole first frame in time. */
    HANDSHAKE_TIMEOUT,
    /** The handler did not admit the peer in time: it did not log in. */
    LOGIN_TIMEOUT,
    /** A frame was begun and its rest came too slowly. */
    FRAME_TIMEOUT,
    /** Nothing was sent or received for too long. */
    IDLE_TIMEOUT,
    /** The peer did not answer when it was asked whether it is still there. */
    PING_TIMEOUT,
    /** The peer took its answers too slowly. */
    OUTPUT_STALLED,
    /** An operator ended it. */
    KILLED,
    /** The server is going down. */
    SHUTDOWN
}
