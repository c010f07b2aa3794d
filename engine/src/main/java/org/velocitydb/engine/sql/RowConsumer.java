package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;

/**
 * Takes the rows of a SELECT as they are found.
 */
@FunctionalInterface
public interface RowConsumer
{
    /**
     * Takes one row. The buffers are valid during the call alone.
     *
     * @param keyBuffer   that holds the key.
     * @param keyOffset   of the key.
     * @param keyLength   of the key in bytes.
     * @param valueBuffer that holds the value.
     * @param valueOffset of the value.
     * @param valueLength of the value in bytes.
     * @param version     the entry's sequence.
     * @param expiryMs    when the entry ceases to be, see {@link org.velocitydb.engine.entry.Expiry}.
     * @return false if there is no room now: then the row was not taken and comes again with the next slice.
     */
    boolean onRow(
        DirectBuffer keyBuffer,
        int keyOffset,
        int keyLength,
        DirectBuffer valueBuffer,
        int valueOffset,
        int valueLength,
        long version,
        long expiryMs);
}
