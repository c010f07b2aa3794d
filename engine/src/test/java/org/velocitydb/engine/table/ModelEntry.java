package org.velocitydb.engine.table;

/**
 * An entry as a test's model keeps it.
 *
 * @param sequence    of the entry.
 * @param isTombstone whether it deletes its key.
 * @param value       empty for a tombstone.
 */
public record ModelEntry(long sequence, boolean isTombstone, byte[] value)
{
    private static final byte[] NOTHING = new byte[0];

    /**
     * A value.
     *
     * @param sequence of the entry.
     * @param value    its bytes.
     * @return the entry.
     */
    public static ModelEntry value(final long sequence, final byte[] value)
    {
        return new ModelEntry(sequence, false, value);
    }

    /**
     * A tombstone.
     *
     * @param sequence of the entry.
     * @return the entry.
     */
    public static ModelEntry tombstone(final long sequence)
    {
        return new ModelEntry(sequence, true, NOTHING);
    }
}
