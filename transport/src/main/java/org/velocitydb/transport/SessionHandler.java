package org.velocitydb.transport;

import java.nio.ByteBuffer;

/**
 * What the server does with frames. There is one handler for each event loop and it is called on that loop's thread
 * alone, so it needs no lock for what it owns. It must not block.
 *
 * <p>The order of calls for one session is {@code onOpen (onFrame | onEndOfInput | onProtocolError)* onClosed}, or
 * {@code onRefused} alone for one over the limit. A call that throws ends its session with {@link
 * CloseReason#HANDLER_FAILED}; the exception goes to {@link TransportContext#errorHandler()} and the loop goes on.
 */
public interface SessionHandler
{
    /**
     * A connection was accepted.
     *
     * @param session new, its version not known yet.
     */
    void onOpen(Session session);

    /**
     * What finds the frames of the sessions that come in at {@link TransportContext#scannedBindAddress()}. Asked for
     * once for each event loop, if there is such an address.
     *
     * @return the scanner, or null where the handler has none.
     */
    default FrameScanner scanner()
    {
        return null;
    }

    /**
     * One whole frame, its magic, version, length and checksum verified.
     *
     * @param session that it came from.
     * @param frame   little-endian, to be used with absolute offsets; its bytes are valid during the call only and are
     *                not to be changed. Its position and limit may be changed freely.
     * @param offset  of the magic number.
     * @param length  of the whole frame in bytes, checksum included.
     * @return what to do next. Where the handler itself called {@link Session#closeAfterFlush(CloseReason)}, any.
     */
    FrameAction onFrame(Session session, ByteBuffer frame, int offset, int length);

    /**
     * The peer will send nothing more, and all its frames have been handed over. By default this closes the session
     * once its answers are flushed. A handler that owes answers it has not appended yet does the same itself when they
     * are; it is given {@link SessionTimeouts#closeTimeoutNs()} for that.
     *
     * @param session that will get no more frames.
     */
    default void onEndOfInput(final Session session)
    {
        session.closeAfterFlush(CloseReason.PEER_CLOSED);
    }

    /**
     * The peer sent what is no frame. The handler may append one error frame, which is flushed before the session is
     * closed.
     *
     * @param session whose {@link Session#protocolVersion()} is {@link Session#NULL_VERSION} where the fault came
     *                before it was known.
     * @param fault   what was wrong.
     */
    void onProtocolError(Session session, FrameFault fault);

    /**
     * Nothing was sent or received for {@link SessionTimeouts#idleTimeoutNs()}. The handler may append one error
     * frame, which is flushed before the session is closed.
     *
     * @param session that is about to be closed.
     * @return whether it is to be closed; false where it waits for an answer that is being made, and the handler is
     *         asked again soon.
     */
    default boolean onIdle(final Session session)
    {
        return true;
    }

    /**
     * Nothing came from a peer that is watched ({@link Session#watch()}) for {@link SessionTimeouts#pingIntervalNs()}.
     * The handler asks it for a sign of life; where none comes for as long again, the session is closed with {@link
     * CloseReason#PING_TIMEOUT}. What comes back is to be answered with {@link FrameAction#ALIVE}.
     *
     * @param session that is silent.
     * @return whether the peer was asked; false where there was no room, and the handler is called again soon.
     */
    default boolean onSilent(final Session session)
    {
        return false;
    }

    /**
     * The session was not admitted ({@link Session#admit()}) within {@link SessionTimeouts#loginTimeoutNs()}. The
     * handler may append one error frame, which is flushed before the session is closed.
     *
     * @param session that is about to be closed.
     */
    default void onLoginTimeout(final Session session)
    {
    }

    /**
     * A connection over {@link TransportContext#maxConnections()} or {@link
     * TransportContext#maxConnectionsPerAddress()}, as soon as its version is known. The handler may append one error
     * frame, which is flushed before the session is closed. Neither {@link #onOpen(Session)} nor {@link
     * #onClosed(Session, CloseReason)} is called for it.
     *
     * @param session good for that one frame.
     * @param reason  {@link CloseReason#REFUSED} or {@link CloseReason#ADDRESS_REFUSED}.
     */
    void onRefused(Session session, CloseReason reason);

    /**
     * The peer speaks without TLS where that is required, as soon as its version is known. The handler may append one
     * error frame, which is flushed before the session is closed.
     *
     * @param session good for that one frame.
     */
    default void onTlsMissing(final Session session)
    {
    }

    /**
     * TLS failed; the session is about to be closed and nothing can be appended to it.
     *
     * @param session whose peer speaks TLS wrongly, or has a certificate that is refused.
     * @param reason  in words, which a peer may have chosen.
     */
    default void onTlsFailure(final Session session, final String reason)
    {
    }

    /**
     * The session is gone; it is not to be used after this call.
     *
     * @param session that is closed.
     * @param reason  why.
     */
    void onClosed(Session session, CloseReason reason);

    /**
     * Once in each duty cycle, after frames were handed over and before answers are flushed: the place to take
     * completions from a queue and append them to their sessions. Whoever fills that queue calls {@link
     * EventLoop#wakeup()} afterwards.
     *
     * @param nowNs the cycle's time.
     * @return how much was done; 0 lets the loop go idle.
     */
    int onDutyCycle(long nowNs);
}
