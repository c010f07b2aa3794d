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
    /** What isn't a manifest's number. */
    static final long NULL_NUMBER = -1;

    private ManifestNames()
    {
    }

    static String manifest(final long manifestNumber)
    {
        return MANIFEST_PREFIX + String.format("%016x", manifestNumber);
    }

    /** The number in a manifest's name, or {@link #NULL_NUMBER} for any other name. */
    static long number(final String fileName)
    {
        return fileName.matches(MANIFEST_PREFIX + "[0-7][0-9a-f]{15}")
            ? Long.parseLong(fileName.substring(MANIFEST_PREFIX.length()), 16)
            : NULL_NUMBER;
    }
}
