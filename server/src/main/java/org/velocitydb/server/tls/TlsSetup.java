package org.velocitydb.server.tls;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;

import org.velocitydb.server.config.TlsConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.transport.TlsSettings;

/**
 * Makes of the section {@code [tls]} what the transport needs.
 */
public final class TlsSetup
{
    /** Sessions that can be resumed are kept for peers that have not logged in; a few are enough. */
    private static final int SESSION_CACHE_SIZE = 256;
    private static final int SESSION_TIMEOUT_SECONDS = 600;

    private TlsSetup()
    {
    }

    /**
     * The certificate that the server shows.
     *
     * @param config  in which TLS is on, its paths resolved.
     * @param hostKey who the server is.
     * @return its own certificate or the self-made one.
     * @throws TlsFileException when a file cannot be used.
     */
    public static ServerCertificate certificate(
        final TlsConfig config, final HostKey hostKey)
    {
        final Instant now = Instant.now();
        return config.hasOwnCertificate()
            ? ServerCertificate.load(config.certificate(), config.key(), now)
            : ServerCertificate.selfMade(hostKey, now);
    }

    /**
     * The transport's settings.
     *
     * @param config      the section, its paths resolved.
     * @param certificate that the server shows.
     * @return the settings.
     * @throws TlsFileException when a file cannot be used.
     */
    public static TlsSettings settings(
        final TlsConfig config, final ServerCertificate certificate)
    {
        try
        {
            final SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(Keys.managers(certificate), trust(config), new SecureRandom());
            final SSLSessionContext sessions = context.getServerSessionContext();
            sessions.setSessionCacheSize(SESSION_CACHE_SIZE);
            sessions.setSessionTimeout(SESSION_TIMEOUT_SECONDS);
            return new TlsSettings(context, config.mode() == TlsConfig.Mode.REQUIRED, clientAuth(config));
        }
        catch (final GeneralSecurityException ex)
        {
            throw new TlsFileException("TLS cannot be set up", ex);
        }
    }

    private static TrustManager[] trust(final TlsConfig config) throws GeneralSecurityException
    {
        // Without authorities nobody is asked for a certificate, and none would be taken.
        return config.clientAuth() == TlsConfig.ClientAuth.NONE
            ? new TrustManager[0]
            : new TrustManager[]{
                ClientTrust.of(PemFile.certificates(config.clientCa())) };
    }

    private static TlsSettings.ClientAuth clientAuth(final TlsConfig config)
    {
        return switch (config.clientAuth())
        {
            case NONE -> TlsSettings.ClientAuth.NONE;
            case OPTIONAL -> TlsSettings.ClientAuth.OPTIONAL;
            case REQUIRED -> TlsSettings.ClientAuth.REQUIRED;
        };
    }
}
