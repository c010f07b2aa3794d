package org.velocitydb.transport;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.Poller;

/**
 * What the parts of one event loop share: its collaborators, its sessions, the lists of what is to be done in this
 * cycle, and the cycle's time. Used on the loop's thread alone, but for {@code openCount} and {@code addressCounts},
 * which count the sessions of all loops.
 */
final class LoopState
{
    private final TransportContext context;
    private final SessionHandler handler;
    /** Null where no sessions are scanned. */
    private final FrameScanner scanner;
    private final Poller poller;
    private final BufferPool pool;
    private final AtomicInteger openCount;
    /** Null where no TLS is spoken. */
    private final TlsLoop tls;
    private final AddressCounts addressCounts;
    private final TransportCounters counters = new TransportCounters();
    private final SessionTable sessions = new SessionTable();
    private final SessionList flushList = new SessionList();
    private final SessionList deliveryList = new SessionList();
    private int refusedCount;
    private long nowNs;

    LoopState(
        final TransportContext context,
        final SessionHandler handler,
        final Poller poller,
        final BufferPool pool,
        final AtomicInteger openCount,
        final AddressCounts addressCounts,
        final TlsLoop tls)
    {
        this.context = context;
        this.handler = handler;
        scanner = context.scannedBindAddress() == null ? null : handler.scanner();
        this.poller = poller;
        this.pool = pool;
        this.openCount = openCount;
        this.tls = tls;
        this.addressCounts = addressCounts;
    }

    TransportContext context()
    {
        return context;
    }

    SessionHandler handler()
    {
        return handler;
    }

    FrameScanner scanner()
    {
        return scanner;
    }

    Poller poller()
    {
        return poller;
    }

    TlsLoop tls()
    {
        return tls;
    }

    BufferPool pool()
    {
        return pool;
    }

    TransportCounters counters()
    {
        return counters;
    }

    SessionTable sessions()
    {
        return sessions;
    }

    SessionList flushList()
    {
        return flushList;
    }

    SessionList deliveryList()
    {
        return deliveryList;
    }

    int refusedCount()
    {
        return refusedCount;
    }

    long nowNs()
    {
        return nowNs;
    }

    void nowNs(final long value)
    {
        nowNs = value;
    }

    /** Has the session written, or its closing carried on, at the end of this cycle. */
    void needsFlush(final TransportSession session)
    {
        if (!session.isOnFlushList())
        {
            session.isOnFlushList(true);
            flushList.add(session);
        }
    }

    /** Has what the session keeps handed over in the next cycle. */
    void needsDelivery(final TransportSession session)
    {
        if (!session.isOnDeliveryList())
        {
            session.isOnDeliveryList(true);
            deliveryList.add(session);
        }
    }

    /** Takes a new session in; the handler is told of it unless it is over the limit. */
    void open(final TransportSession session)
    {
        sessions.add(session);
        if (session.isRefused())
        {
            refusedCount++;
            return;
        }
        counters.add(TransportCounter.OPEN, 1);
        try
        {
            handler.onOpen(session);
        }
        catch (final RuntimeException ex)
        {
            onHandlerFailure(session, ex);
        }
    }

    /** Ends a session that nothing came from for long unless it waits for the handler, and lets that say so. */
    void closeIdle(final TransportSession session)
    {
        try
        {
            if (handler.onIdle(session))
            {
                session.closeAfterFlush(CloseReason.IDLE_TIMEOUT);
            }
        }
        catch (final RuntimeException ex)
        {
            onHandlerFailure(session, ex);
        }
    }

    /** Has the handler ask a silent peer whether it is there, which is no activity of that peer. */
    void ask(final TransportSession session)
    {
        final long activityNs = session.lastActivityNs();
        try
        {
            if (handler.onSilent(session))
            {
                session.activity().asked(activityNs, nowNs);
            }
        }
        catch (final RuntimeException ex)
        {
            onHandlerFailure(session, ex);
        }
    }

    /** Ends a session that did not log in in time, and lets the handler say so. */
    void closeLate(final TransportSession session)
    {
        try
        {
            handler.onLoginTimeout(session);
            session.closeAfterFlush(CloseReason.LOGIN_TIMEOUT);
        }
        catch (final RuntimeException ex)
        {
            onHandlerFailure(session, ex);
        }
    }

    /** A connection that counted against the limits is gone. */
    void release(final Connection connection)
    {
        openCount.decrementAndGet();
        addressCounts.remove(connection.remoteAddress().getAddress());
    }

    /** Ends a session at once. May be called for one that is closed already. */
    void close(final TransportSession session, final CloseReason reason)
    {
        if (session.state() == SessionState.CLOSED)
        {
            return;
        }
        session.state(SessionState.CLOSED);
        session.flow().stop(SessionFlow.STOP_CLOSING);
        session.link().connection().close();
        session.input().release();
        session.sessionOutput().release();
        sessions.remove(session);
        counters.onClosed(reason);
        if (session.isRefused())
        {
            refusedCount--;
            return;
        }
        counters.add(TransportCounter.OPEN, -1);
        // Last of the counts: who has seen that nothing is open finds it in the others, too.
        release(session.link().connection());
        tellClosed(session, reason);
    }

    /**
     * The connection broke, or its TLS failed; where the session was to be closed anyway, that keeps its reason. What
     * the system says about a broken connection differs between systems and helps nobody; why TLS failed is told.
     */
    void closeBroken(final TransportSession session, final IOException failure)
    {
        if (!session.isOpen())
        {
            close(session, session.closeReason());
        }
        else if (failure instanceof TlsException && !session.isRefused())
        {
            tellTlsFailure(session, failure.getMessage());
            close(session, CloseReason.TLS_FAILED);
        }
        else
        {
            close(session, CloseReason.PEER_RESET);
        }
    }

    private void tellTlsFailure(final TransportSession session, final String reason)
    {
        try
        {
            handler.onTlsFailure(session, reason);
        }
        catch (final RuntimeException ex)
        {
            context.errorHandler().onError(ex);
        }
    }

    /** A handler threw: the error is told, and the session that it happened in ends. */
    void onHandlerFailure(final TransportSession session, final RuntimeException failure)
    {
        context.errorHandler().onError(failure);
        close(session, CloseReason.HANDLER_FAILED);
    }

    private void tellClosed(final TransportSession session, final CloseReason reason)
    {
        try
        {
            handler.onClosed(session, reason);
        }
        catch (final RuntimeException ex)
        {
            context.errorHandler().onError(ex);
        }
    }
}
