package org.velocitydb.transport;

import java.io.IOException;

import org.velocitydb.transport.network.Poller;

/**
 * The sending side of a loop's sessions: one write for each session at the end of a cycle, for all answers that
 * gathered in it; and the orderly end of sessions that are to be closed. Used on the loop's thread alone;
 * allocation-free.
 */
final class SessionWriter
{
    private final LoopState loop;
    private final TransportCounters counters;

    SessionWriter(final LoopState loop)
    {
        this.loop = loop;
        counters = loop.counters();
    }

    /**
     * Writes for every session that was appended to, or is to be closed, in this cycle.
     *
     * @return how many there were.
     */
    int flushAll()
    {
        final SessionList list = loop.flushList();
        final int count = list.count();
        if (count == 0)
        {
            return 0;
        }
        for (int i = 0; i < count; i++)
        {
            final TransportSession session = list.get(i);
            session.isOnFlushList(false);
            // The others wait for the poller to report room.
            if (!session.flow().isWriteBlocked())
            {
                flush(session);
            }
        }
        list.removeFirst(count);
        return count;
    }

    /**
     * The poller found room to send, or a broken connection.
     */
    void onWritable(final TransportSession session)
    {
        flush(session);
    }

    private void flush(final TransportSession session)
    {
        if (session.state() == SessionState.CLOSED)
        {
            return;
        }
        try
        {
            write(session);
            if (session.state() == SessionState.FLUSHING)
            {
                finish(session);
            }
        }
        catch (final IOException ex)
        {
            loop.closeBroken(session, ex);
        }
    }

    private void write(final TransportSession session) throws IOException
    {
        final SessionOutput output = session.sessionOutput();
        final int written = session.link().flush(output);
        if (written > 0)
        {
            counters.add(TransportCounter.BYTES_OUT, written);
            session.activity().onOutput(written, output.isEmpty(), loop.nowNs());
        }
        final boolean isBlocked = !session.isOutputEmpty();
        if (isBlocked != session.flow().isWriteBlocked())
        {
            session.flow().isWriteBlocked(isBlocked);
        }
        if (session.flow().isStopped(SessionFlow.STOP_OUTPUT) && output.isUnderRestartLimit())
        {
            session.flow().resume(SessionFlow.STOP_OUTPUT);
        }
    }

    private void finish(final TransportSession session) throws IOException
    {
        session.input().release();
        if (session.isOutputEmpty())
        {
            session.link().sayFarewell();
        }
        if (!session.isOutputEmpty())
        {
            session.flow().isWriteBlocked(true);
            return;
        }
        if (session.flow().isStopped(SessionFlow.STOP_ENDED))
        {
            loop.close(session, session.closeReason());
            return;
        }
        session.link().connection().shutdownOutput();
        session.state(SessionState.DRAINING);
        session.flow().interest(Poller.READ);
    }
}
