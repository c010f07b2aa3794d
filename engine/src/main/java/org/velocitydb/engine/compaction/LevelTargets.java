package org.velocitydb.engine.compaction;

import org.velocitydb.engine.version.TableSet;

/**
 * How long each level of a set should be. Derived downwards from the longest level, which is counted as the last: each
 * level above it may hold a tenth of the one below, down to the <em>base level</em>, which is the one that level 0 is
 * merged into. So all levels above the last hold about a ninth of it together however large the store is, and no more
 * than that can be shadowed.
 *
 * <pre>
 *   longest level 60 GiB, base length 256 MiB:
 *
 *   level 0 ──┐       1     2     3: 60 MiB   4: 600 MiB   5: 6 GiB   6: (60 GiB, whatever there is)
 *             └─ merged into ───►   base
 * </pre>
 *
 * <p>Levels between 0 and the base should be empty: what an earlier, larger store has left there goes down.
 */
final class LevelTargets
{
    static final int LAST_LEVEL = TableSet.LEVEL_COUNT - 1;
    private static final int GROWTH = 10;

    private final TableSet tables;
    private final long baseLengthBytes;
    private final long[] targets = new long[TableSet.LEVEL_COUNT];
    private final int baseLevel;

    LevelTargets(final TableSet tables, final long baseLengthBytes)
    {
        this.tables = tables;
        this.baseLengthBytes = baseLengthBytes;
        long target = 0;
        for (int level = 1; level <= LAST_LEVEL; level++)
        {
            target = Math.max(target, tables.lengthBytes(level));
        }
        int level = LAST_LEVEL;
        targets[level] = target;
        while (level > 1 && target > baseLengthBytes)
        {
            level--;
            target /= GROWTH;
            targets[level] = target;
        }
        baseLevel = level;
    }

    int baseLevel()
    {
        return baseLevel;
    }

    /** What a level should hold at most; 0 above the base level, no bound for the last. */
    long target(final int level)
    {
        return level == LAST_LEVEL ? Long.MAX_VALUE : targets[level];
    }

    /** Where tables of a level go next: never past tables that may hold older entries of their keys. */
    int below(final int level)
    {
        int below = level + 1;
        while (below < baseLevel && tables.tableCount(below) == 0)
        {
            below++;
        }
        return below;
    }

    /** How far a level from 1 on is beyond what it should be; from 1.0 on it is due. The last level never is. */
    double score(final int level)
    {
        final long lengthBytes = tables.lengthBytes(level);
        if (level == LAST_LEVEL || lengthBytes == 0)
        {
            return 0;
        }
        return targets[level] == 0
            ? 1.0 + (double) lengthBytes / baseLengthBytes
            : (double) lengthBytes /
                targets[level];
    }

    /** Bytes of a level that lie above where they should. */
    long excessBytes(final int level)
    {
        return Math.max(0, tables.lengthBytes(level) - target(level));
    }
}
