package org.velocitydb.transport;

/**
 * What a session is doing. It only ever goes down this list, and may skip.
 */
enum SessionState
{
    /** Frames are taken and answers appended. */
    OPEN,
    /** To be closed: nothing more is taken or appended, what was appended is being sent. */
    FLUSHING,
    /**
     * All was sent and our side of the stream ended. What the peer still sends is thrown away until it ends its side:
     * to close with bytes unread would make the system reset the connection, and the peer could lose our last frame.
     */
    DRAINING,
    /** Gone. */
    CLOSED
}
