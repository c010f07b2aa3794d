package org.velocitydb.client;

import java.nio.file.Path;
import java.security.KeyStore;

/**
 * What {@link ClientOptions} say about TLS.
 *
 * @param authoritiesFile  whose certificates are good, in PEM, or null.
 * @param trustStore       the same as a store, or null.
 * @param certificateFile  of the client, in PEM, or null.
 * @param certificateKey   its private key, PKCS#8 in PEM, or null.
 */
record TlsOptions(Path authoritiesFile, KeyStore trustStore, Path certificateFile, Path certificateKey)
{
    static final TlsOptions DEFAULT = new TlsOptions(null, null, null, null);

    boolean hasAuthorities()
    {
        return authoritiesFile != null || trustStore != null;
    }

    boolean hasCertificate()
    {
        return certificateFile != null;
    }

    TlsOptions withAuthorities(final Path file)
    {
        return new TlsOptions(file, null, certificateFile, certificateKey);
    }

    TlsOptions withTrustStore(final KeyStore store)
    {
        return new TlsOptions(null, store, certificateFile, certificateKey);
    }

    TlsOptions withCertificate(final Path file, final Path key)
    {
        return new TlsOptions(authoritiesFile, trustStore, file, key);
    }
}
