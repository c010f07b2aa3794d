package org.velocitydb.journal;

/**
 * What a verification has read of a journal.
 *
 * @param segmentCount  segments, those included that are not needed any more.
 * @param lengthBytes   of them all.
 * @param recordCount   records that hold a wanted sequence.
 * @param firstSequence that was wanted.
 * @param lastSequence  that was found; the one before the first wanted where there is none.
 */
public record JournalSummary(
    int segmentCount,
    long lengthBytes,
    long recordCount,
    long firstSequence,
    long lastSequence)
{
}
