package org.velocitydb.engine.command;

/**
 * What became of a command.
 */
public enum CommandStatus
{
    /** All operations were done but those left out by a skipped condition. */
    APPLIED(true),
    /** A condition did not hold; nothing was done. */
    CONDITION_FAILED(true),
    /** An increment met a value that is no whole number of 64 bits; nothing was done. */
    NOT_A_NUMBER(true),
    /** An increment would leave 64 bits; nothing was done. */
    NUMBER_OVERFLOW(true),
    /** The keyspace has been dropped or never was; nothing was done. */
    NO_SUCH_KEYSPACE(true),
    /** There is a keyspace of that name already; nothing was done. */
    KEYSPACE_EXISTS(true),
    /** There are as many keyspaces as there may be; nothing was done. */
    TOO_MANY_KEYSPACES(true),
    /** The deadline had passed before the writer came to the command; nothing was done. */
    DEADLINE_EXCEEDED(true),
    /** The disk has no room for it; nothing was done, and reads go on. */
    DISK_FULL(true),
    /**
     * The request number lies further back than the store remembers, or what it remembers is damaged, so whether it was
     * once done is not known.
     */
    REQUEST_TOO_OLD(false),
    /** A condition had to look at a damaged table; nothing was done. */
    CORRUPTION(true),
    /** The journal could not be written or forced: the change may or may not be on disk, and the store has stopped. */
    STORAGE_FAILED(false),
    /** The store is closed or closing; nothing was done. */
    CLOSED(true),
    /** What an evaluated command would store or return is longer than a command may be; nothing was done. */
    TOO_LONG(true),
    /** So many results wait to be fetched that nothing more may be returned; nothing was done. */
    TOO_MANY_RESULTS(true);

    private final boolean isDefinite;

    private static final CommandStatus[] STATUSES = values();

    CommandStatus(final boolean isDefinite)
    {
        this.isDefinite = isDefinite;
    }

    /**
     * Whether the status follows from what the store held: an answer that is remembered for who asks again, and that is
     * worth no more than the group it was given in.
     *
     * @return true where the command was done or judged.
     */
    public boolean isJudged()
    {
        return compareTo(TOO_MANY_KEYSPACES) <= 0;
    }

    /**
     * A judged status by the number that the store remembers it by.
     *
     * @param code of the status, as {@link #judgedCode()} gives it.
     * @return the status.
     * @throws IllegalArgumentException for a number that none has.
     */
    public static CommandStatus ofJudgedCode(final int code)
    {
        if (code < 0 || code >= STATUSES.length || !STATUSES[code].isJudged())
        {
            throw new IllegalArgumentException("unknown status: code=" + code);
        }
        return STATUSES[code];
    }

    /**
     * The number that the store remembers a judged status by: frozen, since it reaches the disk.
     *
     * @return the code.
     */
    public int judgedCode()
    {
        return ordinal();
    }

    /**
     * Whether the status tells for certain what was done.
     *
     * @return false where the change may or may not survive.
     */
    public boolean isDefinite()
    {
        return isDefinite;
    }
}
