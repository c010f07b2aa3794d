package org.velocitydb.engine;

/**
 * The memory of a store at one moment, by part. What is mapped is the system's to keep or to drop, and does not count
 * against the budget.
 *
 * @param budgetBytes           that all parts together keep to.
 * @param memtableBytes         that entries in memory take, frozen memtables included.
 * @param memtableReservedBytes address space of all memtables, those that snapshots hold included.
 * @param memtableBudgetBytes   the part of memtables.
 * @param commandRingBytes      of the command ring and of commands that do not fit into its slots.
 * @param rowCacheBytes         of the rows that readers keep at hand.
 * @param rowCacheReservedBytes address space for these.
 * @param rowCacheBudgetBytes   the part of these.
 * @param blockCacheBytes       of decompressed blocks.
 * @param blockCacheBudgetBytes the part of these.
 * @param buildersBudgetBytes   the part of groups and tables that are being written.
 * @param tableMappedBytes      mapped: the tables, indexes and filters included.
 * @param indexMappedBytes      mapped: the indexes of tables.
 * @param filterMappedBytes     mapped: the filters of tables.
 */
public record StoreMemory(
    long budgetBytes,
    long memtableBytes,
    long memtableReservedBytes,
    long memtableBudgetBytes,
    long commandRingBytes,
    long rowCacheBytes,
    long rowCacheReservedBytes,
    long rowCacheBudgetBytes,
    long blockCacheBytes,
    long blockCacheBudgetBytes,
    long buildersBudgetBytes,
    long tableMappedBytes,
    long indexMappedBytes,
    long filterMappedBytes)
{
}
