package org.velocitydb.protocol;

/**
 * How durable a write is asked to be, and how durable its answer says it is. The numbers are frozen.
 */
public enum Durability
{
    /** Asked for: whatever the server is configured to. Never in an answer. */
    SERVER_DEFAULT(0),
    /** Written; the operating system decides when it reaches the disk. */
    NONE(1),
    /** Forced to disk every few milliseconds. */
    INTERVAL(2),
    /** Forced to disk, together with its neighbours, before it is answered. */
    GROUP(3);

    private static final Durability[] BY_CODE = values();

    private final int code;

    Durability(final int code)
    {
        if (code != ordinal())
        {
            throw new IllegalArgumentException("durability out of place: code=" + code + ", ordinal=" + ordinal());
        }
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
     * Finds a durability by its number. Decoded messages hold only numbers that are known.
     *
     * @param code as it crossed the wire.
     * @return the durability.
     * @throws IllegalArgumentException for a number that is none.
     */
    public static Durability of(final int code)
    {
        if (!isKnown(code))
        {
            throw new IllegalArgumentException("unknown durability: code=" + code);
        }
        return BY_CODE[code];
    }

    /**
     * Whether a number names a durability.
     *
     * @param code any.
     * @return true for 0 to 3.
     */
    public static boolean isKnown(final int code)
    {
        return code >= 0 && code < BY_CODE.length;
    }
}
