package org.velocitydb.engine;

import java.util.function.Consumer;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.KeyText;
import org.velocitydb.journal.JournalVerifier;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Finding;

/**
 * Checks that the entries of a record fill it, and that each is one that the store would write.
 */
final class LogEntryCheck implements JournalVerifier.RecordCheck
{
    private final Consumer<Finding> findings;
    private final RecordProgress progress;
    private long entryCount;

    /** Told how far the verification has come. */
    @FunctionalInterface
    interface RecordProgress
    {
        void onRecord(String file, int endOffset);
    }

    LogEntryCheck(final Consumer<Finding> findings, final RecordProgress progress)
    {
        this.findings = findings;
        this.progress = progress;
    }

    long entryCount()
    {
        return entryCount;
    }

    @Override
    public void onRecord(
        final String file,
        final DirectBuffer buffer,
        final int offset,
        final int length,
        final long firstSequence,
        final int count)
    {
        final int limit = offset + length;
        int entryOffset = offset;
        try
        {
            for (int i = 0; i < count; i++)
            {
                final int end = LogEntryDescriptor.checkedEnd(buffer, entryOffset, limit, firstSequence + i);
                checkEntry(file, buffer, entryOffset, firstSequence + i);
                entryOffset = end;
                entryCount++;
            }
            if (entryOffset != limit)
            {
                findings.accept(
                    Finding.error(
                        file, entryOffset, "record has bytes behind its last entry: entries=" + count + ", bytes=" +
                            (limit - entryOffset)));
            }
        }
        catch (final CorruptionException ex)
        {
            findings.accept(Finding.error(file, entryOffset, ex.what()));
        }
        progress.onRecord(file, limit);
    }

    private void checkEntry(final String file, final DirectBuffer buffer, final int offset, final long sequence)
    {
        final int kind = LogEntryDescriptor.kind(buffer, offset);
        final int keyOffset = LogEntryDescriptor.keyOffset(kind, offset);
        final int keyLength = LogEntryDescriptor.keyLength(buffer, offset);
        final String problem = SystemEntries.problem(
            buffer, keyOffset, keyLength, buffer, keyOffset + keyLength, LogEntryDescriptor.valueLength(buffer, offset),
            sequence, kind == LogEntryDescriptor.KIND_TOMBSTONE);
        if (!problem.isEmpty())
        {
            findings.accept(
                Finding.error(
                    file, offset, problem + ", sequence=" + sequence + ", key=" +
                        KeyText.of(buffer, keyOffset, keyLength)));
        }
    }
}
