package org.velocitydb.engine.compaction;

import java.util.ArrayList;
import java.util.List;

import org.velocitydb.engine.compaction.CompactionPlan.Kind;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyspaceSet;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableInfo;
import org.velocitydb.engine.version.TableSet;

/**
 * Chooses the next compaction. Without state: the same set at the same time gives the same plan.
 *
 * <p>What is <em>due</em> ({@link #pick}), in this order: tables of dropped keyspaces, which merely go; then the level
 * that is furthest beyond what it should be ({@link LevelTargets}). Of a deeper level one table goes at a time, with
 * all that it overlaps in the next: first those that are dense with tombstones and expired entries, since these and
 * what they hide leave with them, then the one that makes the least of the next level be written anew. A table that
 * overlaps nothing is moved.
 *
 * <p>Where no level is beyond its size, a table below level 0 of which half has expired: it goes down, or is written
 * anew where it is in the last level. How much has expired is an estimate, as if the expiries were spread evenly from
 * the first to the last. Where it is too high little leaves, but at least the first does, so the half of what is left
 * lies in the future: the same entries are written again no more often than that time can be halved.
 *
 * <p>Level 0 is tiered by size. Its tables are merged among themselves as long as they are small against what they
 * overlap in the base level, newest first and never across an older one that is left out; else the oldest go down.
 *
 * <p>What is worth while when there is <em>nothing else to do</em> ({@link #pickIdle}): level 0 goes down as a whole,
 * and tables go down from the upper levels while these may hide more than a part of the whole. Each such step takes
 * entries to a deeper level and none takes them back, so a store that is left alone comes to rest.
 */
public final class CompactionPicker
{
    /** Length of the tables of level 0 that one merge takes, unless a single one is longer. */
    private static final long LEVEL_0_INPUT_LENGTH_MAX = 1024L * 1024 * 1024;
    /** Level 0 is merged within itself while the base level would be written this many times over by what it brings. */
    private static final int TIERING_RATIO = 4;
    /** Share of tombstones and expired entries from which a table goes before all others of its level. */
    private static final double DENSE_SHARE = 0.5;
    /** Part of the whole that upper levels may hide in a store that is left alone. */
    private static final double IDLE_GARBAGE_SHARE = 0.2;

    private final CompactionOptions options;

    /**
     * A picker for one store.
     *
     * @param options that say when a level is due.
     */
    public CompactionPicker(final CompactionOptions options)
    {
        this.options = options;
    }

    /**
     * Chooses what is due.
     *
     * @param tables    that there are.
     * @param keyspaces that exist.
     * @param nowMs     log time, by which entries expire.
     * @return the plan, or null when nothing is due.
     */
    public CompactionPlan pick(final TableSet tables, final KeyspaceSet keyspaces, final long nowMs)
    {
        final CompactionPlan dead = pickDead(tables, keyspaces);
        if (dead != null)
        {
            return dead;
        }
        final LevelTargets targets = options.targets(tables);
        int bestLevel = 0;
        double bestScore = (double) tables.tableCount(0) / options.compactionThreshold();
        for (int level = 1; level < LevelTargets.LAST_LEVEL; level++)
        {
            final double score = targets.score(level);
            if (score > bestScore)
            {
                bestLevel = level;
                bestScore = score;
            }
        }
        if (bestScore < 1.0)
        {
            return pickExpired(tables, targets, nowMs);
        }
        return bestLevel == 0 ? pickLevel0(tables, targets, true) : pickOf(tables, targets, bestLevel, nowMs);
    }

    private static CompactionPlan pickExpired(final TableSet tables, final LevelTargets targets, final long nowMs)
    {
        Table best = null;
        int bestLevel = 0;
        double bestShare = 0;
        for (int level = 1; level < TableSet.LEVEL_COUNT; level++)
        {
            for (int i = 0; i < tables.tableCount(level); i++)
            {
                final double share = expiredShare(tables.table(level, i), nowMs);
                if (share >= DENSE_SHARE && share > bestShare)
                {
                    best = tables.table(level, i);
                    bestLevel = level;
                    bestShare = share;
                }
            }
        }
        if (best == null)
        {
            return null;
        }
        return bestLevel == LevelTargets.LAST_LEVEL
            ? new CompactionPlan(tables, Kind.MERGE, bestLevel, List.of(best), bestLevel, List.of())
            : plan(tables, bestLevel, List.of(best), targets.below(bestLevel));
    }

    /** Part of a table's entries that has expired, estimated. */
    private static double expiredShare(final Table table, final long nowMs)
    {
        final TableInfo info = table.info();
        if (info.expiringCount() == 0 || !Expiry.isExpired(info.minExpiryMs(), nowMs))
        {
            return 0;
        }
        final double passedPart = Expiry.isExpired(info.maxExpiryMs(), nowMs)
            ? 1.0
            : ((double) nowMs - info.minExpiryMs()) / ((double) info.maxExpiryMs() - info.minExpiryMs());
        return passedPart * info.expiringCount() / info.entryCount();
    }

    private static CompactionPlan pickDead(final TableSet tables, final KeyspaceSet keyspaces)
    {
        for (int level = 1; level < TableSet.LEVEL_COUNT; level++)
        {
            final List<Table> dead = new ArrayList<>();
            for (int i = 0; i < tables.tableCount(level); i++)
            {
                if (TableKeyspaces.isDead(tables.table(level, i), keyspaces))
                {
                    dead.add(tables.table(level, i));
                }
            }
            if (!dead.isEmpty())
            {
                return new CompactionPlan(tables, Kind.DROP, level, dead, level, List.of());
            }
        }
        return null;
    }

    /**
     * Chooses what is worth while in a store that is left alone.
     *
     * @param tables    that there are.
     * @param keyspaces that exist.
     * @param nowMs     log time, by which entries expire.
     * @return the plan, or null when the store may rest.
     */
    public CompactionPlan pickIdle(final TableSet tables, final KeyspaceSet keyspaces, final long nowMs)
    {
        final CompactionPlan due = pick(tables, keyspaces, nowMs);
        if (due != null)
        {
            return due;
        }
        final LevelTargets targets = options.targets(tables);
        if (tables.tableCount(0) > 0)
        {
            return pickLevel0(tables, targets, false);
        }
        return hidesMuch(tables) ? pickOf(tables, targets, highestLevel(tables), nowMs) : null;
    }

    /**
     * Chooses what frees room on a full disk: whatever goes down a level takes what it hides with it, and the
     * tombstones of those who want the disk free again go down first. Expected to need no more room than there is;
     * where it needs more all the same it ends in a full disk, and nothing has changed.
     *
     * @param tables    that there are.
     * @param keyspaces that exist.
     * @param nowMs     log time, by which entries expire.
     * @param roomBytes that the tables written may take.
     * @return the plan, or null when there is none for which the room is enough.
     */
    public CompactionPlan pickWithin(
        final TableSet tables, final KeyspaceSet keyspaces, final long nowMs, final long roomBytes)
    {
        final CompactionPlan dead = pickDead(tables, keyspaces);
        if (dead != null)
        {
            return dead;
        }
        final LevelTargets targets = options.targets(tables);
        final CompactionPlan expired = pickExpired(tables, targets, nowMs);
        if (expired != null && fits(expired, roomBytes))
        {
            return expired;
        }
        // All of them, since the tombstones are in the newest.
        final List<Table> oldest = oldest(tables, tables.tableCount(0));
        for (; !oldest.isEmpty(); oldest.remove(0))
        {
            final CompactionPlan plan = plan(tables, 0, List.copyOf(oldest), targets.below(0));
            if (fits(plan, roomBytes))
            {
                return plan;
            }
        }
        for (int level = 1; level < LevelTargets.LAST_LEVEL; level++)
        {
            final CompactionPlan plan = pickFittingOf(tables, targets, level, nowMs, roomBytes);
            if (plan != null)
            {
                return plan;
            }
        }
        return null;
    }

    private static CompactionPlan pickFittingOf(
        final TableSet tables, final LevelTargets targets, final int level, final long nowMs, final long roomBytes)
    {
        CompactionPlan best = null;
        double bestCost = Double.MAX_VALUE;
        for (int i = 0; i < tables.tableCount(level); i++)
        {
            final Table table = tables.table(level, i);
            final double cost = cost(tables, table, targets.below(level), nowMs);
            if (cost < bestCost)
            {
                final CompactionPlan plan = plan(tables, level, List.of(table), targets.below(level));
                best = fits(plan, roomBytes) ? plan : best;
                bestCost = best == plan ? cost : bestCost;
            }
        }
        return best;
    }

    private static boolean fits(final CompactionPlan plan, final long roomBytes)
    {
        return plan.isEditAlone() || plan.expectedLengthBytes() <= roomBytes;
    }

    /** The entries of upper levels may each hide one of a level below, as long as those are on the average. */
    private static boolean hidesMuch(final TableSet tables)
    {
        long hiddenBytes = 0;
        long lengthBelow = 0;
        long entriesBelow = 0;
        for (int level = LevelTargets.LAST_LEVEL; level > 0; level--)
        {
            if (entriesBelow > 0)
            {
                hiddenBytes += Math.min(tables.entryCount(level), entriesBelow) * (lengthBelow / entriesBelow);
            }
            lengthBelow += tables.lengthBytes(level);
            entriesBelow += tables.entryCount(level);
        }
        return hiddenBytes > IDLE_GARBAGE_SHARE * lengthBelow;
    }

    private static int highestLevel(final TableSet tables)
    {
        int level = 1;
        while (tables.tableCount(level) == 0)
        {
            level++;
        }
        return level;
    }

    // --- level 0 ---

    private CompactionPlan pickLevel0(final TableSet tables, final LevelTargets targets, final boolean mayTier)
    {
        final int base = targets.below(0);
        if (mayTier)
        {
            final List<Table> tier = newestTier(tables);
            if (tier.size() > options.compactionThreshold() / 2 && tier.size() > 1 &&
                overlapLength(tables, base, all(tables)) > TIERING_RATIO * tables.lengthBytes(0))
            {
                return new CompactionPlan(tables, Kind.MERGE, 0, tier, 0, List.of());
            }
        }
        return plan(tables, 0, oldest(tables, level0InputCountMax()), base);
    }

    /**
     * As many as were waited for and no more: while one such merge is under way as many again may come before writers
     * have to stop.
     */
    private int level0InputCountMax()
    {
        return Math.max(2, options.compactionThreshold());
    }

    private static List<Table> all(final TableSet tables)
    {
        final List<Table> all = new ArrayList<>();
        for (int i = 0; i < tables.tableCount(0); i++)
        {
            all.add(tables.table(0, i));
        }
        return all;
    }

    /** The newest tables, up to the first that is longer than all before it: merging it again would not pay. */
    private List<Table> newestTier(final TableSet tables)
    {
        final List<Table> tier = new ArrayList<>();
        long lengthBytes = 0;
        for (int i = 0; i < tables.tableCount(0) && tier.size() < level0InputCountMax(); i++)
        {
            final Table table = tables.table(0, i);
            if (!tier.isEmpty() && table.info().lengthBytes() > lengthBytes * 2)
            {
                break;
            }
            tier.add(table);
            lengthBytes += table.info().lengthBytes();
        }
        return tier;
    }

    /** The oldest tables, newest of them first: what stays in level 0 is newer than what goes down. */
    private static List<Table> oldest(final TableSet tables, final int countMax)
    {
        final List<Table> oldest = new ArrayList<>();
        long lengthBytes = 0;
        for (int i = tables.tableCount(0) - 1; i >= 0 && oldest.size() < countMax; i--)
        {
            final Table table = tables.table(0, i);
            if (!oldest.isEmpty() && lengthBytes + table.info().lengthBytes() > LEVEL_0_INPUT_LENGTH_MAX)
            {
                break;
            }
            oldest.add(0, table);
            lengthBytes += table.info().lengthBytes();
        }
        return oldest;
    }

    // --- deeper levels ---

    private static CompactionPlan pickOf(
        final TableSet tables, final LevelTargets targets, final int level, final long nowMs)
    {
        final int below = targets.below(level);
        Table best = null;
        double bestCost = Double.MAX_VALUE;
        for (int i = 0; i < tables.tableCount(level); i++)
        {
            final Table table = tables.table(level, i);
            final double cost = cost(tables, table, below, nowMs);
            if (cost < bestCost)
            {
                best = table;
                bestCost = cost;
            }
        }
        return plan(tables, level, List.of(best), below);
    }

    /** Bytes that are written anew for each byte that goes down; less than for any other table where it is dense. */
    private static double cost(final TableSet tables, final Table table, final int below, final long nowMs)
    {
        final double ratio = (double) overlapLength(tables, below, List.of(table)) / table.info().lengthBytes();
        final double share = (double) table.info().tombstoneCount() / table.info().entryCount() +
            expiredShare(table, nowMs);
        return share >= DENSE_SHARE ? -share : ratio;
    }

    private static long overlapLength(final TableSet tables, final int level, final List<Table> inputs)
    {
        final KeyRange range = KeyRange.of(inputs, List.of());
        return CompactionPlan.length(tables.overlapping(level, range.smallest(), range.largest()));
    }

    private static CompactionPlan plan(
        final TableSet tables, final int level, final List<Table> inputs, final int outputLevel)
    {
        final KeyRange range = KeyRange.of(inputs, List.of());
        final List<Table> overlapped = tables.overlapping(outputLevel, range.smallest(), range.largest());
        final boolean isMove = overlapped.isEmpty() && canMove(tables, inputs, outputLevel);
        return new CompactionPlan(tables, isMove ? Kind.MOVE : Kind.MERGE, level, inputs, outputLevel, overlapped);
    }

    /**
     * Tables whose tombstones hide nothing are written anew, which is how tombstones leave; and so are those of level 0
     * that overlap each other or hold several keyspaces.
     */
    private static boolean canMove(final TableSet tables, final List<Table> inputs, final int outputLevel)
    {
        final List<Table> ascending = new ArrayList<>(inputs);
        ascending.sort((left, right) -> KeyRange.compare(left.smallestKey(), right.smallestKey()));
        for (int i = 0; i < ascending.size(); i++)
        {
            final Table table = ascending.get(i);
            final boolean hidesNothing = table.info().tombstoneCount() > 0 &&
                !tables.overlapsBelow(outputLevel, table.smallestKey(), table.largestKey());
            final boolean overlaps = i > 0 &&
                KeyRange.compare(ascending.get(i - 1).largestKey(), table.smallestKey()) >= 0;
            if (hidesNothing || overlaps || !TableKeyspaces.isOfOne(table))
            {
                return false;
            }
        }
        return true;
    }
}
