package org.velocitydb.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;

/**
 * One connection as its {@link SessionHandler} sees it. It belongs to one event loop; every method is called on that
 * loop's thread. A completion that comes from elsewhere carries the session's {@link #id()} and finds it again with
 * {@link EventLoop#session(long)}.
 *
 * <p>Answers are claimed, encoded in place and committed, at any time in a duty cycle and as often as there are
 * answers; they leave in that order, with one write at the end of the cycle:
 *
 * <pre>
 *     final int offset = session.claim(lengthBytes);
 *     if (offset != Session.NO_ROOM)
 *     {
 *         encoder.encode(session.output(), offset, ...);
 *         session.commit(lengthBytes);
 *     }
 * </pre>
 *
 * What a frame says, its checksum included, is the encoder's business. Allocation-free once warm.
 */
public interface Session
{
    /** Returned by {@link #claim(int)} when the answer has to wait, or the session is closed. */
    int NO_ROOM = -1;
    /** The {@link #protocolVersion()} before the first frame's header came. */
    int NULL_VERSION = 0;

    /**
     * Never given to another session of this transport.
     *
     * @return the id.
     */
    long id();

    /**
     * The version that the first frame fixed.
     *
     * @return 1, 2 or {@link #NULL_VERSION}.
     */
    int protocolVersion();

    /**
     * Who is at the other end.
     *
     * @return the address, also after closing.
     */
    InetSocketAddress remoteAddress();

    /**
     * Whether the peer is on this machine.
     *
     * @return true for a loopback address.
     */
    boolean isLoopback();

    /**
     * Whether the peer speaks TLS. Known before its first frame is handed over.
     *
     * @return true if nobody between here and there can read or change what is sent.
     */
    boolean isSecure();

    /**
     * Who the peer has proved to be in the TLS handshake.
     *
     * @return its certificate, which has been found good, or null where it showed none.
     */
    X509Certificate peerCertificate();

    /**
     * When the connection was accepted.
     *
     * @return on the transport's monotonic clock.
     */
    long openedNs();

    /**
     * When bytes last went either way, but for those that only showed that the peer is there.
     *
     * @return on the transport's monotonic clock.
     */
    long lastActivityNs();

    /**
     * When bytes were last read. Nothing is read while a frame waits to be handed over, again or for the first time, so
     * whatever frame is handed over now had come by then.
     *
     * @return on the transport's monotonic clock.
     */
    long receivedNs();

    /**
     * Whole frames that were taken.
     *
     * @return the count.
     */
    long framesIn();

    /**
     * Bytes received.
     *
     * @return the count.
     */
    long bytesIn();

    /**
     * Bytes sent.
     *
     * @return the count.
     */
    long bytesOut();

    /**
     * Whether answers can still be appended.
     *
     * @return false from {@link #closeAfterFlush(CloseReason)} on.
     */
    boolean isOpen();

    /**
     * The handler's own object.
     *
     * @return what was set last, or null.
     */
    Object attachment();

    /**
     * Keeps the handler's own object with the session.
     *
     * @param attachment any object or null.
     */
    void attachment(Object attachment);

    /**
     * Longest frame that is taken from this session.
     *
     * @return bytes, header and checksum included.
     */
    int frameLimit();

    /**
     * Sets the longest frame that is taken from this session. A session begins with {@link
     * TransportContext#initialFrameLimit()}; the handler raises it once it trusts the peer.
     *
     * @param lengthBytes header and checksum included, at most {@link TransportContext#maxFrameLength()}.
     */
    void frameLimit(int lengthBytes);

    /**
     * Says that the handler trusts the peer from now on. Until then, where {@link SessionTimeouts#loginTimeoutNs()}
     * is set, that time runs and the session holds next to nothing: {@link TransportContext#initialFrameLimit()} bytes
     * of input and {@link TransportContext#initialOutputBytes()} of answers. A second call changes nothing.
     */
    void admit();

    /**
     * Says that the peer can be asked whether it is still there: from now on {@link SessionHandler#onSilent(Session)}
     * is called when nothing has come from it for {@link SessionTimeouts#pingIntervalNs()}. A second call changes
     * nothing.
     */
    void watch();

    /**
     * Finds room for an answer behind those that wait already.
     *
     * @param lengthBytes of the frame.
     * @return its offset in {@link #output()}, or {@link #NO_ROOM} when too much is waiting to be sent, the pool of
     *         buffers is exhausted or the session is not open. Try again in a later {@link
     *         SessionHandler#onDutyCycle(long)}: a cycle comes whenever a peer took some of its answers.
     */
    int claim(int lengthBytes);

    /**
     * Where to encode the last claim: little-endian, to be used with absolute offsets, valid until the next claim of
     * this session. Its position and limit may be changed freely.
     *
     * @return the buffer.
     */
    ByteBuffer output();

    /**
     * Appends what was encoded at the last claim's offset. A claim that is not committed leaves nothing behind.
     *
     * @param lengthBytes of the frame, at most what was claimed.
     */
    void commit(int lengthBytes);

    /**
     * Tells whether {@link #claim(int)} would succeed now.
     *
     * @param lengthBytes of the frame.
     * @return true if there is room.
     */
    boolean hasRoomFor(int lengthBytes);

    /**
     * Whether all answers have been handed to the operating system.
     *
     * @return true if none waits.
     */
    boolean isOutputEmpty();

    /**
     * Hands over no more frames after this one until {@link #resumeReading()}. Cheap: where the peer sends nothing in
     * the meantime, no system call is made.
     */
    void suspendReading();

    /**
     * Hands over frames again, those that came in the meantime first. Takes effect in the next duty cycle or at the end
     * of this one, never inside the call.
     */
    void resumeReading();

    /**
     * Closes once all that was appended has been sent, or after {@link SessionTimeouts#closeTimeoutNs()} whatever
     * comes first. No frame is handed over and nothing can be appended any more. A second call changes nothing.
     *
     * @param reason counted and given to {@link SessionHandler#onClosed(Session, CloseReason)}.
     */
    void closeAfterFlush(CloseReason reason);
}
