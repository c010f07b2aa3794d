package org.velocitydb.server.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.agrona.ExpandableArrayBuffer;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreCounters;
import org.velocitydb.engine.StoreMemory;
import org.velocitydb.engine.StoreStatistics;
import org.velocitydb.engine.cache.BlockCacheStatistics;
import org.velocitydb.engine.compaction.CompactionStats;
import org.velocitydb.engine.sql.JsonText;
import org.velocitydb.server.audit.AuditLog;
import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.server.users.Authenticator;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.FrameFault;
import org.velocitydb.transport.Transport;
import org.velocitydb.transport.TransportCounter;
import org.velocitydb.transport.aeron.AeronEndpoint;

/**
 * The node's figures, gathered when somebody asks: as rows for SHOW STATS and SHOW STATUS, as JSON for the STATS
 * message. Any thread.
 */
public final class ServerStatistics
{
    private static final double NS_PER_US = 1_000.0;

    private final Store store;
    private final NodeContext context;
    private final long startedNs;
    private volatile Transport transport;
    private volatile AuditLog audit;
    private volatile AeronEndpoint aeron;
    private volatile Authenticator authenticator;

    ServerStatistics(final Store store, final NodeContext context)
    {
        this.store = store;
        this.context = context;
        startedNs = context.nanoClock().nanoTime();
    }

    /**
     * Says where the network's figures come from; there are none before.
     *
     * @param running transport of the node.
     */
    void transport(final Transport running)
    {
        transport = running;
    }

    void aeron(final AeronEndpoint endpoint)
    {
        aeron = endpoint;
    }

    void audit(final AuditLog log)
    {
        audit = log;
    }

    /**
     * Says where the figures of logins come from; there are none before.
     *
     * @param running authenticator of the node.
     */
    void authenticator(final Authenticator running)
    {
        authenticator = running;
    }

    /**
     * A named figure.
     *
     * @param name with its unit.
     * @param text as it is shown; a number but where the name says otherwise.
     */
    public record Figure(String name, String text)
    {
    }

    List<Figure> all()
    {
        final List<Figure> figures = database();
        figures.addAll(server());
        return figures;
    }

    /**
     * How the node is, in a few lines.
     *
     * @return the figures.
     */
    public List<Figure> status()
    {
        final List<Figure> figures = new ArrayList<>();
        figures.add(new Figure("version", context.version()));
        figures.add(new Figure("fingerprint", context.identity().fingerprint()));
        figures.add(new Figure("state", state()));
        add(figures, "uptime_seconds", (context.nanoClock().nanoTime() - startedNs) / 1_000_000_000L);
        add(figures, "connections", connections());
        add(figures, "sequence", store.statistics().sequence());
        return figures;
    }

    /**
     * The same for people, with sizes.
     *
     * @param showsPlaces whether to say where the data is.
     * @return the rows.
     */
    List<Figure> summary(final boolean showsPlaces)
    {
        return StatusSummary.of(status(), context.nanoClock().nanoTime() - startedNs, store, context, showsPlaces);
    }

    /** Who may log in and what each may do. */
    List<Figure> users()
    {
        final List<Figure> figures = new ArrayList<>();
        authenticator.users().all().forEach((user) -> figures.add(new Figure(user.name(), user.rights())));
        return figures;
    }

    private String state()
    {
        if (store.failure() != null)
        {
            return "failed";
        }
        if (store.maintenanceFailure() != null)
        {
            return "degraded: flushes or compactions fail";
        }
        final AuditLog log = audit;
        if (log != null && log.failure() != null)
        {
            return "degraded: the audit log cannot be written";
        }
        return store.isDiskFull() ? "read-only: disk full" : "serving";
    }

    /** Bytes of buffers that connections hold now. */
    long poolBytesUsed()
    {
        final Transport running = transport;
        return running == null ? 0 : running.total(TransportCounter.POOL_BYTES_USED);
    }

    /** Connections that are open now. */
    long connections()
    {
        final Transport running = transport;
        return running == null ? 0 : running.openCount();
    }

    private List<Figure> database()
    {
        final StoreStatistics statistics = store.statistics();
        final StoreCounters counters = store.counters();
        final List<Figure> figures = new ArrayList<>();
        add(figures, "sequence", statistics.sequence());
        add(figures, "flushed_sequence", statistics.flushedSequence());
        add(figures, "memtable_entries", statistics.memtableEntries());
        add(figures, "memtable_bytes", statistics.memtableBytes());
        add(figures, "frozen_memtables", statistics.frozenMemtables());
        add(figures, "frozen_memtable_bytes", statistics.frozenBytes());
        for (int level = 0; level < statistics.levelTableCounts().size(); level++)
        {
            add(figures, "level_" + level + "_tables", statistics.levelTableCounts().get(level));
        }
        add(figures, "table_bytes", statistics.tableBytes());
        add(figures, "table_entries", statistics.tableEntries());
        add(figures, "commands", counters.commands());
        add(figures, "operations_applied", counters.operationsApplied());
        add(figures, "conditions_failed", counters.conditionsFailed());
        add(figures, "requests_replayed", counters.requestsReplayed());
        add(figures, "refused_late", counters.refusedLate());
        add(figures, "refused_disk_full", counters.refusedDiskFull());
        add(figures, "memtables_frozen", counters.memtablesFrozen());
        add(figures, "flushes", counters.flushes());
        add(figures, "compactions", counters.compactions());
        add(figures, "maintenance_failures", counters.maintenanceFailures());
        addCompactions(figures, counters, statistics);
        add(figures, "write_stalls", counters.stalls());
        add(figures, "write_stall_ns", counters.stallNs());
        add(figures, "write_slowdowns", counters.slowdowns());
        add(figures, "write_slowdown_ns", counters.slowdownNs());
        add(figures, "write_delay_ns_per_kib", counters.writeDelayNsPerKib());
        add(figures, "refused_backlog", counters.refusedBacklog());
        add(figures, "ring_backlog", store.commands().backlog());
        add(figures, "cache_hits", store.cacheHits());
        add(figures, "cache_misses", store.cacheMisses());
        add(figures, "cache_bytes", store.memory().rowCacheBytes());
        addBlockCache(figures, statistics.blockCache());
        addMemory(figures, store.memory());
        addForces(figures, counters);
        return figures;
    }

    private static void addMemory(final List<Figure> figures, final StoreMemory memory)
    {
        add(figures, "memory_budget_bytes", memory.budgetBytes());
        add(figures, "memory_memtables_bytes", memory.memtableBytes());
        add(figures, "memory_memtables_reserved_bytes", memory.memtableReservedBytes());
        add(figures, "memory_memtables_budget_bytes", memory.memtableBudgetBytes());
        add(figures, "memory_command_ring_bytes", memory.commandRingBytes());
        add(figures, "memory_row_caches_bytes", memory.rowCacheBytes());
        add(figures, "memory_row_caches_reserved_bytes", memory.rowCacheReservedBytes());
        add(figures, "memory_row_caches_budget_bytes", memory.rowCacheBudgetBytes());
        add(figures, "memory_block_cache_bytes", memory.blockCacheBytes());
        add(figures, "memory_block_cache_budget_bytes", memory.blockCacheBudgetBytes());
        add(figures, "memory_builders_budget_bytes", memory.buildersBudgetBytes());
        add(figures, "mapped_table_bytes", memory.tableMappedBytes());
        add(figures, "mapped_index_bytes", memory.indexMappedBytes());
        add(figures, "mapped_filter_bytes", memory.filterMappedBytes());
    }

    private static void addCompactions(
        final List<Figure> figures, final StoreCounters counters, final StoreStatistics statistics)
    {
        final CompactionStats stats = counters.compaction();
        add(figures, "trivial_moves", stats.moves());
        add(figures, "flushed_bytes", stats.flushedBytes());
        add(figures, "compaction_read_bytes", stats.readBytes());
        add(figures, "compaction_written_bytes", stats.writtenBytes());
        figures.add(new Figure("write_amplification", String.format(
            Locale.ROOT, "%.2f", stats.flushedBytes() == 0
                ? 0.0
                : (double) (stats.flushedBytes() + stats.writtenBytes()) / stats.flushedBytes())));
        add(figures, "dropped_tombstones", stats.droppedTombstones());
        add(figures, "dropped_expired", stats.droppedExpired());
        add(figures, "dropped_of_dead_keyspaces", stats.droppedDead());
        add(figures, "removed_tables_of_dead_keyspaces", stats.removedTables());
        add(figures, "compaction_debt_bytes", counters.debtBytes());
        for (int level = 0; level < statistics.levelBytes().size(); level++)
        {
            add(figures, "level_" + level + "_bytes", statistics.levelBytes().get(level));
        }
    }

    private static void addBlockCache(final List<Figure> figures, final BlockCacheStatistics cache)
    {
        add(figures, "block_cache_hits", cache.hits());
        add(figures, "block_cache_misses", cache.misses());
        add(figures, "block_cache_admissions", cache.admissions());
        add(figures, "block_cache_rejections", cache.rejections());
        add(figures, "block_cache_evictions", cache.evictions());
        add(figures, "block_cache_bytes", cache.allocatedBytes());
        add(figures, "block_cache_capacity_bytes", cache.capacityBytes());
    }

    private static void addForces(final List<Figure> figures, final StoreCounters counters)
    {
        final long forces = counters.forces();
        add(figures, "forces", forces);
        figures.add(new Figure("force_mean_us", String.format(
            Locale.ROOT, "%.1f", forces == 0 ? 0.0 : counters.forceNs() / NS_PER_US / forces)));
        for (int bucket = 0; bucket < StoreCounters.GroupSizes.BUCKET_COUNT; bucket++)
        {
            add(figures, "groups_of_" + (1 << bucket) + "_or_more", counters.groups().count(bucket));
        }
    }

    private List<Figure> server()
    {
        final List<Figure> figures = new ArrayList<>();
        final Transport running = transport;
        if (running == null)
        {
            return figures;
        }
        for (final TransportCounter counter : TransportCounter.values())
        {
            add(figures, counter.name().toLowerCase(Locale.ROOT), running.total(counter));
        }
        for (final CloseReason reason : CloseReason.values())
        {
            add(figures, "closed_" + reason.name().toLowerCase(Locale.ROOT), running.totalClosed(reason));
        }
        final AeronEndpoint endpoint = aeron;
        if (endpoint != null)
        {
            add(figures, "aeron_refused", endpoint.refusedCount());
        }
        for (final FrameFault fault : FrameFault.values())
        {
            add(figures, "fault_" + fault.name().toLowerCase(Locale.ROOT), running.totalFaults(fault));
        }
        addAudit(figures, audit);
        for (final AccessCounter counter : AccessCounter.values())
        {
            add(figures, counter.name().toLowerCase(Locale.ROOT), authenticator.counters().get(counter));
        }
        for (final LimitCounter counter : LimitCounter.values())
        {
            add(figures, counter.name().toLowerCase(Locale.ROOT), context.limitCounters().get(counter));
        }
        add(figures, "sql_cache_hits", context.sqlCounters().hits());
        add(figures, "sql_cache_misses", context.sqlCounters().misses());
        add(figures, "sql_executed_from_parameters", context.sqlCounters().executedFastCount());
        add(figures, "sql_prepared", context.sqlCounters().preparedCount());
        return figures;
    }

    private static void addAudit(final List<Figure> figures, final AuditLog log)
    {
        if (log != null)
        {
            figures.add(new Figure("audit_state", log.failure() == null ? "writing" : "failing"));
            add(figures, "audit_lines", log.lineCount());
            add(figures, "audit_bytes", log.byteCount());
            add(figures, "audit_backlog_bytes", log.backlogBytes());
            add(figures, "audit_dropped", log.droppedCount());
            add(figures, "audit_held_frames", log.heldCount());
            add(figures, "audit_failures", log.failureCount());
        }
    }

    private static void add(final List<Figure> figures, final String name, final long value)
    {
        figures.add(new Figure(name, Long.toString(value)));
    }

    /**
     * All figures as one JSON object with the members {@code database} and {@code server}.
     *
     * @return UTF-8.
     */
    public byte[] json()
    {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(8 * 1024);
        int at = JsonText.putRaw(buffer, 0, "{\"database\":");
        at = putObject(buffer, at, database());
        at = JsonText.putRaw(buffer, at, ",\"server\":");
        final List<Figure> server = status();
        server.addAll(server());
        at = putObject(buffer, at, server);
        at = JsonText.putRaw(buffer, at, "}");
        return Arrays.copyOf(buffer.byteArray(), at);
    }

    private static int putObject(final ExpandableArrayBuffer buffer, final int offset, final List<Figure> figures)
    {
        int at = JsonText.putRaw(buffer, offset, "{");
        for (int i = 0; i < figures.size(); i++)
        {
            final Figure figure = figures.get(i);
            at = i == 0 ? at : JsonText.putRaw(buffer, at, ",");
            at = JsonText.putString(buffer, at, figure.name());
            at = JsonText.putRaw(buffer, at, ":");
            at = isNumber(figure.text())
                ? JsonText.putRaw(buffer, at, figure.text())
                : JsonText.putString(buffer, at, figure.text());
        }
        return JsonText.putRaw(buffer, at, "}");
    }

    private static boolean isNumber(final String text)
    {
        return text.matches("-?(0|[1-9]\\d{0,17})(\\.\\d+)?");
    }
}
