package org.velocitydb.engine;

import java.util.List;

import org.velocitydb.engine.cache.BlockCacheStatistics;

/**
 * What a store consists of at one moment.
 *
 * @param sequence         newest visible sequence.
 * @param flushedSequence  up to which everything is in tables.
 * @param memtableEntries  keys in the active memtable.
 * @param memtableBytes    allocated in the active memtable.
 * @param frozenMemtables  memtables that wait to be flushed.
 * @param frozenBytes      allocated in them.
 * @param levelTableCounts tables of each level, level 0 first.
 * @param levelBytes       length of the tables of each level, level 0 first.
 * @param tableBytes       length of all tables.
 * @param tableEntries     entries of all tables, tombstones and shadowed ones included.
 * @param blockCache       decompressed blocks of compressed tables.
 */
public record StoreStatistics(
    long sequence,
    long flushedSequence,
    long memtableEntries,
    long memtableBytes,
    int frozenMemtables,
    long frozenBytes,
    List<Integer> levelTableCounts,
    List<Long> levelBytes,
    long tableBytes,
    long tableEntries,
    BlockCacheStatistics blockCache)
{
}
