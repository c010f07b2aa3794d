package org.velocitydb.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;

import org.velocitydb.transport.network.Connection;

/**
 * A connection's state. The loop's parts ({@link SessionReader}, {@link SessionWriter}, {@link SessionSweeper}) decide
 * what happens to it; this class is what the handler sees of it, and turns what the handler asks for into entries on
 * the loop's lists. The books are kept by its parts: {@link SessionLink} and {@link SessionFlow} about the connection,
 * {@link SessionInput} and {@link SessionOutput} about what is on its way, {@link SessionActivity} about the peer.
 */
final class TransportSession implements Session
{
    private final long id;
    private final LoopState loop;
    private final CloseReason refusal;
    /** Null where the frames are the protocol's own. */
    private final FrameScanner scanner;
    private final ScanProgress scanProgress;
    private final SessionInput input;
    private final SessionOutput output;
    private final SessionLink link;
    private final SessionFlow flow;
    private final SessionActivity activity;
    private Object attachment;
    private int tableIndex;
    private int protocolVersion;
    private int frameLimit;

    private SessionState state = SessionState.OPEN;
    private CloseReason closeReason = CloseReason.PEER_CLOSED;
    private boolean isOnFlushList;
    private boolean isOnDeliveryList;
    private boolean hasHadFrame;
    private boolean isAdmitted;

    /** A new session; {@code refusal} is null unless it is over a limit. */
    TransportSession(
        final long id, final Connection wire, final LoopState loop, final CloseReason refusal, final boolean isScanned)
    {
        this.id = id;
        this.loop = loop;
        this.refusal = refusal;
        final TransportContext context = loop.context();
        isAdmitted = context.timeouts().loginTimeoutNs() == 0;
        scanner = isScanned ? loop.scanner() : null;
        scanProgress = isScanned ? new ScanProgress() : null;
        protocolVersion = isScanned ? scanner.protocolVersion() : NULL_VERSION;
        input = new SessionInput(loop.pool(), isScanned);
        output = new SessionOutput(
            loop.pool(), isAdmitted ? context.maxOutputBytes() : context.initialOutputBytes(),
            context.maxFrameLength());
        frameLimit = context.initialFrameLimit();
        link = new SessionLink(this, wire, loop);
        flow = new SessionFlow(this, wire, loop);
        activity = new SessionActivity(loop.nowNs());
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
        return link.remoteAddress();
    }

    @Override
    public boolean isLoopback()
    {
        return link.remoteAddress().getAddress().isLoopbackAddress();
    }

    @Override
    public boolean isSecure()
    {
        return link.isSecure();
    }

    @Override
    public X509Certificate peerCertificate()
    {
        return link.peerCertificate();
    }

    @Override
    public long openedNs()
    {
        return activity.openedNs();
    }

    @Override
    public long lastActivityNs()
    {
        return activity.activityNs();
    }

    @Override
    public long receivedNs()
    {
        return activity.receivedNs();
    }

    @Override
    public long framesIn()
    {
        return activity.framesIn();
    }

    @Override
    public long bytesIn()
    {
        return activity.bytesIn();
    }

    @Override
    public long bytesOut()
    {
        return activity.bytesOut();
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
        activity.watch();
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
            activity.onOutputBegun(loop.nowNs());
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
        activity.onAnswer(loop.nowNs());
        loop.counters().add(TransportCounter.FRAMES_OUT, 1);
        if (output.isOverSoftLimit() && !flow.isStopped(SessionFlow.STOP_OUTPUT))
        {
            loop.counters().add(TransportCounter.OUTPUT_PRESSURE, 1);
            flow.stop(SessionFlow.STOP_OUTPUT);
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
        return output.isEmpty() && !link.hasHeldOutput();
    }

    @Override
    public void suspendReading()
    {
        flow.stop(SessionFlow.STOP_SUSPENDED);
    }

    @Override
    public void resumeReading()
    {
        if (flow.isStopped(SessionFlow.STOP_SUSPENDED))
        {
            activity.onReadingResumed(loop.nowNs());
            flow.resume(SessionFlow.STOP_SUSPENDED);
        }
    }

    @Override
    public void closeAfterFlush(final CloseReason reason)
    {
        if (isOpen())
        {
            closeReason = reason;
            activity.awaitFrom(loop.nowNs());
            flow.stop(SessionFlow.STOP_CLOSING);
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

    SessionLink link()
    {
        return link;
    }

    SessionFlow flow()
    {
        return flow;
    }

    SessionActivity activity()
    {
        return activity;
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
}
