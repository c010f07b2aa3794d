package org.velocitydb.engine.compaction;

import org.velocitydb.engine.version.TableSet;

/**
 * When tables are merged, and into what.
 *
 * @param compactionThreshold tables of level 0 that are merged into level 1: each read looks at all of them.
 * @param level1LengthBytes   that level 1 may grow to; each further level to ten times the one above.
 * @param tableLengthBytes    of data after which a merge begins another table.
 */
public record CompactionOptions(int compactionThreshold, long level1LengthBytes, long tableLengthBytes)
{
    /** A merge rewrites level 1 for this many flushes. */
    public static final int DEFAULT_COMPACTION_THRESHOLD = 4;
    /** About what level 0 holds at the threshold, so that a merge of the two rewrites no more than it brings. */
    public static final long DEFAULT_LEVEL_1_LENGTH = 256L * 1024 * 1024;
    /** Small enough that a merge into the next level takes a moment, large enough that files do not become many. */
    public static final long DEFAULT_TABLE_LENGTH = 32L * 1024 * 1024;

    private static final int GROWTH = 10;

    /**
     * Checks the ranges.
     */
    public CompactionOptions
    {
        if (compactionThreshold < 1 || level1LengthBytes < 1 || tableLengthBytes < 1)
        {
            throw new IllegalArgumentException(
                "compaction options must be positive: compactionThreshold=" + compactionThreshold +
                    ", level1LengthBytes=" + level1LengthBytes + ", tableLengthBytes=" + tableLengthBytes);
        }
    }

    /**
     * The options to use where nobody asked for others.
     *
     * @return default options.
     */
    public static CompactionOptions defaults()
    {
        return new CompactionOptions(DEFAULT_COMPACTION_THRESHOLD, DEFAULT_LEVEL_1_LENGTH, DEFAULT_TABLE_LENGTH);
    }

    /** How far a level is beyond what it should be; from 1.0 on it is due. The last level never is. */
    double score(final TableSet tables, final int level)
    {
        if (level == 0)
        {
            return (double) tables.tableCount(0) / compactionThreshold;
        }
        if (level == TableSet.LEVEL_COUNT - 1)
        {
            return 0;
        }
        return tables.lengthBytes(level) / (level1LengthBytes * Math.pow(GROWTH, level - 1));
    }
}
