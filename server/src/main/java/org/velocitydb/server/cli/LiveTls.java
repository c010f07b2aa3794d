package org.velocitydb.server.cli;

import org.velocitydb.server.config.TlsConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.tls.ServerCertificate;
import org.velocitydb.server.tls.TlsSetup;
import org.velocitydb.transport.TlsSettings;

/**
 * What a running server shows and believes in TLS handshakes, read anew with each reload: a certificate is renewed in
 * place, under the same name. One thread reloads.
 */
final class LiveTls
{
    private static final System.Logger LOGGER = System.getLogger(LiveTls.class.getName());

    private final HostKey hostKey;
    private TlsSettings settings;
    private ServerCertificate certificate;

    LiveTls(final HostKey hostKey)
    {
        this.hostKey = hostKey;
    }

    /** What holds for new connections, or null where no TLS is spoken. */
    TlsSettings settings()
    {
        return settings;
    }

    /**
     * Reads the files that a section names. Sessions of before cannot be resumed then, so nobody goes on with a
     * certificate that is no longer believed.
     *
     * @throws org.velocitydb.server.tls.TlsFileException when one of them cannot be used; nothing is changed then.
     */
    void load(final TlsConfig config)
    {
        if (!config.isOn())
        {
            return;
        }
        final ServerCertificate found = TlsSetup.certificate(config, hostKey);
        settings = TlsSetup.settings(config, found);
        if (certificate != null && !certificate.chain().equals(found.chain()) && config.hasOwnCertificate())
        {
            LOGGER.log(
                System.Logger.Level.INFO,
                "new certificate: file=" + config.certificate() + ", until=" +
                    found.chain().get(0).getNotAfter().toInstant() + ", fingerprint=" + found.fingerprint());
        }
        certificate = found;
    }
}
