package org.velocitydb.engine.table;

/**
 * What is known of a table from its properties and its file.
 *
 * @param tableNumber    that names the file.
 * @param lengthBytes    of the file.
 * @param entryCount     entries, tombstones included; at least 1.
 * @param tombstoneCount entries that delete their key.
 * @param minSequence    smallest sequence of an entry.
 * @param maxSequence    largest sequence of an entry.
 * @param rawLengthBytes all keys and values, each key at full length.
 * @param creationTimeMs log time at which the table was begun.
 */
public record TableInfo(long tableNumber, long lengthBytes, long entryCount, long tombstoneCount, long minSequence,
    long maxSequence, long rawLengthBytes, long creationTimeMs)
{
}
