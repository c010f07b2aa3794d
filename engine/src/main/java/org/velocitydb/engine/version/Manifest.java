package org.velocitydb.engine.version;

import org.agrona.CloseHelper;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * The durable side of the table sets: what the manifest says, and how it is said. One thread.
 *
 * <p>At each open, and whenever an edit finds no room, a new manifest is begun with one edit that says it all; the
 * switch of {@code CURRENT} to it is the moment at which it counts. Room is taken when a manifest is created, so a full
 * disk is met before anything is changed: {@link StorageFullException} means that nothing happened. After any other
 * failure of {@link #apply} it is unknown whether the edit will be found at the next open, so nothing more is accepted.
 */
final class Manifest implements AutoCloseable
{
    /** Some two thousand flushes; read in one piece when a store is opened. */
    static final int DEFAULT_FILE_LENGTH = 256 * 1024;

    private final Storage storage;
    private final int minFileLength;
    private VersionState state;
    /** Of the manifest that counts; 0 where there is none yet. */
    private long manifestNumber;
    private ManifestWriter writer;
    private ManifestTail tailFound = ManifestTail.CLEAN;
    private boolean isBroken;

    private Manifest(final Storage storage, final int minFileLength, final VersionState state)
    {
        this.storage = storage;
        this.minFileLength = minFileLength;
        this.state = state;
    }

    /**
     * Reads the manifest that counts, or finds that the store is new. Nothing is written yet; {@link #begin} does.
     *
     * <pre>
     *     CURRENT | table files |
     *   A   yes   |    any      | read the manifest that it names
     *   B   no    |    no       | a new store, whatever a first open that crashed has left
     *   C   no    |    yes      | damaged: tables come after the first CURRENT
     * </pre>
     */
    static Manifest open(final Storage storage, final int minFileLength)
    {
        if (storage.exists(ManifestNames.CURRENT))
        {
            return read(storage, minFileLength);
        }
        for (final String fileName : storage.list(TableNames.DIRECTORY))
        {
            if (TableNames.number(fileName) != TableNames.NULL_TABLE_NUMBER)
            {
                throw new CorruptionException(
                    "tables without a manifest: file=" + ManifestNames.CURRENT + ", offset=0, table=" + fileName);
            }
        }
        return new Manifest(storage, minFileLength, new VersionState());
    }

    private static Manifest read(final Storage storage, final int minFileLength)
    {
        final long manifestNumber = CurrentFile.read(storage);
        final String name = ManifestNames.manifest(manifestNumber);
        if (!storage.exists(name))
        {
            throw new CorruptionException("manifest is missing: file=" + name + ", named by=" + ManifestNames.CURRENT);
        }
        final VersionState state = new VersionState();
        final ManifestReader reader = new ManifestReader(storage, manifestNumber);
        final Manifest manifest = new Manifest(storage, minFileLength, state);
        manifest.manifestNumber = manifestNumber;
        manifest.tailFound = reader.read((edit, offset) -> applyFound(state, edit, reader, offset));
        return manifest;
    }

    /** Takes in an edit that was read; what contradicts those before it is damage. */
    static void applyFound(
        final VersionState state, final VersionEdit edit, final ManifestReader reader, final long offset)
    {
        try
        {
            state.apply(edit);
        }
        catch (final IllegalArgumentException e)
        {
            throw reader.corruption("manifest edit contradicts those before, " + e.getMessage(), offset, offset);
        }
    }

    /**
     * Writes the manifest of a store that has none, and makes it count.
     *
     * @param storage of the store, whose tables are there and durable.
     * @param edit    that says it all.
     */
    static void create(final Storage storage, final VersionEdit edit)
    {
        final VersionState state = new VersionState();
        state.apply(edit);
        try (Manifest manifest = new Manifest(storage, DEFAULT_FILE_LENGTH, state))
        {
            manifest.begin(state.nextTableNumber());
        }
    }

    VersionState state()
    {
        return state;
    }

    /** How the manifest ended that was read at open. */
    ManifestTail tailFound()
    {
        return tailFound;
    }

    /** Begins a manifest of this open, and removes all others. */
    void begin(final long nextTableNumber)
    {
        state.apply(new VersionEdit().nextTableNumber(nextTableNumber));
        roll(state);
    }

    /** Whether it is unknown what the last edit left on disk, so that no further one is taken. */
    boolean isBroken()
    {
        return isBroken;
    }

    /** The state that an edit leads to, if it does not contradict the present one. */
    VersionState preview(final VersionEdit edit)
    {
        final VersionState next = state.copy();
        next.apply(edit);
        return next;
    }

    /**
     * Makes an edit durable.
     *
     * @throws IllegalArgumentException when it contradicts the state; nothing has happened.
     * @throws StorageFullException     when there is no room; nothing has happened.
     * @throws StorageException         for every other failure; it is unknown what has happened.
     */
    void apply(final VersionEdit edit)
    {
        if (isBroken)
        {
            throw new IllegalStateException("manifest failed before: file=" + ManifestNames.manifest(manifestNumber));
        }
        final VersionState next = preview(edit);
        try
        {
            write(edit, next);
        }
        catch (final StorageFullException e)
        {
            if (isBroken)
            {
                // Whoever is told of a full disk removes the tables, which the manifest may name by now.
                throw new StorageException("no room in the middle of an edit: " + e.getMessage(), e);
            }
            throw e;
        }
        state = next;
    }

    private void write(final VersionEdit edit, final VersionState next)
    {
        if (writer.hasRoom(edit))
        {
            isBroken = true;
            writer.append(edit);
            isBroken = false;
        }
        else
        {
            roll(next);
        }
    }

    private void roll(final VersionState next)
    {
        final long newNumber = manifestNumber + 1;
        isBroken = true;
        final ManifestWriter newWriter = prepare(newNumber, next);
        CloseHelper.close(writer);
        // Before it counts: where that fails, this is closed with the manifest.
        writer = newWriter;
        CurrentFile.publish(storage);
        manifestNumber = newNumber;
        deleteOthers();
        isBroken = false;
    }

    private ManifestWriter prepare(final long newNumber, final VersionState next)
    {
        final String name = ManifestNames.manifest(newNumber);
        ManifestWriter newWriter = null;
        storage.delete(name);
        try
        {
            newWriter = ManifestWriter.create(storage, newNumber, minFileLength, next.toEdit());
            CurrentFile.prepare(storage, newNumber);
            return newWriter;
        }
        catch (final StorageFullException e)
        {
            CloseHelper.close(newWriter);
            storage.delete(name);
            isBroken = false;
            throw e;
        }
        catch (final RuntimeException e)
        {
            CloseHelper.close(newWriter);
            throw e;
        }
    }

    private void deleteOthers()
    {
        final String current = ManifestNames.manifest(manifestNumber);
        for (final String fileName : storage.list(""))
        {
            if (fileName.startsWith(ManifestNames.MANIFEST_PREFIX) && !fileName.equals(current))
            {
                storage.delete(fileName);
            }
        }
    }

    @Override
    public void close()
    {
        CloseHelper.close(writer);
        writer = null;
    }
}
