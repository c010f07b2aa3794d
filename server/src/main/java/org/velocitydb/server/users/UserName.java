package org.velocitydb.server.users;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a user may be called: 1 to 64 bytes of UTF-8 without control characters. The protocol separates name and
 * password by a NUL byte, and a name stands in one line of a file and of a log.
 */
public final class UserName
{
    /** Longest name in bytes, as in the protocol. */
    public static final int MAX_LENGTH = 64;

    private UserName()
    {
    }

    /**
     * Checks a name.
     *
     * @param name to check.
     * @return the same name.
     * @throws IllegalArgumentException in words.
     */
    public static String check(final String name)
    {
        final int length = encodedLength(name);
        if (length == 0 || length > MAX_LENGTH)
        {
            throw new IllegalArgumentException(
                "user name length out of range: length=" + length + ", min=1, max=" + MAX_LENGTH);
        }
        if (name.codePoints().anyMatch(UserName::isForbidden))
        {
            throw new IllegalArgumentException("user name has a control character");
        }
        return name;
    }

    private static int encodedLength(final String name)
    {
        try
        {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name)).remaining();
        }
        catch (final CharacterCodingException ex)
        {
            throw new IllegalArgumentException("user name has half a character", ex);
        }
    }

    private static boolean isForbidden(final int c)
    {
        final int type = Character.getType(c);
        return Character.isISOControl(c) || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }
}
