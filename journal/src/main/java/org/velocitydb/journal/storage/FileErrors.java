package org.velocitydb.journal.storage;

import java.io.Closeable;
import java.io.IOException;

/**
 * Turns what the operating system says into our typed failures. The JDK gives no error numbers, so a full disk is known
 * by its text.
 */
final class FileErrors
{
    private static final String[] FULL_TEXTS = {
        "No space left on device", "Disk quota exceeded", "not enough space on the disk",
    };

    private FileErrors()
    {
    }

    /**
     * Makes the exception for a failed operation.
     *
     * @param operation what was tried, as in {@code cannot write}.
     * @param name      relative name of the file.
     * @param cause     what the operating system said.
     * @return {@link StorageFullException} for a full disk, else a plain {@link StorageException}.
     */
    static StorageException of(final String operation, final String name, final IOException cause)
    {
        final String said = String.valueOf(cause.getMessage());
        final String message = operation + ": file=" + name + ", error=" + cause.getClass().getSimpleName() + " " +
            said;
        for (final String text : FULL_TEXTS)
        {
            if (said.contains(text))
            {
                final StorageFullException full = new StorageFullException(message);
                full.initCause(cause);
                return full;
            }
        }
        return new StorageException(message, cause);
    }

    static void close(final Closeable file, final String name)
    {
        try
        {
            file.close();
        }
        catch (final IOException ex)
        {
            throw of("cannot close", name, ex);
        }
    }
}
