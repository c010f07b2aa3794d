package org.velocitydb.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what it was told, and by default answers each frame with a copy of it. Tests change single answers by
 * overriding.
 */
class RecordingHandler implements SessionHandler
{
    static final byte[] ERROR_FRAME = "<error frame>".getBytes(StandardCharsets.US_ASCII);

    static final byte[] PING_FRAME = "<ping>".getBytes(StandardCharsets.US_ASCII);

    final List<byte[]> frames = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final List<Session> sessions = new ArrayList<>();
    CloseReason lastReason;
    FrameFault lastFault;
    int versionAtFault;

    @Override
    public void onOpen(final Session session)
    {
        sessions.add(session);
        events.add("open");
    }

    @Override
    public FrameAction onFrame(final Session session, final ByteBuffer frame, final int offset, final int length)
    {
        final byte[] bytes = bytes(frame, offset, length);
        if (!echo(session, bytes))
        {
            return FrameAction.RETRY;
        }
        frames.add(bytes);
        return FrameAction.CONTINUE;
    }

    @Override
    public void onProtocolError(final Session session, final FrameFault fault)
    {
        lastFault = fault;
        versionAtFault = session.protocolVersion();
        events.add("fault");
        echo(session, ERROR_FRAME);
    }

    @Override
    public void onRefused(final Session session, final CloseReason reason)
    {
        events.add("refused v" + session.protocolVersion() + (reason == CloseReason.REFUSED ? "" : " " + reason));
        echo(session, ERROR_FRAME);
    }

    @Override
    public boolean onSilent(final Session session)
    {
        events.add("silent");
        return echo(session, PING_FRAME);
    }

    @Override
    public void onLoginTimeout(final Session session)
    {
        echo(session, ERROR_FRAME);
    }

    @Override
    public void onTlsMissing(final Session session)
    {
        echo(session, ("TLS missing v" + session.protocolVersion()).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void onTlsFailure(final Session session, final String reason)
    {
        events.add("TLS failed: " + reason);
    }

    @Override
    public void onClosed(final Session session, final CloseReason reason)
    {
        lastReason = reason;
        events.add("closed " + reason);
    }

    @Override
    public int onDutyCycle(final long nowNs)
    {
        return 0;
    }

    static byte[] bytes(final ByteBuffer frame, final int offset, final int length)
    {
        final byte[] bytes = new byte[length];
        frame.get(offset, bytes);
        return bytes;
    }

    static boolean echo(final Session session, final byte[] bytes)
    {
        final int offset = session.claim(bytes.length);
        if (offset == Session.NO_ROOM)
        {
            return false;
        }
        session.output().put(offset, bytes);
        session.commit(bytes.length);
        return true;
    }
}
