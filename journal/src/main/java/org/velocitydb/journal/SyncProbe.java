package org.velocitydb.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongSupplier;

import org.agrona.BufferUtil;
import org.velocitydb.journal.storage.DirectFile;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Chooses between {@link SyncMethod#BUFFERED} and {@link SyncMethod#DIRECT}, by a trial where the setting is
 * {@link SyncMethod#AUTO}: it makes a small file beside the segments, appends to it in both ways by turns, so that
 * whatever else the disk is doing slows both, and compares the medians. Used once, before the journal is open.
 *
 * <p>Nothing that goes wrong in the trial is an error: the journal then writes as every file system can.
 */
final class SyncProbe
{
    /** A group of one small put. */
    private static final int RECORD_LENGTH = 176;
    private static final int FILE_LENGTH = 256 * 1024;
    private static final int ROUND_COUNT_MAX = 48;
    /** What a start may take longer for this; a disk that makes fewer rounds in it is compared by those. */
    private static final long TIME_MAX_NS = 50_000_000;
    /** A number that no spare has as long as the trial runs: they are made later. */
    private static final long FILE_ID = 0;

    private final JournalContext context;
    private final Storage storage;
    private final LongSupplier nanoClock;
    private final long[] bufferedNs = new long[ROUND_COUNT_MAX];
    private final long[] directNs = new long[ROUND_COUNT_MAX];

    SyncProbe(final JournalContext context)
    {
        this.context = context;
        this.storage = context.storage();
        this.nanoClock = context.nanoClock();
    }

    SyncChoice choose()
    {
        if (context.syncMethod() == SyncMethod.BUFFERED)
        {
            return buffered("as configured");
        }
        final int alignment = storage.directAlignment();
        if (alignment == Storage.NO_DIRECT_WRITES)
        {
            return buffered("the storage has no direct writes");
        }
        if (JournalContext.Configuration.SEGMENT_LENGTH_MULTIPLE % alignment != 0)
        {
            return buffered("blocks are too long for direct writes: alignment=" + alignment);
        }
        if (context.syncMethod() == SyncMethod.DIRECT)
        {
            return new SyncChoice(SyncMethod.DIRECT, "as configured");
        }
        return measure(alignment);
    }

    private SyncChoice measure(final int alignment)
    {
        final long startNs = nanoClock.getAsLong();
        final String path = context.directory() + "/" + SegmentNames.name(FILE_ID, SegmentNames.BLANK_SUFFIX);
        final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_LENGTH);
        final ByteBuffer memory = ByteBuffer.allocateDirect(2 * alignment);
        try
        {
            storage.delete(path);
            try (StorageFile file = storage.create(path, FILE_LENGTH))
            {
                file.force();
                try (DirectFile direct = storage.openDirect(path))
                {
                    return compare(file, record, direct, memory.alignedSlice(alignment).limit(alignment), startNs);
                }
            }
            finally
            {
                storage.delete(path);
            }
        }
        catch (final StorageException ex)
        {
            // What is left of the file goes at the next start, like every blank.
            return buffered("no trial of direct writes: " + ex.getMessage());
        }
        finally
        {
            BufferUtil.free(record);
            BufferUtil.free(memory);
        }
    }

    /** Appends to the first half of the file through the page cache, to the second past it. */
    private SyncChoice compare(
        final StorageFile file,
        final ByteBuffer record,
        final DirectFile direct,
        final ByteBuffer block,
        final long startNs)
    {
        int roundCount = 0;
        long nowNs = nanoClock.getAsLong();
        while (roundCount < ROUND_COUNT_MAX && nowNs - startNs < TIME_MAX_NS)
        {
            final long position = (long) roundCount * RECORD_LENGTH;
            file.write(record.clear(), position);
            file.force();
            final long betweenNs = nanoClock.getAsLong();
            // As the journal does it: the block that the record ends in is written as a whole.
            direct.writeDurably(block.rewind(), FILE_LENGTH / 2 + position - position % block.limit());
            final long endNs = nanoClock.getAsLong();
            bufferedNs[roundCount] = betweenNs - nowNs;
            directNs[roundCount] = endNs - betweenNs;
            nowNs = endNs;
            roundCount++;
        }
        final long buffered = median(bufferedNs, roundCount);
        final long faster = median(directNs, roundCount);
        final String reason = "median of " + roundCount + " appends: direct ns=" + faster + ", buffered ns=" + buffered;
        return faster < buffered ? new SyncChoice(SyncMethod.DIRECT, reason) : buffered(reason);
    }

    private static long median(final long[] values, final int count)
    {
        Arrays.sort(values, 0, count);
        return count == 0 ? 0 : values[count / 2];
    }

    private static SyncChoice buffered(final String reason)
    {
        return new SyncChoice(SyncMethod.BUFFERED, reason);
    }
}
