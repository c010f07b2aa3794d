package org.velocitydb.server.toml;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import com.electronwill.nightconfig.core.UnmodifiableConfig;
import com.electronwill.nightconfig.core.io.ParsingException;
import com.electronwill.nightconfig.toml.TomlParser;

/**
 * What a value says.
 */
final class TomlValues
{
    private static final int SHOWN_LENGTH = 40;
    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9][0-9_]*");

    private TomlValues()
    {
    }

    static Object read(final String text, final String key)
    {
        if (DECIMAL.matcher(text).matches() && new BigInteger(text.replace("_", "")).bitLength() >= Long.SIZE)
        {
            // The parser would keep the lower 64 bits and say nothing.
            throw new TomlScanner.ScanException("number is too large: " + key + " = " + shown(text));
        }
        try
        {
            return plain(new TomlParser().parse("v = " + text + "\n").get("v"));
        }
        catch (final ParsingException | IllegalArgumentException | IndexOutOfBoundsException ex)
        {
            // What it says is not repeated here: it may be a password that somebody wrote without quotes.
            throw new TomlScanner.ScanException("not a TOML value (a text needs quotes): " + key);
        }
    }

    /** Inline tables as maps, so that nobody else needs to know the library. */
    private static Object plain(final Object value)
    {
        if (!(value instanceof final UnmodifiableConfig table))
        {
            return value;
        }
        final Map<String, Object> map = new LinkedHashMap<>();
        table.entrySet().forEach((entry) -> map.put(entry.getKey(), plain(entry.getRawValue())));
        return map;
    }

    static String string(final String quoted)
    {
        if (read(quoted, "key") instanceof final String string)
        {
            return string;
        }
        throw new TomlScanner.ScanException("not a TOML key: " + shown(quoted));
    }

    private static String shown(final String text)
    {
        final String firstLine = text.lines().findFirst().orElse("");
        return firstLine.length() <= SHOWN_LENGTH ? firstLine : firstLine.substring(0, SHOWN_LENGTH) + "...";
    }
}
