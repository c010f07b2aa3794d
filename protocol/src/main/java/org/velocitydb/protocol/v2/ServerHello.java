package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Utf8;

/**
 * SERVER_HELLO: the server's key, and the proof that it holds the private half of it. See {@link HandshakeTranscript}
 * for what is signed.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Server Nonce, 32 random bytes                                |
 * ...                                                             ...
 *  +-------------------------------+-------------------------------+
 *  |      Public Key Length        |  Public Key, X.509 SPKI      ...
 *  +-------------------------------+-------------------------------+
 *  |      Signature Length         |  Signature, Ed25519          ...
 *  +-------------------------------+-------------------------------+
 *  |      Server Version Length    |  Server Version, UTF-8       ...
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * A flyweight for one thread; its accessors allocate, since a handshake happens once per connection.
 */
public final class ServerHello
{
    private static final int NONCE_OFFSET = 0;
    private static final int PUBLIC_KEY_OFFSET = NONCE_OFFSET + HandshakeTranscript.NONCE_LENGTH;

    private ByteBuffer buffer;
    private int offset;
    private int signatureOffset;
    private int serverVersionOffset;

    /**
     * Checks a message.
     *
     * @param buffer little-endian.
     * @param offset of the message.
     * @param length of the message in bytes.
     * @return {@link Fault#NONE}, or what is wrong. The signature is not judged here.
     */
    public Fault tryWrap(final ByteBuffer buffer, final int offset, final int length)
    {
        this.buffer = buffer;
        this.offset = offset;
        final int limit = offset + length;
        if (length < PUBLIC_KEY_OFFSET)
        {
            return Fault.BAD_LAYOUT;
        }
        final int publicKeyLength = ShortBytes.encodedLength(buffer, offset + PUBLIC_KEY_OFFSET, limit);
        if (publicKeyLength < 0)
        {
            return Fault.BAD_LAYOUT;
        }
        signatureOffset = offset + PUBLIC_KEY_OFFSET + publicKeyLength;
        final int signatureLength = ShortBytes.encodedLength(buffer, signatureOffset, limit);
        if (signatureLength < 0)
        {
            return Fault.BAD_LAYOUT;
        }
        serverVersionOffset = signatureOffset + signatureLength;
        final int versionLength = ShortBytes.encodedLength(buffer, serverVersionOffset, limit);
        if (versionLength < 0 || serverVersionOffset + versionLength != limit)
        {
            return Fault.BAD_LAYOUT;
        }
        final int textLength = versionLength - Short.BYTES;
        return Utf8.isValid(buffer, serverVersionOffset + Short.BYTES, textLength) ? Fault.NONE : Fault.NOT_UTF8;
    }

    /**
     * The server's random bytes.
     *
     * @return a copy.
     */
    public byte[] serverNonce()
    {
        final byte[] nonce = new byte[HandshakeTranscript.NONCE_LENGTH];
        buffer.get(offset + NONCE_OFFSET, nonce);
        return nonce;
    }

    /**
     * The server's public key as X.509 SubjectPublicKeyInfo.
     *
     * @return a copy.
     */
    public byte[] publicKey()
    {
        return ShortBytes.bytes(buffer, offset + PUBLIC_KEY_OFFSET);
    }

    /**
     * The signature over the transcript.
     *
     * @return a copy.
     */
    public byte[] signature()
    {
        return ShortBytes.bytes(buffer, signatureOffset);
    }

    /**
     * What the server calls its version.
     *
     * @return text, possibly empty.
     */
    public String serverVersion()
    {
        return new String(ShortBytes.bytes(buffer, serverVersionOffset), StandardCharsets.UTF_8);
    }

    /**
     * Writes a message.
     *
     * @param buffer        little-endian.
     * @param offset        of the message.
     * @param serverNonce   {@link HandshakeTranscript#NONCE_LENGTH} bytes.
     * @param publicKey     X.509 SubjectPublicKeyInfo.
     * @param signature     over the transcript.
     * @param serverVersion UTF-8.
     * @return offset after it.
     */
    public static int put(
        final ByteBuffer buffer,
        final int offset,
        final byte[] serverNonce,
        final byte[] publicKey,
        final byte[] signature,
        final byte[] serverVersion)
    {
        buffer.put(offset + NONCE_OFFSET, serverNonce, 0, HandshakeTranscript.NONCE_LENGTH);
        int next = ShortBytes.put(buffer, offset + PUBLIC_KEY_OFFSET, publicKey);
        next = ShortBytes.put(buffer, next, signature);
        return ShortBytes.put(buffer, next, serverVersion);
    }
}
