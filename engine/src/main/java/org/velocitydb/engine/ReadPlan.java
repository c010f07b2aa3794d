package org.velocitydb.engine;

/**
 * What reading keys would touch, from the tables' key ranges, filters and indexes alone: nothing is read for it. These
 * are upper bounds. A point read ends at the first memtable or table that holds the key; of a range, blocks at its
 * ends are counted whole.
 *
 * @param memtables   that are looked into.
 * @param tables      whose key range and, for single keys, filter do not rule the keys out.
 * @param tablesInAll of the store.
 * @param blocks      of those tables that would be read.
 * @param blocksInAll of all tables.
 */
public record ReadPlan(int memtables, long tables, long tablesInAll, long blocks, long blocksInAll)
{
}
