package org.velocitydb.server.toml;

import java.util.List;

/**
 * One {@code key = value}. Offsets count characters from the beginning of the document's text.
 *
 * @param path           all parts of the key, its section's included.
 * @param section        the section it stands in, null before the first.
 * @param line           of the key, from 1.
 * @param keyOffset      of the key's first character.
 * @param valueOffset    of the value's first character.
 * @param valueEndOffset behind the value's last character.
 * @param value          a String, Integer, Long, Double, Boolean, List, Map (an inline table), or something else that
 * TOML knows and we do not
 *                       use; null where it could not be read, which is among the document's problems.
 */
public record TomlEntry(
    List<String> path,
    TomlSection section,
    int line,
    int keyOffset,
    int valueOffset,
    int valueEndOffset,
    Object value)
{
    /**
     * The key as one would write it.
     *
     * @return parts joined by dots.
     */
    public String key()
    {
        return TomlPath.joined(path);
    }
}
