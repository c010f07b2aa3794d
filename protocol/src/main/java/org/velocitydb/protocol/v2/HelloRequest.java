package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Utf8;

/**
 * HELLO: the client's challenge to the server.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Client Nonce, 32 random bytes                                |
 * ...                                                             ...
 *  +-------------------------------+-------------------------------+
 *  |      Client Name Length       |  Client Name, UTF-8          ...
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * A flyweight for one thread.
 */
public final class HelloRequest
{
    private static final int NONCE_OFFSET = 0;
    private static final int NAME_LENGTH_OFFSET = NONCE_OFFSET + HandshakeTranscript.NONCE_LENGTH;
    private static final int HEADER_LENGTH = NAME_LENGTH_OFFSET + Short.BYTES;

    private ByteBuffer buffer;
    private int offset;
    private int clientNameLength;

    /**
     * Checks a message.
     *
     * @param buffer little-endian.
     * @param offset of the message.
     * @param length of the message in bytes.
     * @return {@link Fault#NONE}, or what is wrong.
     */
    public Fault tryWrap(final ByteBuffer buffer, final int offset, final int length)
    {
        if (length < HEADER_LENGTH)
        {
            return Fault.BAD_LAYOUT;
        }
        this.buffer = buffer;
        this.offset = offset;
        clientNameLength = buffer.getShort(offset + NAME_LENGTH_OFFSET) & 0xFFFF;
        if (length != HEADER_LENGTH + clientNameLength)
        {
            return Fault.BAD_LAYOUT;
        }
        return Utf8.isValid(buffer, offset + HEADER_LENGTH, clientNameLength) ? Fault.NONE : Fault.NOT_UTF8;
    }

    /**
     * Copies the nonce.
     *
     * @param destination of {@link HandshakeTranscript#NONCE_LENGTH} bytes.
     */
    public void clientNonce(final byte[] destination)
    {
        buffer.get(offset + NONCE_OFFSET, destination, 0, HandshakeTranscript.NONCE_LENGTH);
    }

    /**
     * What the client calls itself, for logs. Allocates.
     *
     * @return the name, possibly empty.
     */
    public String clientName()
    {
        return Utf8.text(buffer, offset + HEADER_LENGTH, clientNameLength);
    }

    /**
     * Writes a message.
     *
     * @param buffer      little-endian.
     * @param offset      of the message.
     * @param clientNonce {@link HandshakeTranscript#NONCE_LENGTH} bytes.
     * @param clientName  UTF-8, at most 65,535 bytes.
     * @return offset after it.
     */
    public static int put(
        final ByteBuffer buffer, final int offset, final byte[] clientNonce, final byte[] clientName)
    {
        buffer.put(offset + NONCE_OFFSET, clientNonce, 0, HandshakeTranscript.NONCE_LENGTH);
        return ShortBytes.put(buffer, offset + NAME_LENGTH_OFFSET, clientName);
    }
}
