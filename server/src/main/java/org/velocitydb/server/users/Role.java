package org.velocitydb.server.users;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a user may do. Each role may do what those before it may.
 */
public enum Role
{
    /** Reads keys, and how the server is. */
    READ,
    /** Writes keys as well. */
    WRITE,
    /** Makes and drops tables and sees and does what concerns the server or other users. */
    ADMIN;

    /** What may be written, in words. */
    public static final String ALLOWED = Stream.of(values()).map(Role::text).collect(Collectors.joining(", "));

    /**
     * The name as it stands in files and on the command line.
     *
     * @return in small letters.
     */
    public String text()
    {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Finds a role by its name.
     *
     * @param text as {@link #text()} gives it.
     * @return the role.
     * @throws IllegalArgumentException in words.
     */
    public static Role of(final String text)
    {
        for (final Role role : values())
        {
            if (role.text().equals(text))
            {
                return role;
            }
        }
        throw new IllegalArgumentException("not a role: " + text + "; allowed: " + ALLOWED);
    }
}
