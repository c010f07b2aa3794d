package org.velocitydb.server.toml;

import java.util.Objects;

/**
 * Something in a file that is refused or worth a warning.
 *
 * @param file    name as the user gave it.
 * @param line    from 1.
 * @param message lower case, without the place.
 */
public record TomlProblem(String file, int line, String message)
{
    /**
     * Checks that nothing is missing.
     */
    public TomlProblem
    {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(message, "message");
    }

    @Override
    public String toString()
    {
        return file + ":" + line + ": " + message;
    }
}
