package org.velocitydb.engine.table;

import org.velocitydb.engine.entry.Expiry;

/**
 * An entry as a test's model keeps it.
 *
 * @param sequence    of the entry.
 * @param expiryMs    when it ceases to be.
 * @param isTombstone whether it deletes its key.
 * @param value       empty for a tombstone.
 */
public record ModelEntry(long sequence, long expiryMs, boolean isTombstone, byte[] value)
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
        return new ModelEntry(sequence, Expiry.NEVER_MS, false, value);
    }

    /**
     * A value that expires.
     *
     * @param sequence of the entry.
     * @param expiryMs when it ceases to be.
     * @param value    its bytes.
     * @return the entry.
     */
    public static ModelEntry expiring(final long sequence, final long expiryMs, final byte[] value)
    {
        return new ModelEntry(sequence, expiryMs, false, value);
    }

    /**
     * A tombstone.
     *
     * @param sequence of the entry.
     * @return the entry.
     */
    public static ModelEntry tombstone(final long sequence)
    {
        return new ModelEntry(sequence, Expiry.NEVER_MS, true, NOTHING);
    }
}
