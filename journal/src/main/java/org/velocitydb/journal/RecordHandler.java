package org.velocitydb.journal;

import org.agrona.DirectBuffer;

/**
 * Receives the records of a journal in order while it is being opened.
 */
@FunctionalInterface
public interface RecordHandler
{
    /**
     * One record, exactly as it was appended.
     *
     * @param buffer        that holds the payload; valid until this call returns.
     * @param offset        of the payload.
     * @param length        of the payload in bytes.
     * @param firstSequence of the record's entries; less than asked for when only later ones of its entries are wanted.
     * @param entryCount    how many sequences it takes.
     * @param timeMs        log time in epoch milliseconds.
     */
    void onRecord(DirectBuffer buffer, int offset, int length, long firstSequence, int entryCount, long timeMs);
}
