package org.velocitydb.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * Stores of keys in memory, which is what the JDK wants to be given.
 */
final class Keys
{
    /** It protects nothing: the store is never written. */
    private static final char[] PASSWORD = {};

    private Keys()
    {
    }

    static KeyStore emptyStore() throws GeneralSecurityException
    {
        final KeyStore store = KeyStore.getInstance("PKCS12");
        try
        {
            store.load(null, null);
        }
        catch (final IOException ex)
        {
            throw new GeneralSecurityException("nothing is read, so this cannot be", ex);
        }
        return store;
    }

    static KeyManager[] managers(final ServerCertificate certificate) throws GeneralSecurityException
    {
        final KeyStore store = emptyStore();
        store.setKeyEntry("server", certificate.key(), PASSWORD, certificate.chain().toArray(X509Certificate[]::new));
        final KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, PASSWORD);
        return factory.getKeyManagers();
    }
}
