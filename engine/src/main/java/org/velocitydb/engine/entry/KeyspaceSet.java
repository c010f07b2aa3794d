package org.velocitydb.engine.entry;

/**
 * Which keyspaces there are. Immutable, so that a job sees the same keyspaces from its beginning to its end; whoever
 * drops a keyspace hands out another set. Ids are never used again: what belongs to a keyspace that is not live will
 * not be read any more and may leave.
 *
 * <p>The system's own keyspaces and keyspace 0 are live in every set.
 */
@FunctionalInterface
public interface KeyspaceSet
{
    /** A set in which nothing was ever dropped. */
    KeyspaceSet ALL_LIVE = keyspace -> true;

    /**
     * Whether a keyspace exists.
     *
     * @param keyspace id, as {@link Keys#keyspace} has it.
     * @return false only if it was dropped.
     */
    boolean isLive(int keyspace);
}
