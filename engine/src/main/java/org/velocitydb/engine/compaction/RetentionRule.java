package org.velocitydb.engine.compaction;

import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.version.TableSet;

/**
 * Decides what becomes of each entry that a job comes to. One job and one thread each.
 *
 * <pre>
 *   the entry ...                      older entry of its key may lie below     nothing lies below
 *   is of a keyspace that was dropped  dropped                                  dropped
 *   is a tombstone                     kept                                     dropped
 *   has expired                        written as a tombstone                   dropped
 *   is any other                       kept                                     kept
 * </pre>
 *
 * <p>Why an expired entry may not simply go: it hides what is older, which may not have expired.
 */
final class RetentionRule
{
    /** What becomes of an entry. */
    enum Fate
    {
        /** It is written as it is. */
        KEEP,
        /** A tombstone of the same sequence is written in its place. */
        BURY,
        /** It is not written. */
        DROP
    }

    private final KeyspaceSet keyspaces;
    private final long nowMs;
    private final TableSet tables;
    private final int level;
    private boolean isKeyspaceKnown;
    private int keyspace;
    private boolean isLive;
    private long droppedTombstones;
    private long droppedExpired;
    private long droppedDead;

    /**
     * A rule for one job.
     *
     * @param keyspaces that exist.
     * @param nowMs     log time.
     * @param tables    in whose deeper levels older entries may lie, or null where they may lie anywhere.
     * @param level     that the entries are written to.
     */
    RetentionRule(final KeyspaceSet keyspaces, final long nowMs, final TableSet tables, final int level)
    {
        this.keyspaces = keyspaces;
        this.nowMs = nowMs;
        this.tables = tables;
        this.level = level;
    }

    Fate fate(final EntryCursor entry)
    {
        if (!isLive(entry))
        {
            droppedDead++;
            return Fate.DROP;
        }
        final boolean isTombstone = entry.isTombstone();
        final boolean isExpired = !isTombstone && Expiry.isExpired(entry.expiryMs(), nowMs);
        if (!isTombstone && !isExpired)
        {
            return Fate.KEEP;
        }
        if (mayHideSomething(entry))
        {
            return isTombstone ? Fate.KEEP : Fate.BURY;
        }
        droppedTombstones += isTombstone ? 1 : 0;
        droppedExpired += isExpired ? 1 : 0;
        return Fate.DROP;
    }

    private boolean isLive(final EntryCursor entry)
    {
        final int ofEntry = Keys.keyspace(entry.keyBuffer(), entry.keyOffset(), entry.keyLength());
        if (!isKeyspaceKnown || ofEntry != keyspace)
        {
            isKeyspaceKnown = true;
            keyspace = ofEntry;
            isLive = keyspaces.isLive(ofEntry);
        }
        return isLive;
    }

    private boolean mayHideSomething(final EntryCursor entry)
    {
        return tables == null || tables.mayHoldBelow(level, entry.keyBuffer(), entry.keyOffset(), entry.keyLength());
    }

    long droppedTombstones()
    {
        return droppedTombstones;
    }

    long droppedExpired()
    {
        return droppedExpired;
    }

    long droppedDead()
    {
        return droppedDead;
    }
}
