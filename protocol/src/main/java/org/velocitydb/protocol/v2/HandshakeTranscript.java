package org.velocitydb.protocol.v2;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a server signs in its SERVER_HELLO, and the fingerprint by which people know its key.
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  |  "VelocityDB v2 server hello" in ASCII, and one NUL byte      |  27 bytes
 *  +---------------------------------------------------------------+
 *  |  Client Nonce                                                 |  32 bytes
 *  +---------------------------------------------------------------+
 *  |  Server Nonce                                                 |  32 bytes
 *  +---------------------------------------------------------------+
 *  |  SHA-256 of the public key (X.509 SubjectPublicKeyInfo)       |  32 bytes
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The client's nonce keeps an old signature from being played again; the text keeps this signature from meaning
 * anything elsewhere.
 */
public final class HandshakeTranscript
{
    /** Bytes of either nonce. */
    public static final int NONCE_LENGTH = 32;
    /** Characters of a fingerprint: SHA-256 in lower-case hexadecimal digits. */
    public static final int FINGERPRINT_LENGTH = 64;

    private static final byte[] CONTEXT = "VelocityDB v2 server hello\0".getBytes(StandardCharsets.US_ASCII);

    private HandshakeTranscript()
    {
    }

    /**
     * The bytes to be signed, or to be verified.
     *
     * @param clientNonce {@link #NONCE_LENGTH} bytes.
     * @param serverNonce {@link #NONCE_LENGTH} bytes.
     * @param publicKey   X.509 SubjectPublicKeyInfo.
     * @return a new array.
     */
    public static byte[] bytes(final byte[] clientNonce, final byte[] serverNonce, final byte[] publicKey)
    {
        if (clientNonce.length != NONCE_LENGTH || serverNonce.length != NONCE_LENGTH)
        {
            throw new IllegalArgumentException(
                "nonce has a wrong length: client=" + clientNonce.length + ", server=" + serverNonce.length +
                    ", expected=" + NONCE_LENGTH);
        }
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(CONTEXT);
        out.writeBytes(clientNonce);
        out.writeBytes(serverNonce);
        out.writeBytes(sha256(publicKey));
        return out.toByteArray();
    }

    /**
     * Fingerprint of a key.
     *
     * @param publicKey X.509 SubjectPublicKeyInfo.
     * @return {@link #FINGERPRINT_LENGTH} lower-case hexadecimal digits.
     */
    public static String fingerprint(final byte[] publicKey)
    {
        final byte[] hash = sha256(publicKey);
        final StringBuilder digits = new StringBuilder(FINGERPRINT_LENGTH);
        for (final byte octet : hash)
        {
            digits.append(Character.forDigit((octet >> 4) & 0xF, 16)).append(Character.forDigit(octet & 0xF, 16));
        }
        return digits.toString();
    }

    private static byte[] sha256(final byte[] bytes)
    {
        try
        {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        }
        catch (final NoSuchAlgorithmException ex)
        {
            throw new IllegalStateException("every JDK has SHA-256", ex);
        }
    }
}
