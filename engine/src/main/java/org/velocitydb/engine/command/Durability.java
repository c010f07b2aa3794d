package org.velocitydb.engine.command;

/**
 * How durable a write is: what was asked for, or what was reached. The codes travel on the wire and are frozen.
 */
public enum Durability
{
    /** As the store is configured; never an answer. */
    STORE_DEFAULT(0),
    /** Handed to the operating system: survives the death of the process, not of the machine. */
    NONE(1),
    /** Forced to disk every few milliseconds: the death of the machine takes back at most those. */
    INTERVAL(2),
    /** Forced to disk before the answer, together with what gathered meanwhile. */
    GROUP(3);

    private static final Durability[] VALUES = values();

    private final int code;

    Durability(final int code)
    {
        this.code = code;
    }

    /**
     * The frozen number.
     *
     * @return 0 to 3.
     */
    public int code()
    {
        return code;
    }

    /**
     * The durability of a code.
     *
     * @param code 0 to 3.
     * @return the constant, or null where there is none of that code.
     */
    public static Durability ofCode(final int code)
    {
        return code >= 0 && code < VALUES.length ? VALUES[code] : null;
    }
}
