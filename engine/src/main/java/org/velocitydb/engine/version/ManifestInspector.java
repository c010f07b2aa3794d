package org.velocitydb.engine.version;

import java.io.PrintStream;

import org.velocitydb.journal.storage.Storage;

/**
 * Prints the manifest that counts in words, edit by edit, for people who look into a store that is not running.
 */
public final class ManifestInspector
{
    private final Storage storage;
    private final PrintStream out;

    /**
     * An inspector of one store.
     *
     * @param storage that holds it.
     * @param out     where the words go.
     */
    public ManifestInspector(final Storage storage, final PrintStream out)
    {
        this.storage = storage;
        this.out = out;
    }

    /**
     * Prints the manifest.
     *
     * @throws org.velocitydb.journal.storage.CorruptionException at the first damage met; what came before is printed.
     */
    public void inspect()
    {
        final long manifestNumber = CurrentFile.read(storage);
        out.println("manifest " + ManifestNames.manifest(manifestNumber));
        final ManifestTail tail = new ManifestReader(storage, manifestNumber)
            .read((edit, offset) -> out.println("  " + offset + ' ' + edit));
        out.println(tail == ManifestTail.TORN ? "  torn tail, never acknowledged" : "  end");
    }
}
