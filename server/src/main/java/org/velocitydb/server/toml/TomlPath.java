package org.velocitydb.server.toml;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writing of keys. A part of a key stands bare where TOML allows that and in double quotes where not.
 */
public final class TomlPath
{
    private TomlPath()
    {
    }

    /**
     * One part of a key as TOML wants it.
     *
     * @param part without control characters.
     * @return bare or quoted.
     */
    public static String quoted(final String part)
    {
        if (!part.isEmpty() && part.chars().allMatch(TomlPath::isBare))
        {
            return part;
        }
        return '"' + part.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /**
     * A whole key with dots between its parts.
     *
     * @param path parts.
     * @return the key.
     */
    public static String joined(final List<String> path)
    {
        return path.stream().map(TomlPath::quoted).collect(Collectors.joining("."));
    }

    static boolean isBare(final int c)
    {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
    }
}
