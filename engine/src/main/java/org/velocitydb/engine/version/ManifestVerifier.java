package org.velocitydb.engine.version;

import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

import org.velocitydb.engine.table.TableNames;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Finding;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;

/**
 * Checks {@code CURRENT} and the manifest that it names as {@link VersionSet#open} would read them. Changes nothing.
 * One thread; the store is closed, and its lock is held by whoever verifies.
 */
public final class ManifestVerifier
{
    private final Storage storage;
    private final Consumer<Finding> findings;

    /**
     * Verifies one store's manifest.
     *
     * @param storage  that holds it.
     * @param findings receives what is found.
     */
    public ManifestVerifier(final Storage storage, final Consumer<Finding> findings)
    {
        this.storage = storage;
        this.findings = findings;
    }

    /**
     * Whether there is anything in a storage that only a store leaves there.
     *
     * @param storage to look at.
     * @return false where there is neither a manifest nor a directory of tables.
     */
    public static boolean isStore(final Storage storage)
    {
        return storage.exists(ManifestNames.CURRENT) || storage.exists(TableNames.DIRECTORY) ||
            storage.list("").stream().anyMatch(name -> name.startsWith(ManifestNames.MANIFEST_PREFIX));
    }

    /**
     * Reads the manifest that counts.
     *
     * @return what it says, or null where that cannot be told, which is a finding.
     */
    public ManifestContents verify()
    {
        if (!storage.exists(ManifestNames.CURRENT))
        {
            findings.accept(
                Finding.error(
                    ManifestNames.CURRENT, Finding.NULL_OFFSET,
                    "is missing: lost, or the store's first opening was not finished"));
            return null;
        }
        long manifestNumber = ManifestNames.NULL_NUMBER;
        String file = ManifestNames.CURRENT;
        ManifestContents contents = null;
        try
        {
            manifestNumber = CurrentFile.read(storage);
            file = ManifestNames.manifest(manifestNumber);
            contents = read(manifestNumber, file);
        }
        catch (final StorageException ex)
        {
            findings.accept(Finding.of(file, ex));
        }
        tellOthers(manifestNumber);
        return contents;
    }

    private ManifestContents read(final long manifestNumber, final String file)
    {
        if (!storage.exists(file))
        {
            throw new CorruptionException("manifest is missing", file, 0, "named by=" + ManifestNames.CURRENT);
        }
        final VersionState state = new VersionState();
        final ManifestReader reader = new ManifestReader(storage, manifestNumber);
        final ManifestTail tail = reader
            .read((edit, offset) -> Manifest.applyFound(state, edit, reader, offset));
        if (tail == ManifestTail.TORN)
        {
            findings.accept(
                Finding.note(
                    file, reader.endOffset(),
                    "torn tail: what follows was never acknowledged; the next start cuts it"));
        }
        return contents(file, state);
    }

    private static ManifestContents contents(final String file, final VersionState state)
    {
        final List<ListedTable> tables = state.tables()
            .values()
            .stream()
            .map(table -> new ListedTable(table.level(), table.tableNumber(), table.lengthBytes()))
            .sorted(Comparator.comparingInt(ListedTable::level).thenComparingLong(ListedTable::tableNumber))
            .toList();
        return new ManifestContents(file, state.flushedSequence(), state.nextTableNumber(), tables);
    }

    private void tellOthers(final long manifestNumber)
    {
        for (final String fileName : storage.list(""))
        {
            final boolean isOther = fileName.startsWith(ManifestNames.MANIFEST_PREFIX) &&
                manifestNumber != ManifestNames.NULL_NUMBER && ManifestNames.number(fileName) != manifestNumber;
            if (isOther || fileName.equals(ManifestNames.CURRENT_NEXT))
            {
                findings.accept(
                    Finding.note(fileName, Finding.NULL_OFFSET, "does not count; the next start deletes it"));
            }
        }
    }
}
