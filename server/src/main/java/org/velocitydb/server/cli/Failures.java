package org.velocitydb.server.cli;

import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.velocitydb.engine.MemoryBudgetException;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageLockedException;
import org.velocitydb.server.tls.TlsFileException;
import org.velocitydb.server.toml.TomlException;

/**
 * How a failure is told: in one line where one says it, without a stack trace unless asked for, and as an exit code.
 */
final class Failures
{
    private Failures()
    {
    }

    static int exitCode(final Throwable failure)
    {
        if (failure instanceof final CommandException command)
        {
            return command.exitCode();
        }
        if (failure instanceof TomlException || failure instanceof MemoryBudgetException ||
            failure instanceof TlsFileException)
        {
            return ExitCode.CONFIGURATION;
        }
        if (failure instanceof StorageLockedException)
        {
            return ExitCode.LOCKED;
        }
        if (failure instanceof CorruptionException)
        {
            return ExitCode.CORRUPTION;
        }
        return failure.getCause() == null || failure instanceof Error ? ExitCode.FAILURE : exitCode(failure.getCause());
    }

    /**
     * Tells what went wrong.
     *
     * @param failure   to be told.
     * @param directory in which the files are that a store's failures name, or null where there is none.
     * @param isVerbose whether to tell where in the program it happened.
     * @param err       to print to.
     */
    static void tell(final Throwable failure, final Path directory, final boolean isVerbose, final PrintStream err)
    {
        placed(failure, directory).lines().forEach((line) -> err.println("velocity: " + line));
        if (isVerbose)
        {
            traces(failure, err);
        }
    }

    /** What went wrong, and where the files are that it names, if it does. */
    static String placed(final Throwable failure, final Path directory)
    {
        return directory != null && isOfStorage(failure)
            ? message(failure) + ", directory=" + directory.toAbsolutePath().normalize()
            : message(failure);
    }

    /** Whether it names files as a store does, relative to its directory. */
    static boolean isOfStorage(final Throwable failure)
    {
        return failure instanceof StorageException ||
            failure.getCause() != null && failure.getCause() != failure && isOfStorage(failure.getCause());
    }

    private static String message(final Throwable failure)
    {
        if (failure instanceof NoSuchFileException)
        {
            return "no such file: " + failure.getMessage();
        }
        if (failure instanceof AccessDeniedException)
        {
            return "permission denied: " + failure.getMessage();
        }
        final boolean isNamed = failure.getMessage() == null || failure instanceof FileSystemException ||
            failure.getClass().getName().startsWith("java.");
        return isNamed ? failure.toString() : failure.getMessage();
    }

    private static void traces(final Throwable failure, final PrintStream err)
    {
        for (Throwable cause = failure; cause != null; cause = cause.getCause())
        {
            err.println((cause == failure ? "" : "caused by ") + cause);
            for (final StackTraceElement frame : cause.getStackTrace())
            {
                err.println("    at " + frame);
            }
        }
    }
}
