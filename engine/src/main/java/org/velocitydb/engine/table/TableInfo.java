package org.velocitydb.engine.table;

/**
 * What is known of a table from its properties and its file.
 *
 * @param tableNumber    that names the file.
 * @param lengthBytes    of the file.
 * @param entryCount     entries, tombstones included; at least 1.
 * @param tombstoneCount entries that delete their key.
 * @param expiringCount  values that cease to be at some time.
 * @param minSequence    smallest sequence of an entry.
 * @param maxSequence    largest sequence of an entry.
 * @param minExpiryMs    earliest expiry of a value; {@code Expiry.NEVER_MS} if none expires.
 * @param maxExpiryMs    latest expiry of a value that expires; {@code Expiry.NEVER_MS} if none does.
 * @param rawLengthBytes all keys and values, each key at full length.
 * @param creationTimeMs log time at which the table was begun.
 * @param compression    that its blocks were offered to; a block that gained little is stored as it is.
 */
public record TableInfo(long tableNumber, long lengthBytes, long entryCount, long tombstoneCount, long expiringCount,
    long minSequence, long maxSequence, long minExpiryMs, long maxExpiryMs, long rawLengthBytes, long creationTimeMs,
    Compression compression)
{
}
