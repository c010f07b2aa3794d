package org.velocitydb.server.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreMemory;
import org.velocitydb.engine.StoreStatistics;
import org.velocitydb.journal.Counted;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.server.node.ServerStatistics.Figure;

/**
 * What SHOW STATUS adds to the figures of the node's status: sizes and durations as people read them.
 */
final class StatusSummary
{
    private static final int UNIT = 1024;
    private static final String[] UNITS = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };

    private StatusSummary()
    {
    }

    /**
     * Makes the rows.
     *
     * @param status      figures of the node's status.
     * @param uptimeNs    since the start.
     * @param store       of the node.
     * @param context     of the node.
     * @param showsPlaces whether to say where the data is, which is an administrator's business.
     * @return status first.
     */
    static List<Figure> of(
        final List<Figure> status,
        final long uptimeNs,
        final Store store,
        final NodeContext context,
        final boolean showsPlaces)
    {
        final List<Figure> rows = new ArrayList<>(status);
        final StoreStatistics statistics = store.statistics();
        final StoreMemory memory = store.memory();
        rows.add(new Figure("uptime", duration(uptimeNs)));
        if (showsPlaces && context.store().storage() instanceof final FileStorage files)
        {
            rows.add(new Figure("data_directory", files.root().toAbsolutePath().toString()));
        }
        rows.add(new Figure(
            "tables", Counted.of(sum(statistics.levelTableCounts()), "file") + ", " +
                length(statistics.tableBytes()) + ", " + Counted.of(statistics.tableEntries(), "entry", "entries")));
        rows.add(new Figure(
            "memtables", 1 + statistics.frozenMemtables() + ", " + length(memory.memtableBytes()) + ", " +
                Counted.of(statistics.memtableEntries(), "entry", "entries")));
        rows.add(new Figure(
            "caches", length(memory.rowCacheBytes()) + " of rows, " + length(memory.blockCacheBytes()) +
                " of blocks"));
        rows.add(new Figure("memory_budget", length(memory.budgetBytes())));
        return rows;
    }

    private static int sum(final List<Integer> counts)
    {
        int sum = 0;
        for (final int count : counts)
        {
            sum += count;
        }
        return sum;
    }

    /**
     * A length as people read it.
     *
     * @param bytes 0 or more.
     * @return such as {@code 512 B} or {@code 1.5 MiB}.
     */
    static String length(final long bytes)
    {
        int unit = 0;
        double shown = bytes;
        while (shown >= UNIT && unit < UNITS.length - 1)
        {
            shown /= UNIT;
            unit++;
        }
        return unit == 0
            ? bytes + " " + UNITS[unit]
            : String.format(Locale.ROOT, "%.1f %s", shown, UNITS[unit]);
    }

    /**
     * A duration as people read it.
     *
     * @param ns 0 or more.
     * @return such as {@code 2 days 03:04:05}.
     */
    static String duration(final long ns)
    {
        final long seconds = TimeUnit.NANOSECONDS.toSeconds(ns);
        final long days = TimeUnit.SECONDS.toDays(seconds);
        final String clock = String.format(
            Locale.ROOT, "%02d:%02d:%02d", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        return days == 0 ? clock : days + (days == 1 ? " day " : " days ") + clock;
    }
}
