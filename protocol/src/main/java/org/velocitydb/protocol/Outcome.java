package org.velocitydb.protocol;

/**
 * What became of a request that failed. The numbers are frozen.
 */
public enum Outcome
{
    /** It was certainly not done and never will be. */
    NOT_DONE(1),
    /** It may have been done, or may be done yet. Retrying a write is safe with its request id alone. */
    UNKNOWN(2);

    private final int code;

    Outcome(final int code)
    {
        this.code = code;
    }

    /**
     * The frozen number.
     *
     * @return as it crosses the wire.
     */
    public int code()
    {
        return code;
    }

    /**
     * Finds an outcome by its number.
     *
     * @param code as it crossed the wire.
     * @return the outcome; {@link #UNKNOWN}, which promises nothing, for any number but 1.
     */
    public static Outcome of(final int code)
    {
        return code == NOT_DONE.code ? NOT_DONE : UNKNOWN;
    }
}
