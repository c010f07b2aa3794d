package org.velocitydb.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;

import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.Poller;

/**
 * A connection's state. The loop's parts ({@link SessionReader}, {@link SessionWriter}, {@link SessionSweeper}) decide
 * what happens to it; this class keeps the books, and turns what the handler asks for into entries on the loop's lists.
 *
 * <p>Reading stops for one or more reasons, each a bit of {@code stops}; frames are read only while there is none. The
 * poller's interest in reading follows lazily: it ends when the poller reports bytes that nobody may read, and begins
 * again with the last reason gone. So a handler that answers one request at a time costs no system call, as long as the
 * peer waits for its answers.
 */
final class TransportSession implements Session
{
    /** The handler asked for it. */
    static final int STOP_SUSPENDED = 1;
    /** Too many answers wait. */
    static final int STOP_OUTPUT = 1 << 1;
    /** No buffer for what would be read. */
    static final int STOP_POOL = 1 << 2;
    /** Received bytes wait to be handed over first. */
    static final int STOP_UNDELIVERED = 1 << 3;
    /** The peer's stream ended. */
    static final int STOP_ENDED = 1 << 4;
    /** No frame is taken any more. */
    static final int STOP_CLOSING = 1 << 5;
    /** A TLS handshake waits for a step to be computed, or for the socket. */
    static final int STOP_TLS = 1 << 6;

    /**
     * What a peer has to send of a frame, or take of its answers, in each frame or stall timeout. With the defaults
     * that is 546 bytes a second, less than any line gives, so that only those are let go who hold memory on purpose.
     */
    private static final int MIN_PROGRESS_BYTES = 16 * 1024;

    private static final int STOPS_DELIVERY = STOP_SUSPENDED | STOP_OUTPUT | STOP_CLOSING;

    private final long id;
    /** What the poller watches. */
    private final Connection wire;
    /** What is read and written: the wire, or the TLS on it. */
    private Connection connection;
    /** Null where no TLS is spoken, or none any more once the peer has begun without. */
    private TlsConnection tls;
    private final LoopState loop;
    private final CloseReason refusal;
    /** Null where the frames are the protocol's own. */
    private final FrameScanner scanner;
    private final ScanProgress scanProgress;
    private final SessionInput input;
    private final SessionOutput output;
    private Object attachment;
    private int tableIndex;
    private int protocolVersion;
    private int frameLimit;

    private SessionState state = SessionState.OPEN;
    private CloseReason closeReason = CloseReason.PEER_CLOSED;
    private int stops;
    private int interestOps = Poller.READ;
    private boolean isWriteBlocked;
    private boolean isOnFlushList;
    private boolean isOnDeliveryList;
    private boolean hasHadFrame;
    private boolean isAdmitted;
    private boolean isWatched;
    private boolean isAsked;

    private final long openedNs;
    private long receivedNs;
    private long lastInputNs;
    private long lastOutputNs;
    /** Without what {@link #isAsked} is about. */
    private long activityNs;
    private long inputProgressNs;
    private int inputProgressBytes;
    private int outputProgressBytes;
    /** Since when something is awaited of the peer: the answer to a PING, or once the session is ending its end. */
    private long awaitedSinceNs;
    private long framesIn;
    private long bytesIn;
    private long bytesOut;

    /** A new session; {@code refusal} is null unless it is over a limit. */
    TransportSession(
        final long id, final Connection wire, final LoopState loop, final CloseReason refusal, final boolean isScanned)
    {
        this.id = id;
        this.wire = wire;
        this.loop = loop;
        tls = loop.tls() == null ? null : new TlsConnection(wire, this, loop.tls(), loop.pool(), loop.counters());
        connection = tls == null ? wire : tls;
        this.refusal = refusal;
        final TransportContext context = loop.context();
        isAdmitted = context.loginTimeoutNs() == 0;
        scanner = isScanned ? loop.scanner() : null;
        scanProgress = isScanned ? new ScanProgress() : null;
        protocolVersion = isScanned ? scanner.protocolVersion() : NULL_VERSION;
        input = new SessionInput(loop.pool(), isScanned);
        output = new SessionOutput(
            loop.pool(), isAdmitted ? context.maxOutputBytes() : context.initialOutputBytes(),
            context.maxFrameLength());
        frameLimit = context.initialFrameLimit();
        openedNs = loop.nowNs();
        receivedNs = openedNs;
        lastInputNs = openedNs;
        lastOutputNs = openedNs;
        activityNs = openedNs;
        inputProgressNs = openedNs;
    }

    @Override
    public long id()
    {
        return id;
    }

    @Override
    public int protocolVersion()
    {
        return protocolVersion;
    }

    @Override
    public InetSocketAddress remoteAddress()
    {
        return connection.remoteAddress();
    }

    @Override
    public boolean isLoopback()
    {
        return connection.remoteAddress().getAddress().isLoopbackAddress();
    }

    @Override
    public boolean isSecure()
    {
        return tls != null && tls.isSecure();
    }

    @Override
    public X509Certificate peerCertificate()
    {
        return tls == null ? null : tls.peerCertificate();
    }

    @Override
    public long openedNs()
    {
        return openedNs;
    }

    @Override
    public long lastActivityNs()
    {
        return activityNs;
    }

    @Override
    public long receivedNs()
    {
        return receivedNs;
    }

    @Override
    public long framesIn()
    {
        return framesIn;
    }

    @Override
    public long bytesIn()
    {
        return bytesIn;
    }

    @Override
    public long bytesOut()
    {
        return bytesOut;
    }

    void frameTaken()
    {
        framesIn++;
    }

    void received(final int lengthBytes)
    {
        bytesIn += lengthBytes;
    }

    void sent(final int lengthBytes)
    {
        bytesOut += lengthBytes;
    }

    @Override
    public boolean isOpen()
    {
        return state == SessionState.OPEN;
    }

    @Override
    public Object attachment()
    {
        return attachment;
    }

    @Override
    public void attachment(final Object value)
    {
        attachment = value;
    }

    @Override
    public int frameLimit()
    {
        return frameLimit;
    }

    @Override
    public void frameLimit(final int lengthBytes)
    {
        final int maxFrameLength = loop.context().maxFrameLength();
        if (lengthBytes < FrameLayout.MAX_HEADER_LENGTH || lengthBytes > maxFrameLength)
        {
            throw new IllegalArgumentException(
                "frame limit out of range: length=" + lengthBytes + ", max=" + maxFrameLength);
        }
        frameLimit = lengthBytes;
    }

    @Override
    public void admit()
    {
        isAdmitted = true;
        output.softLimit(loop.context().maxOutputBytes());
    }

    @Override
    public void watch()
    {
        isWatched = true;
    }

    @Override
    public int claim(final int lengthBytes)
    {
        final boolean wasEmpty = output.isEmpty();
        final int offset = isOpen() ? output.claim(lengthBytes) : NO_ROOM;
        if (offset == NO_ROOM)
        {
            loop.counters().add(TransportCounter.NO_ROOM, 1);
            return NO_ROOM;
        }
        if (wasEmpty)
        {
            // The peer's time to take something begins when there is something.
            lastOutputNs = loop.nowNs();
            outputProgressBytes = 0;
        }
        loop.needsFlush(this);
        return offset;
    }

    @Override
    public ByteBuffer output()
    {
        return output.buffer();
    }

    @Override
    public void commit(final int lengthBytes)
    {
        output.commit(lengthBytes);
        activityNs = loop.nowNs();
        loop.counters().add(TransportCounter.FRAMES_OUT, 1);
        if (output.isOverSoftLimit() && !isStopped(STOP_OUTPUT))
        {
            loop.counters().add(TransportCounter.OUTPUT_PRESSURE, 1);
            stop(STOP_OUTPUT);
        }
    }

    @Override
    public boolean hasRoomFor(final int lengthBytes)
    {
        return isOpen() && output.hasRoomFor(lengthBytes);
    }

    @Override
    public boolean isOutputEmpty()
    {
        return output.isEmpty() && (tls == null || !tls.hasHeldOutput());
    }

    @Override
    public void suspendReading()
    {
        stop(STOP_SUSPENDED);
    }

    @Override
    public void resumeReading()
    {
        if (isStopped(STOP_SUSPENDED))
        {
            // The time in which the peer waited for us is not held against it.
            lastInputNs = loop.nowNs();
            inputProgressNs = lastInputNs;
            activityNs = lastInputNs;
            resume(STOP_SUSPENDED);
        }
    }

    @Override
    public void closeAfterFlush(final CloseReason reason)
    {
        if (isOpen())
        {
            closeReason = reason;
            awaitedSinceNs = loop.nowNs();
            stop(STOP_CLOSING);
            state(SessionState.FLUSHING);
            loop.needsFlush(this);
        }
    }

    SessionState state()
    {
        return state;
    }

    /** Every change of state passes through here. */
    void state(final SessionState next)
    {
        if (next.ordinal() <= state.ordinal())
        {
            throw new IllegalStateException("session cannot go back: id=" + id + ", from=" + state + ", to=" + next);
        }
        state = next;
    }

    /** The peer speaks no TLS and may do without: what would speak it is not kept for as long as it stays. */
    void speaksPlain()
    {
        connection = wire;
        tls = null;
    }

    Connection connection()
    {
        return connection;
    }

    Connection wire()
    {
        return wire;
    }

    /** Whether there is more to read than the poller knows of. */
    boolean hasHeldInput()
    {
        return tls != null && tls.hasHeldInput();
    }

    /** Whether a TLS handshake has begun and is not done. */
    boolean isShakingHands()
    {
        return tls != null && tls.isShakingHands();
    }

    /** Whether the peer should speak TLS and does not. */
    boolean isPlainRefused()
    {
        return tls != null && tls.isPlainRefused();
    }

    /**
     * Writes what the system takes: first what was encrypted before, then what was appended since.
     *
     * @return bytes that have left.
     */
    int flush() throws IOException
    {
        if (tls == null)
        {
            return output.flush(connection);
        }
        final int written = tls.flushHeld();
        return tls.hasHeldOutput() ? written : written + output.flush(connection);
    }

    /** Says in TLS, where that is spoken, that nothing more comes; there may be output afterwards. */
    void sayFarewell() throws IOException
    {
        if (tls != null)
        {
            tls.sayFarewell();
        }
    }

    void needsFlush()
    {
        loop.needsFlush(this);
    }

    /** What finds the frames, or null where they are the protocol's own. */
    FrameScanner scanner()
    {
        return scanner;
    }

    ScanProgress scanProgress()
    {
        return scanProgress;
    }

    SessionInput input()
    {
        return input;
    }

    SessionOutput sessionOutput()
    {
        return output;
    }

    boolean isRefused()
    {
        return refusal != null;
    }

    /** Why the session was refused, or null. */
    CloseReason refusal()
    {
        return refusal;
    }

    boolean isAdmitted()
    {
        return isAdmitted;
    }

    CloseReason closeReason()
    {
        return closeReason;
    }

    int tableIndex()
    {
        return tableIndex;
    }

    void tableIndex(final int index)
    {
        tableIndex = index;
    }

    void protocolVersion(final int version)
    {
        protocolVersion = version;
    }

    boolean hasHadFrame()
    {
        return hasHadFrame;
    }

    void onFirstFrame()
    {
        hasHadFrame = true;
    }

    boolean mayRead()
    {
        return stops == 0;
    }

    boolean mayDeliver()
    {
        return (stops & STOPS_DELIVERY) == 0;
    }

    boolean isStopped(final int reason)
    {
        return (stops & reason) != 0;
    }

    void stop(final int reason)
    {
        stops |= reason;
    }

    /** Takes a reason away; what waited for that goes on in the next duty cycle. */
    void resume(final int reason)
    {
        stops &= ~reason;
        if (isStopped(STOP_UNDELIVERED) && mayDeliver())
        {
            loop.needsDelivery(this);
        }
        else if (mayRead())
        {
            // While nobody listened, no answer could be heard.
            awaitedSinceNs = loop.nowNs();
            interest(interestOps | Poller.READ);
            if (hasHeldInput())
            {
                loop.needsDelivery(this);
            }
        }
    }

    /** The peer's stream ended: the rest of the session has an end, too. */
    void endInput()
    {
        stop(STOP_ENDED);
        awaitedSinceNs = loop.nowNs();
    }

    int interestOps()
    {
        return interestOps;
    }

    void interest(final int ops)
    {
        if (ops != interestOps)
        {
            interestOps = ops;
            loop.poller().interest(wire, ops);
        }
    }

    boolean isWriteBlocked()
    {
        return isWriteBlocked;
    }

    void isWriteBlocked(final boolean isBlocked)
    {
        isWriteBlocked = isBlocked;
        interest(isBlocked ? interestOps | Poller.WRITE : interestOps & ~Poller.WRITE);
    }

    boolean isOnFlushList()
    {
        return isOnFlushList;
    }

    void isOnFlushList(final boolean isListed)
    {
        isOnFlushList = isListed;
    }

    boolean isOnDeliveryList()
    {
        return isOnDeliveryList;
    }

    void isOnDeliveryList(final boolean isListed)
    {
        isOnDeliveryList = isListed;
    }

    long lastInputNs()
    {
        return lastInputNs;
    }

    /** Since when the frame that was begun has not got on by {@link #MIN_PROGRESS_BYTES}. */
    long inputProgressNs()
    {
        return inputProgressNs;
    }

    /** Bytes came. A peer that sends a frame byte by byte is not let go on for ever by each of them. */
    void onInput(final int lengthBytes, final boolean isFrameBegun)
    {
        receivedNs = loop.nowNs();
        lastInputNs = receivedNs;
        if (isAsked)
        {
            // Any byte answers. Whether it was more than that, the frame tells.
            isAsked = false;
        }
        else
        {
            activityNs = lastInputNs;
        }
        inputProgressBytes += lengthBytes;
        if (!isFrameBegun || inputProgressBytes >= MIN_PROGRESS_BYTES)
        {
            inputProgressBytes = 0;
            inputProgressNs = lastInputNs;
        }
    }

    /** A frame was handed over. */
    void onFrameEnd(final boolean isActivity)
    {
        inputProgressBytes = 0;
        inputProgressNs = loop.nowNs();
        if (isActivity)
        {
            activityNs = inputProgressNs;
        }
    }

    boolean isWatched()
    {
        return isWatched;
    }

    /** Whether the peer was asked if it is there, and nothing has come from it since. */
    boolean isAsked()
    {
        return isAsked;
    }

    /** The peer was asked now; what the session did last before that stays what it did last. */
    void asked(final long activityBeforeNs)
    {
        isAsked = true;
        awaitedSinceNs = loop.nowNs();
        activityNs = activityBeforeNs;
    }

    /** Since when the peer has neither taken all of its answers nor {@link #MIN_PROGRESS_BYTES} of them. */
    long lastOutputNs()
    {
        return lastOutputNs;
    }

    /** Bytes were sent. */
    void onOutput(final int lengthBytes)
    {
        outputProgressBytes += lengthBytes;
        if (output.isEmpty() || outputProgressBytes >= MIN_PROGRESS_BYTES)
        {
            outputProgressBytes = 0;
            lastOutputNs = loop.nowNs();
            if (!isAsked)
            {
                activityNs = lastOutputNs;
            }
        }
    }

    long awaitedSinceNs()
    {
        return awaitedSinceNs;
    }
}
