package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.Utf8;

/**
 * AUTH: who the client says it is. AUTH_OK, which is empty, or an error answers it.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |         User Length           |  User, UTF-8, 64 bytes at most
 *  +-------------------------------+-------------------------------+
 *  |         Password Length       |  Password, UTF-8, 128 at most
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * A flyweight for one thread. A server overwrites the password in its buffer as soon as it has copied it out.
 */
public final class AuthRequest
{
    private ByteBuffer buffer;
    private int userOffset;
    private int passwordOffset;

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
        this.buffer = buffer;
        userOffset = offset;
        final int limit = offset + length;
        final int userEncodedLength = ShortBytes.encodedLength(buffer, userOffset, limit);
        if (userEncodedLength < 0)
        {
            return Fault.BAD_LAYOUT;
        }
        passwordOffset = userOffset + userEncodedLength;
        final int passwordEncodedLength = ShortBytes.encodedLength(buffer, passwordOffset, limit);
        if (passwordEncodedLength < 0 || passwordOffset + passwordEncodedLength != limit)
        {
            return Fault.BAD_LAYOUT;
        }
        if (userLength() > Limits.MAX_USER_LENGTH || passwordLength() > Limits.MAX_PASSWORD_LENGTH)
        {
            return Fault.CREDENTIALS_TOO_LONG;
        }
        return Utf8.isValid(buffer, userOffset(), userLength()) &&
            Utf8.isValid(buffer, passwordOffset(), passwordLength()) ? Fault.NONE : Fault.NOT_UTF8;
    }

    /**
     * Where the user name begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int userOffset()
    {
        return userOffset + Short.BYTES;
    }

    /**
     * Extent of the user name.
     *
     * @return bytes.
     */
    public int userLength()
    {
        return ShortBytes.length(buffer, userOffset);
    }

    /**
     * Where the password begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int passwordOffset()
    {
        return passwordOffset + Short.BYTES;
    }

    /**
     * Extent of the password.
     *
     * @return bytes.
     */
    public int passwordLength()
    {
        return ShortBytes.length(buffer, passwordOffset);
    }

    /**
     * Writes a message.
     *
     * @param buffer   little-endian.
     * @param offset   of the message.
     * @param user     UTF-8.
     * @param password UTF-8.
     * @return offset after it.
     */
    public static int put(final ByteBuffer buffer, final int offset, final byte[] user, final byte[] password)
    {
        return ShortBytes.put(buffer, ShortBytes.put(buffer, offset, user), password);
    }
}
