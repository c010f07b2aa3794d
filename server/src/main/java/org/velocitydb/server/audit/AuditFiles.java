package org.velocitydb.server.audit;

import java.nio.ByteBuffer;

import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

/**
 * The files of a log, as they are written: appends, forces, begins the next file and removes the oldest. Owned by one
 * thread at a time. It knows bytes; what is in them is its owner's business.
 *
 * <p>A file gets its name once its first line is forced, so a file of that name always has one. It is never cut, never
 * written over and never written again once there is a newer one.
 */
final class AuditFiles implements AutoCloseable
{
    private static final String ROOT = "";

    private final Storage storage;
    private final int keptCount;
    private StorageFile file;
    private long number;
    private long oldest;
    private long position;
    private boolean isDirty;

    AuditFiles(final Storage storage, final int keptCount)
    {
        this.storage = storage;
        this.keptCount = keptCount;
    }

    /** Goes on with the last file where that can be appended to; else there is no file until one is begun. */
    void resume(final AuditTail tail)
    {
        for (final String name : storage.list(ROOT))
        {
            if (AuditFileNames.isUnfinished(name))
            {
                storage.delete(name);
            }
        }
        number = tail.number();
        oldest = tail.oldest();
        position = tail.lengthBytes();
        if (tail.isUsable())
        {
            file = storage.open(AuditFileNames.of(number));
        }
    }

    boolean hasFile()
    {
        return file != null;
    }

    long position()
    {
        return position;
    }

    long nextNumber()
    {
        return number + 1;
    }

    /** Of the files that are to be there once the next one is. */
    long nextOldest()
    {
        return Math.max(oldest, nextNumber() - keptCount + 1);
    }

    boolean isDirty()
    {
        return isDirty;
    }

    /**
     * Appends. Where it throws, a second call with the same bytes writes them in the same place.
     *
     * @param bytes from position to limit.
     */
    void append(final ByteBuffer bytes)
    {
        final int length = bytes.remaining();
        isDirty = true;
        file.write(bytes, position);
        position += length;
    }

    /** Where it throws, the file is done with: nobody knows what of it is on disk; a second force proves nothing. */
    void force()
    {
        if (!isDirty)
        {
            return;
        }
        try
        {
            file.force();
            isDirty = false;
        }
        catch (final StorageException ex)
        {
            abandon();
            throw ex;
        }
    }

    /**
     * Ends the present file, if there is one, and begins the next. Where it throws there may be no file, and it may be
     * called again.
     *
     * @param firstLine from position to limit.
     */
    void begin(final ByteBuffer firstLine)
    {
        if (file != null)
        {
            force();
            abandon();
        }
        final String unfinished = AuditFileNames.unfinished(nextNumber());
        final String name = AuditFileNames.of(nextNumber());
        final int length = firstLine.remaining();
        storage.delete(unfinished);
        try (StorageFile made = storage.create(unfinished, 0))
        {
            made.write(firstLine, 0);
            made.force();
        }
        storage.rename(unfinished, name);
        storage.forceDirectory(ROOT);
        file = storage.open(name);
        oldest = nextOldest();
        number++;
        position = length;
        isDirty = false;
    }

    /** Removes what is older than is to be kept. */
    void removeOld()
    {
        for (final long present : AuditFileNames.numbers(storage))
        {
            if (present < oldest)
            {
                storage.delete(AuditFileNames.of(present));
            }
        }
    }

    private void abandon()
    {
        final StorageFile ended = file;
        file = null;
        isDirty = false;
        ended.close();
    }

    @Override
    public void close()
    {
        if (file != null)
        {
            force();
            abandon();
        }
    }
}
