package org.velocitydb.protocol.v1;

/**
 * Payload of SERVER_INFO: text, one item a line.
 *
 * <pre>
 *  VelocityDB v0.1.0
 *  Fingerprint: 1f0a... (SHA-256 of the server's public key, 64 hexadecimal digits)
 * </pre>
 */
public final class ServerInfo
{
    private ServerInfo()
    {
    }

    /**
     * Makes the text.
     *
     * @param version     of the server, without a leading v.
     * @param fingerprint 64 hexadecimal digits.
     * @return two lines.
     */
    public static String text(final String version, final String fingerprint)
    {
        return "VelocityDB v" + version + "\nFingerprint: " + fingerprint;
    }
}
