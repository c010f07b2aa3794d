package org.velocitydb.engine.version;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;

/**
 * Owner of a store's current {@link TableSet}. One background thread opens it, applies every {@link VersionEdit}, runs
 * the {@link #janitor()} and closes it; others only ever see the sets that this thread hands to them, and take numbers
 * for the tables that they write.
 *
 * <p>An edit is durable before the set that it leads to exists. A set handed to readers is kept alive by a reference of
 * theirs: the thread calls {@link TableSet#retain()} before it publishes the set, and whoever knows that no reader can
 * see it any more calls {@link TableSet#release()}.
 */
public final class VersionSet implements AutoCloseable
{
    private final Storage storage;
    private final Manifest manifest;
    private final TableJanitor janitor;
    private final TableReadContext context = new TableReadContext();
    private final Map<Long, Table> tables = new HashMap<>();
    /** Taken by the threads that write tables. */
    private final AtomicLong nextTableNumber = new AtomicLong();
    private TableSet current;

    private VersionSet(final Storage storage, final Manifest manifest)
    {
        this.storage = storage;
        this.manifest = manifest;
        janitor = new TableJanitor(storage);
    }

    /**
     * Opens the tables of a store, or begins a new one. Verifies each table but its blocks, removes files that belong
     * to nothing, and begins a new manifest.
     *
     * @param storage of the store, which nobody else has open.
     * @return the owner, on the calling thread.
     * @throws CorruptionException                                    when a file is missing or damaged.
     * @throws org.velocitydb.journal.storage.UnsupportedFormatException when a newer release wrote a file.
     */
    public static VersionSet open(final Storage storage)
    {
        return open(storage, Manifest.DEFAULT_FILE_LENGTH);
    }

    static VersionSet open(final Storage storage, final int minManifestLength)
    {
        storage.makeDirectory(TableNames.DIRECTORY);
        final VersionSet versions = new VersionSet(storage, Manifest.open(storage, minManifestLength));
        try
        {
            versions.openTables();
            versions.manifest.begin(versions.findNextTableNumber());
            versions.deleteOrphans();
            return versions;
        }
        catch (final RuntimeException e)
        {
            versions.close();
            throw e;
        }
    }

    private void openTables()
    {
        for (final VersionEdit.Added table : manifest.state().tables().values())
        {
            tables.put(table.tableNumber(), openTable(table));
        }
        current = newTableSet(manifest.state());
        // From here on the set's references are the only ones.
        tables.values().forEach(Table::release);
        final String overlap = current.findOverlap();
        if (overlap != null)
        {
            throw new CorruptionException("tables overlap: " + overlap);
        }
    }

    private Table openTable(final VersionEdit.Added expected)
    {
        final String name = TableNames.of(expected.tableNumber());
        if (!storage.exists(name))
        {
            throw new CorruptionException("table is missing: file=" + name);
        }
        final Table table = Table.open(storage, expected.tableNumber(), context);
        if (table.info().lengthBytes() != expected.lengthBytes())
        {
            table.close();
            throw new CorruptionException("table length differs: file=" + name + ", length=" +
                table.info().lengthBytes() + ", expected=" + expected.lengthBytes());
        }
        return table;
    }

    private TableSet newTableSet(final VersionState state)
    {
        final List<List<Table>> levels = new ArrayList<>();
        for (int level = 0; level < TableSet.LEVEL_COUNT; level++)
        {
            levels.add(new ArrayList<>());
        }
        state.tables().values().forEach(table -> levels.get(table.level()).add(tables.get(table.tableNumber())));
        return new TableSet(levels, state.flushedSequence(), janitor);
    }

    /** After all that the manifest knows and all that lie around, so that no name is ever used twice. */
    private long findNextTableNumber()
    {
        long next = manifest.state().nextTableNumber();
        for (final String fileName : storage.list(TableNames.DIRECTORY))
        {
            next = Math.max(next, TableNames.number(fileName) + 1);
        }
        nextTableNumber.set(next);
        return next;
    }

    /** Removes tables that a crash left unfinished, or brought back. */
    private void deleteOrphans()
    {
        for (final String fileName : storage.list(TableNames.DIRECTORY))
        {
            final long tableNumber = TableNames.number(fileName);
            if (tableNumber != TableNames.NULL_TABLE_NUMBER && !tables.containsKey(tableNumber))
            {
                storage.delete(TableNames.of(tableNumber));
            }
        }
    }

    /**
     * The newest set, for the owning thread.
     *
     * @return the set, which this keeps alive until the next {@link #apply}.
     */
    public TableSet current()
    {
        return current;
    }

    /**
     * Whether the manifest ended in a change that was never acknowledged, which was cut off at open.
     *
     * @return true if so.
     */
    public boolean hadTornTail()
    {
        return manifest.tailFound() == ManifestTail.TORN;
    }

    /**
     * Puts away what nobody refers to; to be driven by the owning thread.
     *
     * @return the janitor.
     */
    public TableJanitor janitor()
    {
        return janitor;
    }

    /**
     * Storage that the tables are in.
     *
     * @return the store's storage.
     */
    public Storage storage()
    {
        return storage;
    }

    /**
     * A number for a new table. Any thread.
     *
     * @return never the same twice, not even after a crash, as long as a file of this number exists.
     */
    public long takeTableNumber()
    {
        return nextTableNumber.getAndIncrement();
    }

    /**
     * Makes an edit durable and then current. Opens the tables that it adds first, so that none becomes part of the
     * store which cannot be read.
     *
     * @param edit whose added tables are durable; not used again.
     * @return the new set; {@link #current()} until the next edit.
     * @throws IllegalArgumentException                            when the edit contradicts the current set, or tables
     *                                                             below level 0 would overlap; nothing has happened.
     * @throws org.velocitydb.journal.storage.StorageFullException when the disk is full; nothing has happened, the edit
     *                                                             may be applied again later.
     * @throws StorageException                                    for every other failure; it is unknown whether the
     *                                                             edit will be found at the next open, and no further
     *                                                             one is accepted.
     */
    public TableSet apply(final VersionEdit edit)
    {
        edit.nextTableNumber(nextTableNumber.get());
        final List<Table> opened = new ArrayList<>();
        TableSet next = null;
        try
        {
            openAdded(edit, opened);
            next = newTableSet(manifest.preview(edit));
            final String overlap = next.findOverlap();
            if (overlap != null)
            {
                throw new IllegalArgumentException("tables would overlap: " + overlap + ", " + edit);
            }
            manifest.apply(edit);
        }
        catch (final RuntimeException e)
        {
            undo(next, opened);
            throw e;
        }
        show(next, opened, edit);
        return next;
    }

    /**
     * Begins a copy of the current set, which goes on while the set changes.
     *
     * @param directory of the store's storage that the copy goes to; nothing is in it.
     * @return the copy, to be driven and closed by the owning thread.
     */
    public VersionCopy beginCopy(final String directory)
    {
        return new VersionCopy(storage, directory, current, manifest.state().toEdit());
    }

    /**
     * Whether a failure has left it unknown what the manifest holds. No further edit is taken: the store has to be
     * opened again.
     *
     * @return true after {@link #apply} failed for another reason than a full disk.
     */
    public boolean isBroken()
    {
        return manifest.isBroken();
    }

    private void openAdded(final VersionEdit edit, final List<Table> opened)
    {
        for (final VersionEdit.Added added : edit.added())
        {
            if (!tables.containsKey(added.tableNumber()))
            {
                final Table table = openTable(added);
                opened.add(table);
                tables.put(table.number(), table);
            }
        }
    }

    private void undo(final TableSet next, final List<Table> opened)
    {
        if (next != null)
        {
            next.release();
        }
        for (final Table table : opened)
        {
            tables.remove(table.number());
            table.close();
        }
    }

    private void show(final TableSet next, final List<Table> opened, final VersionEdit edit)
    {
        final TableSet previous = current;
        current = next;
        opened.forEach(Table::release);
        for (final VersionEdit.Removed removed : edit.removed())
        {
            if (!manifest.state().tables().containsKey(removed.tableNumber()))
            {
                janitor.onObsolete(tables.remove(removed.tableNumber()));
            }
        }
        previous.release();
    }

    /**
     * Closes the manifest and gives back the current set. Tables are closed as their last references go; what is
     * unreferenced already is put away here.
     */
    @Override
    public void close()
    {
        manifest.close();
        context.close();
        if (current != null)
        {
            current.release();
            current = null;
        }
        else
        {
            tables.values().forEach(Table::close);
        }
        // Readers may hold what is still referenced; a second call must not take it from them.
        tables.clear();
        while (janitor.doWork() > 0)
        {
            // Each round puts away a few.
        }
    }
}
