package org.velocitydb.server.config;

/**
 * How much something may hold, counted in entries or in bytes. In a file, a plain number counts entries and a text with
 * a unit bytes.
 *
 * @param amount 1 or more.
 * @param unit   of the amount.
 */
public record Capacity(long amount, Unit unit)
{
    /** What is counted. */
    public enum Unit
    {
        /** Key and value together are one. */
        ENTRIES,
        /** Bytes of memory. */
        BYTES
    }

    /**
     * Checks the amount.
     */
    public Capacity
    {
        if (amount < 1)
        {
            throw new IllegalArgumentException("capacity out of range: amount=" + amount + ", min=1");
        }
    }

    /**
     * Counts entries.
     *
     * @param count 1 or more.
     * @return the capacity.
     */
    public static Capacity ofEntries(final long count)
    {
        return new Capacity(count, Unit.ENTRIES);
    }

    /**
     * Counts bytes.
     *
     * @param lengthBytes 1 or more.
     * @return the capacity.
     */
    public static Capacity ofBytes(final long lengthBytes)
    {
        return new Capacity(lengthBytes, Unit.BYTES);
    }

    /**
     * Whether entries are counted.
     *
     * @return false when it is bytes.
     */
    public boolean isEntries()
    {
        return unit == Unit.ENTRIES;
    }

    /**
     * As a file has it.
     *
     * @return a plain number or a quoted text with a unit.
     */
    @Override
    public String toString()
    {
        return isEntries() ? Long.toString(amount) : '"' + Lengths.format(amount) + '"';
    }
}
