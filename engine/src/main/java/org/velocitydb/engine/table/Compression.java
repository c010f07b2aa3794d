package org.velocitydb.engine.table;

import org.velocitydb.journal.storage.CorruptionException;

/**
 * How the blocks of a table are compressed. The codes are in files and never change.
 */
public enum Compression
{
    /** Not at all: blocks are read in place from the mapping. */
    NONE(0),
    /** LZ4 blocks: little saved, and next to nothing spent on reading. Pure Java. */
    LZ4(1),
    /**
     * Zstandard frames: much saved, for more time. Needs the library {@code com.github.luben:zstd-jni} at run time,
     * which is native and not shipped.
     */
    ZSTD(2);

    private static final Compression[] BY_CODE = values();

    private final int code;

    Compression(final int code)
    {
        if (code != ordinal())
        {
            throw new IllegalArgumentException("compression code out of place: code=" + code);
        }
        this.code = code;
    }

    /**
     * What stands in files for it.
     *
     * @return the code.
     */
    public int code()
    {
        return code;
    }

    /**
     * Makes sure that tables can be compressed so on this machine, before any is written.
     *
     * @throws MissingCompressionException when a library is missing for it.
     */
    public void requireLibrary()
    {
        if (this != NONE)
        {
            BlockCodec.of(this).close();
        }
    }

    /**
     * The compression of a code.
     *
     * @param code     as found in a file.
     * @param fileName of that file, for the error message.
     * @param offset   in that file, for the error message.
     * @return the compression.
     * @throws CorruptionException when there is none of this code.
     */
    static Compression ofCode(final int code, final String fileName, final int offset)
    {
        if (code < 0 || code >= BY_CODE.length)
        {
            throw new CorruptionException(
                "table compression unknown: file=" + fileName + ", offset=" + offset + ", code=" + code);
        }
        return BY_CODE[code];
    }
}
