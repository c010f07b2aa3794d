package org.velocitydb.journal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.agrona.CloseHelper;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * Files that wait to become segments, and segments that wait to become such files, so that the writer need not make,
 * fill or delete a file when it rolls.
 *
 * <p>Two threads: the writer seals, purges and takes; a background thread calls {@link #prepare()} and owns everything
 * but the three hand-overs: the queue of sealed segments, the purge sequence, and the slot with one ready file.
 */
final class SpareSegments implements AutoCloseable
{
    /**
     * Zeros that are written and forced at a time. A force of the writer waits for what the disk is already doing:
     * behind
     * a whole segment of zeros for a few hundred milliseconds, behind this for a few.
     */
    static final int STEP_LENGTH = 1024 * 1024;

    private final JournalContext context;
    private final Storage storage;

    /** Sealed by the writer, drained by the background; grows by one at a roll and so is as short as the journal. */
    private final Queue<SealedSegment> sealed = new ConcurrentLinkedQueue<>();
    /** Written by the writer, read by the background. */
    private final AtomicLong purgeSequence;
    /**
     * The one spare that the writer may have. Before the release the background owns the file, after the acquire the
     * writer does.
     */
    private final AtomicReference<StorageFile> ready = new AtomicReference<>();

    private final ArrayDeque<SealedSegment> purgeable = new ArrayDeque<>();
    private final ArrayDeque<String> blanks = new ArrayDeque<>();
    private long nextSpareId;
    /** The spare that is being made; null where none is. */
    private StorageFile growing;
    private long growingId;

    SpareSegments(final JournalContext context, final long fromSequence)
    {
        this.context = context;
        this.storage = context.storage();
        this.purgeSequence = new AtomicLong(fromSequence);
    }

    /**
     * Looks through what an earlier run left: keeps spares of the right length, one of them ready, and deletes the rest
     * and what was never finished. Called once, before there is a second thread.
     */
    void adopt()
    {
        for (final String name : storage.list(context.directory()))
        {
            final String path = context.directory() + "/" + name;
            final long spareId = SegmentNames.id(name, SegmentNames.SPARE_SUFFIX);
            if (spareId != SegmentNames.NULL_ID)
            {
                nextSpareId = Math.max(nextSpareId, spareId + 1);
                adoptSpare(path);
            }
            else if (SegmentNames.id(name, SegmentNames.TEMPORARY_SUFFIX) != SegmentNames.NULL_ID ||
                SegmentNames.id(name, SegmentNames.BLANK_SUFFIX) != SegmentNames.NULL_ID)
            {
                storage.delete(path);
            }
        }
        if (!blanks.isEmpty())
        {
            makeReady();
        }
    }

    /** Writer: hands over a segment that it has left. */
    void seal(final SealedSegment segment)
    {
        sealed.add(segment);
    }

    /** Writer: says that sequences below this one are not needed any more. */
    void purge(final long sequenceBelow)
    {
        if (sequenceBelow > purgeSequence.getPlain())
        {
            // Release: pairs with the acquire in retireOne(); whoever sees it may delete what lies below.
            purgeSequence.setRelease(sequenceBelow);
        }
    }

    /** Writer: takes the ready file, or null where there is none. */
    StorageFile take()
    {
        // Acquire: pairs with the release in makeReady(); the file is the writer's from here on.
        return ready.getAcquire() == null ? null : ready.getAndSet(null);
    }

    /** Background: does one piece of work, if there is one. */
    int prepare()
    {
        final SealedSegment next = sealed.poll();
        if (next != null)
        {
            purgeable.addLast(next);
        }
        final int retired = retireOne();
        return (next != null || retired > 0 || makeReady()) ? 1 : 0;
    }

    /** Closes the ready file; neither thread runs any more. */
    @Override
    public void close()
    {
        final StorageFile unused = ready.getAndSet(null);
        final StorageFile unfinished = growing;
        growing = null;
        CloseHelper.closeAll(unused, unfinished);
    }

    private int retireOne()
    {
        final SealedSegment oldest = purgeable.peekFirst();
        if (oldest == null || oldest.lastSequence() >= purgeSequence.getAcquire())
        {
            return 0;
        }
        // Off the list first: if this fails, the file is merely left to the next start.
        purgeable.removeFirst();
        final boolean isKept = oldest.lengthBytes() == context.segmentLength() && blanks.size() < context.spareCount();
        if (isKept)
        {
            final String blank = path(nextSpareId++, SegmentNames.SPARE_SUFFIX);
            storage.rename(oldest.path(), blank);
            // Before it is written to: or a crash might show the old name over the new content.
            storage.forceDirectory(context.directory());
            blanks.addLast(blank);
        }
        else
        {
            storage.delete(oldest.path());
            storage.forceDirectory(context.directory());
        }
        return 1;
    }

    private boolean makeReady()
    {
        if (ready.getPlain() != null)
        {
            return false;
        }
        if (blanks.isEmpty())
        {
            return growBlank();
        }
        // Release: pairs with the acquire in take(). Whoever sees the file may write to it.
        ready.setRelease(storage.open(blanks.removeFirst()));
        return true;
    }

    /**
     * Does one step towards a spare, or begins one where there seems to be room. Each step is forced before the next:
     * had a force failed, the file's length might never reach the disk, whatever the operating system shows, and a
     * segment made of it would be too short after a crash.
     */
    private boolean growBlank()
    {
        if (growing == null && storage.usableBytes() < context.segmentLength())
        {
            return false;
        }
        boolean isForced = false;
        try
        {
            writeStep();
            growing.force();
            isForced = true;
        }
        catch (final StorageFullException ignored)
        {
            // Nothing is broken yet. The writer finds out, and says so, when it needs the room.
            return false;
        }
        finally
        {
            if (!isForced)
            {
                dropGrowing();
            }
        }
        if (growing.lengthBytes() == context.segmentLength())
        {
            final String spare = path(growingId, SegmentNames.SPARE_SUFFIX);
            closeGrowing();
            storage.rename(path(growingId, SegmentNames.BLANK_SUFFIX), spare);
            blanks.addLast(spare);
        }
        return true;
    }

    private void writeStep()
    {
        if (growing == null)
        {
            growingId = nextSpareId++;
            growing = storage.create(path(growingId, SegmentNames.BLANK_SUFFIX),
                Math.min(STEP_LENGTH, context.segmentLength()));
        }
        else
        {
            final int length = (int) growing.lengthBytes();
            Recovery.zero(growing, length, Math.min(length + STEP_LENGTH, context.segmentLength()));
        }
    }

    private void dropGrowing()
    {
        if (growing != null)
        {
            closeGrowing();
            storage.delete(path(growingId, SegmentNames.BLANK_SUFFIX));
        }
    }

    private void closeGrowing()
    {
        final StorageFile file = growing;
        growing = null;
        CloseHelper.close(file);
    }

    private void adoptSpare(final String path)
    {
        final long lengthBytes;
        try (StorageFile file = storage.open(path))
        {
            lengthBytes = file.lengthBytes();
        }
        if (lengthBytes == context.segmentLength() && blanks.size() < context.spareCount())
        {
            blanks.addLast(path);
        }
        else
        {
            storage.delete(path);
        }
    }

    private String path(final long spareId, final String suffix)
    {
        return context.directory() + "/" + SegmentNames.name(spareId, suffix);
    }
}
