package org.velocitydb.server.cli;

import java.nio.file.Path;

import org.velocitydb.client.ClientOptions;

/**
 * How a command makes sure that it speaks with the right server, and that nobody listens.
 *
 * @param isTls       whether TLS is spoken.
 * @param fingerprint that the server must have, or null.
 * @param authorities that vouch for the server, a PEM file, or null.
 * @param certificate that logs in in the place of a password, a PEM file, or null.
 * @param privateKey  of the certificate, a PEM file, or null.
 */
record ServerTrust(boolean isTls, String fingerprint, Path authorities, Path certificate, Path privateKey)
{
    /** Known servers without TLS. */
    static final ServerTrust PLAIN = new ServerTrust(false, null, null, null, null);

    boolean hasCertificate()
    {
        return certificate != null;
    }

    boolean needsTls()
    {
        return isTls || authorities != null || certificate != null;
    }

    void apply(final ClientOptions options)
    {
        if (isTls)
        {
            options.tls();
        }
        if (fingerprint != null)
        {
            options.trustFingerprint(fingerprint);
        }
        if (authorities != null)
        {
            options.trustAuthorities(authorities);
        }
        if (certificate != null)
        {
            options.certificate(certificate, privateKey);
        }
    }
}
