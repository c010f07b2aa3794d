package org.velocitydb.journal;

import java.util.concurrent.atomic.AtomicReference;

import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Forces, in the background, what the writer has appended and not forced. Nobody has asked for that, and nothing counts
 * as durable by it; but the writer forces a segment before it leaves it, and would else wait there until the disk has
 * written all of it (some 100 ms for 64 MiB).
 *
 * <p>Two threads: a background thread calls {@link #prepare()}, the writer everything else. They share the name of the
 * segment to be forced, and the failure.
 *
 * <p>A failure of the background is the journal's: pages that the operating system could not write are lost. Linux
 * tells that to each handle of the file once, so the writer's own force fails as well; what is remembered here does
 * not rely on that.
 */
final class EarlyForce
{
    /** A segment is forced about so many times while it is filled. */
    private static final int FORCES_PER_SEGMENT = 16;

    private final Storage storage;
    private final long intervalBytes;

    /** Set by the writer, taken by the background. */
    private final AtomicReference<String> requested = new AtomicReference<>();
    /** Set by the background, once. */
    private final AtomicReference<StorageException> failure = new AtomicReference<>();

    /** The writer's: bytes appended since the last force. */
    private long unforcedBytes;

    EarlyForce(final Storage storage, final long segmentLength)
    {
        this.storage = storage;
        intervalBytes = segmentLength / FORCES_PER_SEGMENT;
    }

    /** Writer: takes note of a record that it does not force. */
    void onAppended(final String segment, final int lengthBytes)
    {
        unforcedBytes += lengthBytes;
        if (unforcedBytes >= intervalBytes)
        {
            unforcedBytes = 0;
            // Release: pairs with the acquire in prepare(); the background forces at least what was appended by now.
            requested.setRelease(segment);
        }
    }

    /** Writer: takes note that everything has been forced. From here on it may leave and purge the segment. */
    void onForced()
    {
        unforcedBytes = 0;
        if (requested.getPlain() != null)
        {
            requested.setOpaque(null);
        }
    }

    /**
     * Writer: asked between a force and calling anything durable by it.
     *
     * @throws StorageException that the background has met.
     */
    void requireNoFailure()
    {
        // Acquire: pairs with the release in prepare().
        final StorageException ex = failure.getAcquire();
        if (ex != null)
        {
            throw ex;
        }
    }

    /** Background: forces once, if asked to. The same thread renames and deletes segments, never before this. */
    int prepare()
    {
        if (requested.getOpaque() == null || failure.getPlain() != null)
        {
            return 0;
        }
        final String segment = requested.getAndSet(null);
        if (segment == null)
        {
            return 0;
        }
        try (StorageFile file = storage.open(segment))
        {
            force(file);
        }
        return 1;
    }

    private void force(final StorageFile file)
    {
        try
        {
            file.force();
        }
        catch (final StorageException ex)
        {
            failure.setRelease(ex);
            throw ex;
        }
    }
}
