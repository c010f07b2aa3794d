package org.velocitydb.journal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * <p>A spare is there only for a writer that will soon need it: it is made once a part of the current segment has been
 * used ({@link SegmentLengths}), and purged segments are kept as spares only while segments have their full length. One
 * that is longer than the next segment is to be, since the writer went back to a short one, is deleted. So are all when
 * the journal is closed.
 *
 * <p>Two threads: the writer seals, purges, takes and says where it is; a background thread calls {@link #prepare()}
 * and owns everything but the hand-overs: the queue of sealed segments, the purge sequence, the slot with one ready
 * file, and what the writer says of its segment.
 */
final class SpareSegments implements AutoCloseable
{
    /**
     * Zeros that are written and forced at a time. A force of the writer waits for what the disk is already doing:
     * behind a whole segment of zeros for a few hundred milliseconds, behind this for a few.
     */
    static final int STEP_LENGTH = 1024 * 1024;

    private final JournalContext context;
    private final Storage storage;

    /** Sealed by the writer, drained by the background; grows by one at a roll and so is as short as the journal. */
    private final Queue<SealedSegment> sealed = new ConcurrentLinkedQueue<>();
    /** Written by the writer, read by the background. */
    private final AtomicLong purgeSequence;
    /**
     * Written by the writer, like the two below, and read by the background. Opaque: a late look delays a spare, or
     * makes one that is deleted.
     */
    private final AtomicLong currentLength = new AtomicLong();
    private final AtomicLong nextLength = new AtomicLong();
    private final AtomicBoolean isWanted = new AtomicBoolean();
    /**
     * The one spare that the writer may have. Before the release the background owns the file, after the exchange that
     * takes it out, whoever did that.
     */
    private final AtomicReference<Spare> ready = new AtomicReference<>();

    /** The writer's: of the segments since it began with a short one, the configured length at most. */
    private long longestLength;
    /** The writer's: position in the segment from which on the next one is wanted. */
    private long wantedFrom;

    private final ArrayDeque<SealedSegment> purgeable = new ArrayDeque<>();
    private final ArrayDeque<Blank> blanks = new ArrayDeque<>();
    private long nextSpareId;
    /** The spare that is being made; null where none is. */
    private StorageFile growing;
    private long growingId;
    private long growingLength;

    /** A spare without a reader. */
    private record Blank(String path, long lengthBytes)
    {
    }

    /** A spare that is open. */
    private record Spare(StorageFile file, long lengthBytes)
    {
    }

    SpareSegments(final JournalContext context, final long fromSequence)
    {
        this.context = context;
        this.storage = context.storage();
        this.purgeSequence = new AtomicLong(fromSequence);
    }

    /**
     * Deletes what an earlier run left behind, which had no time to close. Called once, before there is a second
     * thread.
     */
    void clean()
    {
        for (final String name : storage.list(context.directory()))
        {
            if (SegmentNames.id(name, SegmentNames.SPARE_SUFFIX) != SegmentNames.NULL_ID ||
                SegmentNames.id(name, SegmentNames.TEMPORARY_SUFFIX) != SegmentNames.NULL_ID ||
                SegmentNames.id(name, SegmentNames.BLANK_SUFFIX) != SegmentNames.NULL_ID)
            {
                storage.delete(context.directory() + "/" + name);
            }
        }
    }

    /** Writer: it goes on in a segment of this length. */
    void onSegment(final long lengthBytes)
    {
        longestLength = Math.min(Math.max(longestLength, lengthBytes), context.segmentLength());
        // A segment that is shorter than one before it was made because no spare was ready in time.
        wantedFrom = lengthBytes < longestLength ? 0 : SegmentLengths.wantedFrom(lengthBytes);
        currentLength.setOpaque(lengthBytes);
        nextLength.setOpaque(SegmentLengths.next(longestLength, context.segmentLength()));
        isWanted.setOpaque(false);
    }

    /** Writer: it goes on in a short segment, and the next ones are to be short as well. */
    void onShortSegment(final long lengthBytes)
    {
        longestLength = 0;
        onSegment(lengthBytes);
    }

    /** Writer: it is about to write up to this position of its segment. */
    void onPosition(final long position)
    {
        if (position >= wantedFrom)
        {
            wantedFrom = Long.MAX_VALUE;
            isWanted.setOpaque(true);
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

    /** Writer: the sequence below which nothing is needed any more. */
    long purgeSequence()
    {
        return purgeSequence.getPlain();
    }

    /** Writer: takes the ready file, or null where there is none that is long enough. */
    StorageFile take(final long minLength)
    {
        // Acquire: pairs with the release in makeReady(); the file is the writer's once it is out of the slot.
        final Spare spare = ready.getAcquire();
        if (spare == null || spare.lengthBytes() < minLength)
        {
            return null;
        }
        // Before the slot is empty: or the background would begin another one of this length.
        isWanted.setOpaque(false);
        return ready.compareAndSet(spare, null) ? spare.file() : null;
    }

    /** Background: what the files take, those that are not needed any more included. */
    long lengthBytes()
    {
        final Spare spare = ready.getAcquire();
        long lengthBytes = currentLength.getOpaque() + (spare == null ? 0 : spare.lengthBytes()) +
            (growing == null ? 0 : growingLength);
        for (final SealedSegment segment : purgeable)
        {
            lengthBytes += segment.lengthBytes();
        }
        for (final Blank blank : blanks)
        {
            lengthBytes += blank.lengthBytes();
        }
        return lengthBytes;
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
        return (next != null || retired > 0 || dropLong() || makeReady()) ? 1 : 0;
    }

    /** Deletes all spares; neither thread runs any more. */
    void discard()
    {
        dropReady(ready.getPlain());
        dropGrowing();
        while (!blanks.isEmpty())
        {
            storage.delete(blanks.removeFirst().path());
        }
    }

    /** Closes the ready file; neither thread runs any more. */
    @Override
    public void close()
    {
        final Spare unused = ready.getAndSet(null);
        final StorageFile unfinished = growing;
        growing = null;
        CloseHelper.closeAll(unused == null ? null : unused.file(), unfinished);
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
        final long fullLength = context.segmentLength();
        final boolean isKept = oldest.lengthBytes() == fullLength && nextLength.getOpaque() == fullLength &&
            blanks.size() < context.spareCount();
        if (isKept)
        {
            final String blank = path(nextSpareId++, SegmentNames.SPARE_SUFFIX);
            storage.rename(oldest.path(), blank);
            // Before it is written to: or a crash might show the old name over the new content.
            storage.forceDirectory(context.directory());
            blanks.addLast(new Blank(blank, fullLength));
        }
        else
        {
            storage.delete(oldest.path());
            storage.forceDirectory(context.directory());
        }
        return 1;
    }

    /** Drops one spare that is longer than the writer's next segment, if there is one. */
    private boolean dropLong()
    {
        final long maxLength = nextLength.getOpaque();
        final Spare spare = ready.getPlain();
        if (spare != null && spare.lengthBytes() > maxLength)
        {
            dropReady(spare);
            return true;
        }
        if (growing != null && growingLength > maxLength)
        {
            dropGrowing();
            return true;
        }
        if (!blanks.isEmpty() && blanks.peekFirst().lengthBytes() > maxLength)
        {
            storage.delete(blanks.removeFirst().path());
            return true;
        }
        return false;
    }

    private void dropReady(final Spare spare)
    {
        // The writer may have taken it meanwhile.
        if (spare != null && ready.compareAndSet(spare, null))
        {
            spare.file().close();
            storage.delete(spare.file().name());
        }
    }

    private boolean makeReady()
    {
        // Acquire: pairs with the exchange in take(). Whoever finds the slot emptied does not find the wish unchanged.
        if (ready.getAcquire() != null)
        {
            return false;
        }
        if (blanks.isEmpty())
        {
            return (growing != null || isWanted.getOpaque()) && growBlank();
        }
        final Blank blank = blanks.removeFirst();
        // Release: pairs with the acquire in take(). Whoever sees the file may write to it.
        ready.setRelease(new Spare(storage.open(blank.path()), blank.lengthBytes()));
        return true;
    }

    /**
     * Does one step towards a spare, or begins one where there seems to be room. Each step is forced before the next:
     * had a force failed, the file's length might never reach the disk, whatever the operating system shows, and a
     * segment made of it would be too short after a crash.
     */
    private boolean growBlank()
    {
        if (growing == null && storage.usableBytes() < nextLength.getOpaque())
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
        if (growing.lengthBytes() == growingLength)
        {
            final String spare = path(growingId, SegmentNames.SPARE_SUFFIX);
            closeGrowing();
            storage.rename(path(growingId, SegmentNames.BLANK_SUFFIX), spare);
            blanks.addLast(new Blank(spare, growingLength));
        }
        return true;
    }

    private void writeStep()
    {
        if (growing == null)
        {
            growingId = nextSpareId++;
            growingLength = nextLength.getOpaque();
            growing = storage.create(
                path(growingId, SegmentNames.BLANK_SUFFIX), Math.min(STEP_LENGTH, growingLength));
        }
        else
        {
            final int length = (int) growing.lengthBytes();
            Recovery.zero(growing, length, (int) Math.min(length + STEP_LENGTH, growingLength));
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

    private String path(final long spareId, final String suffix)
    {
        return context.directory() + "/" + SegmentNames.name(spareId, suffix);
    }
}
