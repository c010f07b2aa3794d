package org.velocitydb.engine;

import java.util.List;

import org.velocitydb.journal.storage.Finding;

/**
 * What a {@link StoreVerifier} has found, and how much it has read.
 *
 * @param findings        in the order in which they were met; a bounded number of them.
 * @param errorCount      all errors, those included that are not among the findings.
 * @param noteCount       all notes, likewise.
 * @param flushedSequence all entries up to it are in tables; 0 where that is not known.
 * @param lastSequence    of the last entry in the journal that can be read.
 * @param tableCount      tables that belong to the store.
 * @param tableBytes      length of these files.
 * @param entryCount      entries in the tables that are sound, tombstones included.
 * @param segmentCount    segments of the journal.
 * @param segmentBytes    length of these files.
 * @param recordCount     records that are not in tables.
 * @param logEntryCount   entries in these records.
 */
public record StoreReport(
    List<Finding> findings,
    long errorCount,
    long noteCount,
    long flushedSequence,
    long lastSequence,
    int tableCount,
    long tableBytes,
    long entryCount,
    int segmentCount,
    long segmentBytes,
    long recordCount,
    long logEntryCount)
{
    /**
     * Whether nothing is wrong.
     *
     * @return true if there are at most notes.
     */
    public boolean isIntact()
    {
        return errorCount == 0;
    }
}
