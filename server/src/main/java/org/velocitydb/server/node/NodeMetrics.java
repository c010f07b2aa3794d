package org.velocitydb.server.node;

import java.util.List;
import java.util.Locale;

import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreCounters;
import org.velocitydb.engine.StoreMemory;
import org.velocitydb.engine.StoreStatistics;
import org.velocitydb.engine.cache.BlockCacheStatistics;
import org.velocitydb.engine.compaction.CompactionStats;
import org.velocitydb.server.audit.AuditLog;
import org.velocitydb.server.metrics.MetricsWriter;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.FrameFault;
import org.velocitydb.transport.Transport;
import org.velocitydb.transport.TransportCounter;
import org.velocitydb.transport.aeron.AeronEndpoint;

/**
 * A node's figures as metrics. Gathered when somebody asks, from counters that are kept anyway; any thread.
 */
final class NodeMetrics
{
    private final Store store;
    private final Transport transport;
    private final NodeControl control;
    /** Null where there is none. */
    private final AuditLog audit;
    /** Null where there is none. */
    private final AeronEndpoint aeron;

    NodeMetrics(
        final Store store,
        final Transport transport,
        final NodeControl control,
        final AuditLog audit,
        final AeronEndpoint aeron)
    {
        this.aeron = aeron;
        this.audit = audit;
        this.store = store;
        this.transport = transport;
        this.control = control;
    }

    void write(final MetricsWriter metrics)
    {
        writeTransport(metrics);
        writeRequests(metrics);
        writeCommands(metrics, store.counters());
        writeGroups(metrics, store.counters());
        writeMaintenance(metrics, store.counters(), store.statistics());
        writeCaches(metrics, store.statistics().blockCache());
        writeMemory(metrics, store.memory());
        if (audit != null)
        {
            writeAudit(metrics);
        }
        if (aeron != null)
        {
            metrics.counter("aeron_refused", "Connections over Aeron that could not be made.", aeron.refusedCount());
        }
    }

    private void writeAudit(final MetricsWriter metrics)
    {
        metrics.gauge("audit_failing", "1 while the audit log cannot be written.", audit.failure() == null ? 0 : 1);
        metrics.counter("audit_failures", "Writes of the audit log that failed.", audit.failureCount());
        metrics.counter("audit_lines", "Lines of the audit log.", audit.lineCount());
        metrics.counter("audit_dropped", "Events that are missing in the audit log.", audit.droppedCount());
        metrics.counter("audit_held_frames", "Frames that had to wait for the audit log.", audit.heldCount());
        metrics.gauge("audit_backlog_bytes", "Bytes of events that are not written yet.", audit.backlogBytes());
    }

    private void writeTransport(final MetricsWriter metrics)
    {
        for (final TransportCounter counter : TransportCounter.values())
        {
            write(metrics, counter, transport.total(counter));
        }
        metrics.counters("connections_closed", "Connections that ended, by reason.");
        for (final CloseReason reason : CloseReason.values())
        {
            metrics.labelled("reason", lowerCase(reason), transport.totalClosed(reason));
        }
        metrics.counters("frame_faults", "Connections that sent what is no frame, by fault.");
        for (final FrameFault fault : FrameFault.values())
        {
            metrics.labelled("fault", lowerCase(fault), transport.totalFaults(fault));
        }
    }

    private static void write(final MetricsWriter metrics, final TransportCounter counter, final long value)
    {
        switch (counter)
        {
            case OPEN -> metrics.gauge("connections", "Connections that are open.", value);
            case ACCEPTED -> metrics.counter("connections_accepted", "Connections accepted.", value);
            case REFUSED -> metrics.counter("connections_refused", "Connections over the limit.", value);
            case BYTES_IN -> metrics.counter("received_bytes", "Bytes received from clients.", value);
            case BYTES_OUT -> metrics.counter("sent_bytes", "Bytes sent to clients.", value);
            case POOL_BYTES_USED ->
                metrics.gauge("connection_buffers_bytes", "Bytes of connections' buffers in use.", value);
            case LONGEST_CYCLE_NS ->
                metrics.secondsGauge("longest_event_loop_cycle", "Longest duty cycle of an event loop so far.", value);
            default -> metrics.counter(
                "transport_" + lowerCase(counter), "Counter " + lowerCase(counter) + " of SHOW STATS.", value);
        }
    }

    private void writeRequests(final MetricsWriter metrics)
    {
        metrics.counters("logins", "Logins decided, by outcome.");
        for (final AuthenticationOutcome outcome : AuthenticationOutcome.values())
        {
            metrics.labelled("outcome", lowerCase(outcome), control.loginCount(outcome));
        }
        metrics.counter("slow_requests", "Requests over the slow log's threshold.", control.slowLog().count());
        final long[] counts = new long[LatencyHistogram.BOUND_COUNT + 1];
        final long sumUs = control.addWriteLatencies(counts);
        metrics.histogram(
            "write_duration_seconds", "Time from taking a write from its connection to making its answer.",
            LatencyHistogram.boundsInSeconds(), counts, sumUs / 1e6);
    }

    private void writeCommands(final MetricsWriter metrics, final StoreCounters counters)
    {
        metrics.counter("commands", "Commands that the writer answered.", counters.commands());
        metrics.counter("operations_applied", "Puts and deletes done.", counters.operationsApplied());
        metrics.counter("conditions_failed", "Commands that a condition forbade.", counters.conditionsFailed());
        metrics.counter("requests_replayed", "Retries answered with the first answer.", counters.requestsReplayed());
        metrics.counters("commands_refused", "Commands refused, by reason.");
        metrics.labelled("reason", "late", counters.refusedLate());
        metrics.labelled("reason", "disk_full", counters.refusedDiskFull());
        metrics.labelled("reason", "backlog", counters.refusedBacklog());
        metrics.gauge("command_ring_backlog", "Commands that wait for the writer.", store.commands().backlog());
        metrics.counter("write_stalls", "Times that writes had to stop.", counters.stalls());
        metrics.secondsCounter("write_stall", "Time for which writes had to stop.", counters.stallNs());
        metrics.counter("write_slowdowns", "Times that writes were slowed down.", counters.slowdowns());
        metrics.secondsCounter("write_slowdown", "Time for which writes were slowed down.", counters.slowdownNs());
        metrics.gauge("sequence", "Newest visible sequence.", store.statistics().sequence());
    }

    private static void writeGroups(final MetricsWriter metrics, final StoreCounters counters)
    {
        metrics.summary(
            "journal_force", "Forces of the journal and the time they took.", counters.forces(), counters.forceNs());
        final int bucketCount = StoreCounters.GroupSizes.BUCKET_COUNT;
        final double[] bounds = new double[bucketCount - 1];
        final long[] counts = new long[bucketCount];
        for (int i = 0; i < bucketCount; i++)
        {
            counts[i] = counters.groups().count(i);
            if (i < bounds.length)
            {
                bounds[i] = (1 << (i + 1)) - 1;
            }
        }
        metrics.histogram(
            "group_commands", "Commands that were made durable together.", bounds, counts, counters.groups().sum());
    }

    private void writeMaintenance(
        final MetricsWriter metrics, final StoreCounters counters, final StoreStatistics statistics)
    {
        final CompactionStats stats = counters.compaction();
        metrics.counter("flushes", "Memtables written to tables.", counters.flushes());
        metrics.counter("compactions", "Compactions done.", counters.compactions());
        metrics.counter("maintenance_failures", "Flushes and compactions failed.", counters.maintenanceFailures());
        metrics.counter("flushed_bytes", "Bytes that flushes wrote.", stats.flushedBytes());
        metrics.counter("compaction_read_bytes", "Bytes that compactions read.", stats.readBytes());
        metrics.counter("compaction_written_bytes", "Bytes that compactions wrote.", stats.writtenBytes());
        metrics.gauge("compaction_debt_bytes", "Bytes that compactions are behind.", counters.debtBytes());
        metrics.gauge("memtable_entries", "Keys in the active memtable.", statistics.memtableEntries());
        metrics.gauge("frozen_memtables", "Memtables that wait to be flushed.", statistics.frozenMemtables());
        metrics.gauge("table_entries", "Entries of all tables.", statistics.tableEntries());
        metrics.gauge("disk_full", "1 while writes are refused since the disk is full.", store.isDiskFull() ? 1 : 0);
        metrics.gauges("level_tables", "Tables of each level.");
        writeLevels(metrics, statistics.levelTableCounts());
        metrics.gauges("level_bytes", "Length of the tables of each level.");
        writeLevels(metrics, statistics.levelBytes());
    }

    private static void writeLevels(final MetricsWriter metrics, final List<? extends Number> levels)
    {
        for (int level = 0; level < levels.size(); level++)
        {
            metrics.labelled("level", Integer.toString(level), levels.get(level).longValue());
        }
    }

    private void writeCaches(final MetricsWriter metrics, final BlockCacheStatistics blocks)
    {
        metrics.counters("cache_hits", "Looks into a cache that found something.");
        metrics.labelled("cache", "rows", store.cacheHits());
        metrics.labelled("cache", "blocks", blocks.hits());
        metrics.counters("cache_misses", "Looks into a cache that found nothing.");
        metrics.labelled("cache", "rows", store.cacheMisses());
        metrics.labelled("cache", "blocks", blocks.misses());
        metrics.counter("block_cache_evictions", "Blocks that left the cache.", blocks.evictions());
    }

    private static void writeMemory(final MetricsWriter metrics, final StoreMemory memory)
    {
        metrics.gauge("memory_budget_bytes", "What the database may take of memory.", memory.budgetBytes());
        metrics.gauges("memory_bytes", "Memory in use, by part.");
        metrics.labelled("part", "memtables", memory.memtableBytes());
        metrics.labelled("part", "command_ring", memory.commandRingBytes());
        metrics.labelled("part", "row_caches", memory.rowCacheBytes());
        metrics.labelled("part", "block_cache", memory.blockCacheBytes());
        metrics.gauges("mapped_bytes", "Files mapped into memory, by part.");
        metrics.labelled("part", "tables", memory.tableMappedBytes());
        metrics.labelled("part", "indexes", memory.indexMappedBytes());
        metrics.labelled("part", "filters", memory.filterMappedBytes());
        final Runtime runtime = Runtime.getRuntime();
        metrics.gauge(
            "heap_used_bytes", "Java heap in use, garbage included.", runtime.totalMemory() - runtime.freeMemory());
        metrics.gauge("heap_max_bytes", "Most that the Java heap may take.", runtime.maxMemory());
    }

    private static String lowerCase(final Enum<?> constant)
    {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
