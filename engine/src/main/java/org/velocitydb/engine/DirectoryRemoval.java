package org.velocitydb.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

import org.velocitydb.journal.storage.Storage;

/**
 * The removal of a directory with all that is in it, some files a step: those in the deepest directories first. What
 * only leads elsewhere is not followed, and stands in the way.
 */
final class DirectoryRemoval
{
    private static final int FILES_PER_STEP = 16;

    private final Storage storage;
    /** Still to be removed; what is in a directory stands behind it. */
    private final Deque<String> directories = new ArrayDeque<>();
    /** Files of the last directory; null where it has not been looked into. */
    private Iterator<String> files;

    DirectoryRemoval(final Storage storage, final String directory)
    {
        this.storage = storage;
        directories.add(directory);
    }

    /**
     * Does a step.
     *
     * @return whether the directory is gone.
     * @throws org.velocitydb.journal.storage.StorageException when something cannot be removed.
     */
    boolean doWork()
    {
        final String directory = directories.getLast();
        if (files == null)
        {
            storage.directories(directory).forEach(name -> directories.addLast(directory + '/' + name));
            files = directory.equals(directories.getLast()) ? storage.list(directory).iterator() : null;
            return false;
        }
        for (int i = 0; i < FILES_PER_STEP && files.hasNext(); i++)
        {
            storage.delete(directory + '/' + files.next());
        }
        if (!files.hasNext())
        {
            storage.deleteDirectory(directory);
            directories.removeLast();
            files = null;
        }
        return directories.isEmpty();
    }
}
