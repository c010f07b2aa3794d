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
        CloseHelper.close(ready.getAndSet(null));
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
        final StorageFile file = blanks.isEmpty() ? createBlank() : storage.open(blanks.removeFirst());
        if (file == null)
        {
            return false;
        }
        // Release: pairs with the acquire in take(). Whoever sees the file may write to it.
        ready.setRelease(file);
        return true;
    }

    /**
     * Makes a spare. It is called one only after its force: had that failed, its length might never reach the disk,
     * whatever the operating system shows, and a segment made of it would be too short after a crash.
     */
    private StorageFile createBlank()
    {
        final long spareId = nextSpareId++;
        final String blank = path(spareId, SegmentNames.BLANK_SUFFIX);
        boolean isForced = false;
        try (StorageFile file = storage.create(blank, context.segmentLength()))
        {
            file.force();
            isForced = true;
        }
        catch (final StorageFullException ignored)
        {
            // Nothing is broken yet. The writer finds out, and says so, when it needs the room.
            return null;
        }
        finally
        {
            if (!isForced)
            {
                storage.delete(blank);
            }
        }
        final String spare = path(spareId, SegmentNames.SPARE_SUFFIX);
        storage.rename(blank, spare);
        return storage.open(spare);
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
