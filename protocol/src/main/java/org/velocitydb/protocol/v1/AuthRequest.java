package org.velocitydb.protocol.v1;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.Utf8;

/**
 * Payload of AUTH_REQUEST: user name, one NUL byte, password; both UTF-8. The password may hold further NULs, the name
 * cannot.
 *
 * <pre>
 *  +----------------------+------+----------------------------+
 *  |  User (0..64 bytes)  | 0x00 |  Password (0..128 bytes)   |
 *  +----------------------+------+----------------------------+
 * </pre>
 *
 * A flyweight for one thread.
 */
public final class AuthRequest
{
    private int userOffset;
    private int userLength;
    private int passwordLength;

    /**
     * Checks a payload.
     *
     * @param buffer that holds it.
     * @param offset of the payload.
     * @param length of the payload in bytes.
     * @return {@link Fault#NONE}, or what is wrong.
     */
    public Fault tryWrap(final ByteBuffer buffer, final int offset, final int length)
    {
        final int separator = separatorIndex(buffer, offset, length);
        if (separator < 0)
        {
            return length > Limits.MAX_USER_LENGTH ? Fault.CREDENTIALS_TOO_LONG : Fault.BAD_LAYOUT;
        }
        userOffset = offset;
        userLength = separator;
        passwordLength = length - separator - Byte.BYTES;
        if (passwordLength > Limits.MAX_PASSWORD_LENGTH)
        {
            return Fault.CREDENTIALS_TOO_LONG;
        }
        return Utf8.isValid(buffer, userOffset, userLength) && Utf8.isValid(buffer, passwordOffset(), passwordLength)
            ? Fault.NONE
            : Fault.NOT_UTF8;
    }

    /**
     * Where the user name begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int userOffset()
    {
        return userOffset;
    }

    /**
     * Extent of the user name.
     *
     * @return bytes.
     */
    public int userLength()
    {
        return userLength;
    }

    /**
     * Where the password begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int passwordOffset()
    {
        return userOffset + userLength + Byte.BYTES;
    }

    /**
     * Extent of the password.
     *
     * @return bytes.
     */
    public int passwordLength()
    {
        return passwordLength;
    }

    /** Looks no further than a name can be long, so that a payload of NUL-less megabytes costs nothing. */
    private static int separatorIndex(final ByteBuffer buffer, final int offset, final int length)
    {
        final int searched = Math.min(length, Limits.MAX_USER_LENGTH + 1);
        for (int i = 0; i < searched; i++)
        {
            if (buffer.get(offset + i) == 0)
            {
                return i;
            }
        }
        return -1;
    }
}
