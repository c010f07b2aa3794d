package org.velocitydb.journal.storage;

/**
 * What a relative name may look like: parts between {@code /}, none of them empty, {@code .} or {@code ..}, so that no
 * name leads out of the root.
 */
final class StorageNames
{
    private StorageNames()
    {
    }

    /**
     * Checks the name of a file.
     *
     * @param name relative name.
     * @return the same name.
     * @throws StorageException when it could lead out of the root, or names the root itself.
     */
    static String requireFileName(final String name)
    {
        if (name.isEmpty())
        {
            throw new StorageException("name of a file is empty: name=");
        }
        return requireDirectoryName(name);
    }

    /**
     * Checks the name of a directory.
     *
     * @param name relative name, {@code ""} for the root.
     * @return the same name.
     * @throws StorageException when it could lead out of the root.
     */
    static String requireDirectoryName(final String name)
    {
        if (name.isEmpty())
        {
            return name;
        }
        for (final String part : name.split("/", -1))
        {
            if (part.isEmpty() || ".".equals(part) || "..".equals(part))
            {
                throw new StorageException("name must stay below the root: name=" + name);
            }
        }
        if (name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0 || name.indexOf(':') >= 0)
        {
            throw new StorageException("name must not hold a backslash, a colon or a zero: name=" + name);
        }
        return name;
    }

    /**
     * The directory that a name lies in.
     *
     * @param name relative name that is not the root's.
     * @return relative name of the directory, {@code ""} for the root.
     */
    static String directoryOf(final String name)
    {
        final int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    /**
     * A name without its directory.
     *
     * @param name relative name that is not the root's.
     * @return the last part.
     */
    static String plainName(final String name)
    {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
