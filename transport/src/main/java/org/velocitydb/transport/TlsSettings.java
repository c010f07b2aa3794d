package org.velocitydb.transport;

import java.util.Objects;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * How a transport speaks TLS. Nothing but version 1.3 is spoken. Immutable; any thread.
 *
 * @param sslContext with the server's key and certificate, and with what client certificates are judged by.
 * @param isRequired whether connections that begin without TLS are refused. Where they are not, the first byte of a
 *                   connection tells which it is.
 * @param clientAuth whether clients are asked for certificates.
 */
public record TlsSettings(SSLContext sslContext, boolean isRequired, ClientAuth clientAuth)
{
    private static final String[] PROTOCOLS = { "TLSv1.3" };

    /** Whether a client shows a certificate. */
    public enum ClientAuth
    {
        /** It is not asked. */
        NONE,
        /** It is asked, and need not have one; one that it shows has to be good. */
        OPTIONAL,
        /** It has to show a good one. */
        REQUIRED
    }

    /**
     * Checks that nothing is missing.
     *
     * @param sslContext see above.
     * @param isRequired see above.
     * @param clientAuth see above.
     */
    public TlsSettings
    {
        Objects.requireNonNull(sslContext, "tls.sslContext");
        Objects.requireNonNull(clientAuth, "tls.clientAuth");
    }

    SSLEngine newEngine()
    {
        final SSLEngine engine = sslContext.createSSLEngine();
        engine.setUseClientMode(false);
        final SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        // Each of the two setters undoes the other.
        if (clientAuth == ClientAuth.REQUIRED)
        {
            parameters.setNeedClientAuth(true);
        }
        else
        {
            parameters.setWantClientAuth(clientAuth == ClientAuth.OPTIONAL);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }
}
