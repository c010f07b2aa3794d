package org.velocitydb.client;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.HandshakeTranscript;

/**
 * Judges a server's certificate, for one handshake: by authorities where the options name some, and by the fingerprint
 * of its key where they name none or pin one. Why it was refused is kept, since an exception that is thrown within a
 * handshake comes out of it as another.
 */
final class TlsTrust extends X509ExtendedTrustManager
{
    private static final char[] NO_PASSWORD = {};

    private final ClientOptions options;
    private X509ExtendedTrustManager authorities;
    private String fingerprint;
    private VelocityException refusal;

    TlsTrust(final ClientOptions options)
    {
        this.options = options;
    }

    SSLContext newContext() throws GeneralSecurityException, IOException
    {
        if (options.tlsOptions().hasAuthorities())
        {
            authorities = authorities();
        }
        final SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys(), new TrustManager[]{ this }, new SecureRandom());
        return context;
    }

    /** Of the server's key, once the handshake is done. */
    String fingerprint()
    {
        return fingerprint;
    }

    /** Why the server is not to be trusted, or null. */
    VelocityException refusal()
    {
        return refusal;
    }

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String authType, final Socket socket)
        throws CertificateException
    {
        final String found = HandshakeTranscript.fingerprint(chain[0].getPublicKey().getEncoded());
        try
        {
            if (authorities != null)
            {
                authorities.checkServerTrusted(chain, authType, socket);
            }
            if (authorities == null || options.trustPolicy() == TrustPolicy.PINNED)
            {
                new FingerprintTrust(options).check(found);
            }
        }
        catch (final CertificateException ex)
        {
            refusal = new VelocityException(
                ErrorCode.NOT_AUTHENTICATED, Outcome.NOT_DONE,
                "server's certificate is not to be trusted: server=" + options.server() + ", subject=" +
                    chain[0].getSubjectX500Principal() + ", reason=" + innermost(ex),
                ex);
            throw ex;
        }
        catch (final VelocityException ex)
        {
            refusal = ex;
            throw new CertificateException(ex.getMessage(), ex);
        }
        fingerprint = found;
    }

    private static String innermost(final Throwable failure)
    {
        Throwable cause = failure;
        while (cause.getCause() != null)
        {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    private X509ExtendedTrustManager authorities() throws GeneralSecurityException, IOException
    {
        KeyStore store = options.tlsOptions().trustStore();
        if (store == null)
        {
            store = emptyStore();
            final List<X509Certificate> certificates = Pem.certificates(options.tlsOptions().authoritiesFile());
            for (int i = 0; i < certificates.size(); i++)
            {
                store.setCertificateEntry("ca-" + i, certificates.get(i));
            }
        }
        final TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (final TrustManager manager : factory.getTrustManagers())
        {
            if (manager instanceof final X509ExtendedTrustManager found)
            {
                return found;
            }
        }
        throw new GeneralSecurityException("the JDK has no PKIX trust manager");
    }

    private KeyManager[] keys() throws GeneralSecurityException, IOException
    {
        if (options.tlsOptions().certificateFile() == null)
        {
            return new KeyManager[0];
        }
        final List<X509Certificate> chain = Pem.certificates(options.tlsOptions().certificateFile());
        final PrivateKey key = Pem.privateKey(options.tlsOptions().certificateKey());
        if (!Pem.isPair(chain.get(0), key))
        {
            // Else the server would end the handshake, and nothing would say why.
            throw new IOException(
                "private key does not belong to the certificate: certificate=" +
                    options.tlsOptions().certificateFile() + ", key=" + options.tlsOptions().certificateKey());
        }
        final KeyStore store = emptyStore();
        store.setKeyEntry("client", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        final KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException
    {
        final KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers()
    {
        return new X509Certificate[0];
    }

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String authType) throws CertificateException
    {
        throw new CertificateException("only sockets are served here");
    }

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String authType, final SSLEngine engine)
        throws CertificateException
    {
        throw new CertificateException("only sockets are served here");
    }

    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String authType) throws CertificateException
    {
        throw new CertificateException("a client trusts no client");
    }

    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String authType, final Socket socket)
        throws CertificateException
    {
        throw new CertificateException("a client trusts no client");
    }

    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String authType, final SSLEngine engine)
        throws CertificateException
    {
        throw new CertificateException("a client trusts no client");
    }
}
