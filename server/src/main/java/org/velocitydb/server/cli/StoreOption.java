package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.server.config.VelocityConfig;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Which store, for the commands that work on its files: the one that is named, or else the configuration's.
 */
final class StoreOption
{
    @Mixin
    private ConfigOption configOption;

    @Option(names = "--data-dir", paramLabel = "DIR", description = HelpText.STORE_DATA_DIR)
    private Path dataDir;

    /** Where the store is, once somebody has asked. */
    private Path found;

    boolean isGiven()
    {
        return dataDir != null;
    }

    VelocityConfig config(final CommandContext context) throws IOException
    {
        return configOption.load(context);
    }

    /** Where the store would be, be it there or not. */
    Path location(final CommandContext context) throws IOException
    {
        return context.workingDirectory().resolve(isGiven() ? dataDir : config(context).server().dataDir());
    }

    /** The directory of a store; without this look a directory that is not there would be made. */
    Path directory(final CommandContext context) throws IOException
    {
        final Path directory = location(context);
        if (!Files.isDirectory(directory))
        {
            throw new CommandException(ExitCode.FAILURE, "no such directory: " + directory);
        }
        found = directory;
        return directory;
    }

    /** What {@link #directory} found last, or null. */
    Path foundDirectory()
    {
        return found;
    }

    FileStorage storage(final CommandContext context) throws IOException
    {
        return new FileStorage(directory(context));
    }
}
