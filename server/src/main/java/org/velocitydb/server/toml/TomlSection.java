package org.velocitydb.server.toml;

import java.util.List;

/**
 * The header {@code [path]} of a section, or {@code [[path]]} of one in an array.
 *
 * @param path         its parts.
 * @param isArray      whether it was written with two brackets.
 * @param line         from 1.
 * @param headerOffset of the opening bracket.
 * @param endOffset    behind the closing bracket.
 */
public record TomlSection(List<String> path, boolean isArray, int line, int headerOffset, int endOffset)
{
    /**
     * The name as one would write it.
     *
     * @return parts joined by dots.
     */
    public String name()
    {
        return TomlPath.joined(path);
    }
}
