package org.velocitydb.journal;

/**
 * What makes one life of a segment file.
 *
 * @param id            its place among the segments; each is one more than the last.
 * @param firstSequence of its first record.
 * @param lengthBytes   of the file.
 * @param tag           random number that its records repeat.
 */
record SegmentIdentity(long id, long firstSequence, long lengthBytes, long tag)
{
}
