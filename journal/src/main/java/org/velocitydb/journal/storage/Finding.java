package org.velocitydb.journal.storage;

/**
 * Something that a verification has to say about a file.
 *
 * @param severity whether something is wrong.
 * @param file     relative name of the file or directory.
 * @param offset   in the file; {@link #NULL_OFFSET} where it is about the whole of it.
 * @param text     what was found, with values.
 */
public record Finding(Severity severity, String file, long offset, String text)
{
    /** Stands where a finding is about a whole file. */
    public static final long NULL_OFFSET = -1;

    /** How bad it is. */
    public enum Severity
    {
        /** What is on disk is not what was written, or cannot be read. */
        ERROR,
        /** Worth knowing and as it may be, such as what a crash left behind. */
        NOTE
    }

    /**
     * Something is wrong.
     *
     * @param file   relative name.
     * @param offset in the file, or {@link #NULL_OFFSET}.
     * @param text   what.
     * @return the finding.
     */
    public static Finding error(final String file, final long offset, final String text)
    {
        return new Finding(Severity.ERROR, file, offset, text);
    }

    /**
     * Something is worth knowing.
     *
     * @param file   relative name.
     * @param offset in the file, or {@link #NULL_OFFSET}.
     * @param text   what.
     * @return the finding.
     */
    public static Finding note(final String file, final long offset, final String text)
    {
        return new Finding(Severity.NOTE, file, offset, text);
    }

    /**
     * What a failure says about a file.
     *
     * @param file    that was being read, in case the failure does not say.
     * @param failure that was met.
     * @return the finding, an error.
     */
    public static Finding of(final String file, final StorageException failure)
    {
        return failure instanceof final CorruptionException damage
            ? error(damage.file() == null ? file : damage.file(), damage.offset(), damage.what())
            : error(file, NULL_OFFSET, failure.getMessage());
    }

    /**
     * Whether something is wrong.
     *
     * @return false for what is only worth knowing.
     */
    public boolean isError()
    {
        return severity == Severity.ERROR;
    }

    @Override
    public String toString()
    {
        return (isError() ? "error: " : "note: ") + file + (offset == NULL_OFFSET ? "" : ", offset " + offset) + ": " +
            text;
    }
}
