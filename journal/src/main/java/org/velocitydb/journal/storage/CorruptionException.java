package org.velocitydb.journal.storage;

/**
 * Bytes on disk are not what was written: a checksum, a magic number, a length or an order is wrong. The message names
 * file and offset; whoever knows them apart, for a report, asks {@link #file()} and {@link #offset()}.
 */
public final class CorruptionException extends StorageException
{
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String what;

    /**
     * Tells what and where.
     *
     * @param message with the file's name and the values found.
     */
    public CorruptionException(final String message)
    {
        super(message);
        file = null;
        offset = Finding.NULL_OFFSET;
        what = message;
    }

    /**
     * Tells what and where.
     *
     * @param what   is wrong.
     * @param file   relative name.
     * @param offset in the file.
     * @param values found and expected, as {@code name=value} with commas between; may be empty.
     */
    public CorruptionException(final String what, final String file, final long offset, final String values)
    {
        super(what + ": file=" + file + ", offset=" + offset + (values.isEmpty() ? "" : ", " + values));
        this.file = file;
        this.offset = offset;
        this.what = values.isEmpty() ? what : what + ": " + values;
    }

    /**
     * The damaged file, where it was told apart.
     *
     * @return relative name, or null where the message alone says it.
     */
    public String file()
    {
        return file;
    }

    /**
     * Where in the file, where it was told apart.
     *
     * @return offset, or {@link Finding#NULL_OFFSET} where the message alone says it.
     */
    public long offset()
    {
        return offset;
    }

    /**
     * What is wrong.
     *
     * @return the message without file and offset, where these were told apart.
     */
    public String what()
    {
        return what;
    }
}
