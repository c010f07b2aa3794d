package org.velocitydb.engine.version;

/**
 * What the files of a store's root are called that say which tables belong to it.
 */
final class ManifestNames
{
    /** Names the manifest that counts. */
    static final String CURRENT = "CURRENT";
    /** Becomes {@link #CURRENT} by a rename. */
    static final String CURRENT_NEXT = "CURRENT.tmp";
    static final String MANIFEST_PREFIX = "MANIFEST-";

    private ManifestNames()
    {
    }

    static String manifest(final long manifestNumber)
    {
        return MANIFEST_PREFIX + String.format("%016x", manifestNumber);
    }
}
