package org.velocitydb.engine.compaction;

import org.velocitydb.engine.version.TableSet;

/**
 * When tables are merged, and into what.
 *
 * @param compactionThreshold tables of level 0 that are merged into the base level: each read looks at all of them.
 * @param baseLengthBytes     that the base level, into which level 0 is merged, may grow to.
 * @param tableLengthBytes    of data after which a merge begins another table.
 */
public record CompactionOptions(int compactionThreshold, long baseLengthBytes, long tableLengthBytes)
{
    /** A merge rewrites the base level for this many flushes. */
    public static final int DEFAULT_COMPACTION_THRESHOLD = 4;
    /** About what level 0 holds at the threshold, so that a merge of the two rewrites no more than it brings. */
    public static final long DEFAULT_BASE_LENGTH = 256L * 1024 * 1024;
    /** Small enough that a merge into the next level takes a moment, large enough that files do not become many. */
    public static final long DEFAULT_TABLE_LENGTH = 32L * 1024 * 1024;

    /**
     * Checks the ranges.
     */
    public CompactionOptions
    {
        if (compactionThreshold < 1 || baseLengthBytes < 1 || tableLengthBytes < 1)
        {
            throw new IllegalArgumentException(
                "compaction options must be positive: compactionThreshold=" + compactionThreshold +
                    ", baseLengthBytes=" + baseLengthBytes + ", tableLengthBytes=" + tableLengthBytes);
        }
    }

    /**
     * The options to use where nobody asked for others.
     *
     * @return default options.
     */
    public static CompactionOptions defaults()
    {
        return new CompactionOptions(DEFAULT_COMPACTION_THRESHOLD, DEFAULT_BASE_LENGTH, DEFAULT_TABLE_LENGTH);
    }

    /**
     * What compactions are behind by.
     *
     * @param tables that there are.
     * @return bytes that lie in levels above the one they should be in; 0 where nothing is due.
     */
    public long debtBytes(final TableSet tables)
    {
        final LevelTargets targets = targets(tables);
        long debtBytes = tables.tableCount(0) < compactionThreshold ? 0 : tables.lengthBytes(0);
        for (int level = 1; level < LevelTargets.LAST_LEVEL; level++)
        {
            debtBytes += targets.excessBytes(level);
        }
        return debtBytes;
    }

    LevelTargets targets(final TableSet tables)
    {
        return new LevelTargets(tables, baseLengthBytes);
    }
}
