package org.velocitydb.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;

import org.velocitydb.transport.network.Connection;

/**
 * What a session's bytes go through: the connection, and the TLS on it where that is spoken. Used on the loop's thread
 * alone.
 */
final class SessionLink
{
    /** What the poller watches. */
    private final Connection wire;
    /** What is read and written: the wire, or the TLS on it. */
    private Connection connection;
    /** Null where no TLS is spoken, or none any more once the peer has begun without. */
    private TlsConnection tls;

    /** TLS is spoken where the loop has some; it stops and resumes {@code session} in its handshake. */
    SessionLink(final TransportSession session, final Connection wire, final LoopState loop)
    {
        this.wire = wire;
        tls = loop.tls() == null ? null : new TlsConnection(wire, session, loop.tls(), loop.pool(), loop.counters());
        connection = tls == null ? wire : tls;
    }

    Connection connection()
    {
        return connection;
    }

    Connection wire()
    {
        return wire;
    }

    InetSocketAddress remoteAddress()
    {
        return connection.remoteAddress();
    }

    boolean isSecure()
    {
        return tls != null && tls.isSecure();
    }

    X509Certificate peerCertificate()
    {
        return tls == null ? null : tls.peerCertificate();
    }

    /** The peer speaks no TLS and may do without: what would speak it is not kept for as long as it stays. */
    void speaksPlain()
    {
        connection = wire;
        tls = null;
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

    /** Whether there is more to read than the poller knows of. */
    boolean hasHeldInput()
    {
        return tls != null && tls.hasHeldInput();
    }

    /** Whether something was encrypted that the socket has not taken. */
    boolean hasHeldOutput()
    {
        return tls != null && tls.hasHeldOutput();
    }

    /**
     * Writes what the system takes: first what was encrypted before, then what was appended since.
     *
     * @return bytes that have left.
     */
    int flush(final SessionOutput output) throws IOException
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
}
