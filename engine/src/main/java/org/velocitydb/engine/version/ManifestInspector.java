package org.velocitydb.engine.version;

import java.io.PrintStream;
import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.velocitydb.journal.storage.Storage;

/**
 * Prints manifests in words, edit by edit, for people who look into a store that is not running.
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
     * Prints the manifest that counts.
     *
     * @throws org.velocitydb.journal.storage.CorruptionException at the first damage met; what came before is printed.
     */
    public void inspect()
    {
        inspectCurrent();
        inspect(ManifestNames.manifest(CurrentFile.read(storage)));
    }

    /**
     * Prints which manifest {@code CURRENT} names.
     *
     * @throws org.velocitydb.journal.storage.CorruptionException where it is damaged.
     */
    public void inspectCurrent()
    {
        out.println("current: manifest " + ManifestNames.manifest(CurrentFile.read(storage)));
    }

    /**
     * Prints a manifest, whether it counts or not.
     *
     * @param path of the file in its storage; the number in its name is part of its checksums, so one that is called
     *             otherwise is judged by the number that it says itself.
     * @throws org.velocitydb.journal.storage.CorruptionException at the first damage met; what came before is printed.
     */
    public void inspect(final String path)
    {
        final ManifestReader reader = new ManifestReader(storage, path);
        out.println("manifest " + path + ", number " + reader.manifestNumber());
        final ManifestTail tail = reader.read((edit, offset) -> out.println("  " + offset + ' ' + edit));
        out.println(tail == ManifestTail.TORN ? "  torn tail, never acknowledged" : "  end");
    }

    /**
     * Whether a file begins as a manifest does, whatever it is called.
     *
     * @param beginning of the file, at least 8 bytes.
     * @return true if it is one of ours, whole or not.
     */
    public static boolean isManifest(final DirectBuffer beginning)
    {
        return beginning.getLong(ManifestDescriptor.MAGIC_OFFSET, ByteOrder.LITTLE_ENDIAN) == ManifestDescriptor.MAGIC;
    }

    /**
     * Whether a file is called as a manifest is.
     *
     * @param name without directory.
     * @return true if it is.
     */
    public static boolean isManifestName(final String name)
    {
        return ManifestNames.number(name) != ManifestNames.NULL_NUMBER;
    }

    /**
     * Whether a file is called as the one that names the manifest that counts.
     *
     * @param name without directory.
     * @return true if it is.
     */
    public static boolean isCurrentName(final String name)
    {
        return ManifestNames.CURRENT.equals(name);
    }
}
