package org.velocitydb.transport;

import java.nio.ByteBuffer;

/**
 * Answers each frame with itself and allocates nothing.
 */
final class EchoHandler implements SessionHandler
{
    @Override
    public void onOpen(final Session session)
    {
        // Nothing is kept with a session.
    }

    @Override
    public FrameAction onFrame(final Session session, final ByteBuffer frame, final int offset, final int length)
    {
        final int answerOffset = session.claim(length);
        if (answerOffset == Session.NO_ROOM)
        {
            return FrameAction.RETRY;
        }
        session.output().put(answerOffset, frame, offset, length);
        session.commit(length);
        return FrameAction.CONTINUE;
    }

    @Override
    public void onProtocolError(final Session session, final FrameFault fault)
    {
        RecordingHandler.echo(session, RecordingHandler.ERROR_FRAME);
    }

    @Override
    public void onRefused(final Session session, final CloseReason reason)
    {
        RecordingHandler.echo(session, RecordingHandler.ERROR_FRAME);
    }

    @Override
    public void onClosed(final Session session, final CloseReason reason)
    {
        // Nothing is kept with a session.
    }

    @Override
    public int onDutyCycle(final long nowNs)
    {
        return 0;
    }
}
