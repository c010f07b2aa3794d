package org.velocitydb.journal;

/**
 * A segment that is full, durable, and waits to be purged.
 *
 * @param path         of its file.
 * @param lengthBytes  of its file.
 * @param lastSequence that it holds.
 */
record SealedSegment(String path, long lengthBytes, long lastSequence)
{
}
