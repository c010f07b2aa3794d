package org.velocitydb.server.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges client certificates by the authorities that the configuration names, as the JDK does it, and says in one line
 * what was wrong and with whose certificate. Any thread.
 */
final class ClientTrust extends X509ExtendedTrustManager
{
    private final X509ExtendedTrustManager judge;

    private ClientTrust(final X509ExtendedTrustManager judge)
    {
        this.judge = judge;
    }

    static ClientTrust of(final List<X509Certificate> authorities) throws GeneralSecurityException
    {
        final KeyStore store = Keys.emptyStore();
        for (int i = 0; i < authorities.size(); i++)
        {
            store.setCertificateEntry("ca-" + i, authorities.get(i));
        }
        final TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (final TrustManager manager : factory.getTrustManagers())
        {
            if (manager instanceof final X509ExtendedTrustManager found)
            {
                return new ClientTrust(found);
            }
        }
        throw new GeneralSecurityException("the JDK has no PKIX trust manager");
    }

    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String authType, final SSLEngine engine)
        throws CertificateException
    {
        try
        {
            judge.checkClientTrusted(chain, authType, engine);
        }
        catch (final CertificateException ex)
        {
            // Without its cause: this is the innermost message, which is the one that is shown.
            throw new CertificateException(refusal(chain[0], ex));
        }
    }

    private static String refusal(final X509Certificate certificate, final CertificateException failure)
    {
        return "client certificate is refused: reason=" + reason(certificate, failure) +
            ", subject=" + certificate.getSubjectX500Principal() +
            ", issuer=" + certificate.getIssuerX500Principal() +
            ", serial=" + certificate.getSerialNumber().toString(16);
    }

    private static String reason(final X509Certificate certificate, final CertificateException failure)
    {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof CertPathValidatorException))
        {
            cause = cause.getCause();
        }
        if (cause instanceof final CertPathValidatorException path)
        {
            if (path.getReason() == CertPathValidatorException.BasicReason.EXPIRED)
            {
                return "expired on " + Instant.ofEpochMilli(certificate.getNotAfter().getTime());
            }
            if (path.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID)
            {
                return "valid only from " + Instant.ofEpochMilli(certificate.getNotBefore().getTime());
            }
        }
        return "none of the authorities in tls.client_ca vouches for it (" + cause.getMessage() + ")";
    }

    @Override
    public X509Certificate[] getAcceptedIssuers()
    {
        return judge.getAcceptedIssuers();
    }

    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String authType) throws CertificateException
    {
        throw new CertificateException("only engines are served here");
    }

    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String authType, final Socket socket)
        throws CertificateException
    {
        throw new CertificateException("only engines are served here");
    }

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String authType) throws CertificateException
    {
        throw new CertificateException("a server trusts no server");
    }

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String authType, final Socket socket)
        throws CertificateException
    {
        throw new CertificateException("a server trusts no server");
    }

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String authType, final SSLEngine engine)
        throws CertificateException
    {
        throw new CertificateException("a server trusts no server");
    }
}
