package org.velocitydb.transport;

/**
 * What a {@link SessionHandler} wants done after a frame.
 */
public enum FrameAction
{
    /** The frame was dealt with: go on with the next. */
    CONTINUE,
    /** The frame says that the peer is there, and nothing else: go on, and do not count it as activity. */
    ALIVE,
    /**
     * Nothing was done, for want of room somewhere behind: hand over the same frame again in a later cycle, and read
     * nothing more from this connection until then.
     */
    RETRY,
    /** The frame was the last one: flush what was answered, then close. */
    CLOSE
}
