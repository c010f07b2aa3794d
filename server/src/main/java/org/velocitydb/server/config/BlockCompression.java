package org.velocitydb.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the blocks of tables are compressed. A file names one for all levels, or a list of them, for level 0 and on; the
 * last one holds for all further levels.
 */
public enum BlockCompression
{
    /** Not at all: read in place. */
    NONE,
    /** A little, for little time. */
    LZ4,
    /** Much, for more time; needs a library that is not shipped. */
    ZSTD;

    /** What may be written, for messages. */
    static final String ALLOWED = Arrays.stream(values()).map((kind) -> '"' + kind.text() + '"')
        .collect(Collectors.joining(", ")) + ", or a list of 1 to 7 of them, for level 0 and on";

    /**
     * As a file has it.
     *
     * @return lower case.
     */
    public String text()
    {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Several as a file has them.
     *
     * @param levels for level 0 and on.
     * @return TOML.
     */
    static String text(final List<BlockCompression> levels)
    {
        final String list = levels.stream().map((kind) -> '"' + kind.text() + '"').collect(Collectors.joining(", "));
        return levels.size() == 1 ? list : '[' + list + ']';
    }

    static BlockCompression of(final String text)
    {
        return Arrays.stream(values()).filter((kind) -> kind.text().equals(text)).findFirst().orElse(null);
    }
}
