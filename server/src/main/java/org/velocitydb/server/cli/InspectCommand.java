package org.velocitydb.server.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.velocitydb.engine.StoreInspector;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.journal.storage.StorageException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints in words what a store, or any file of one, holds.
 */
@Command(name = "inspect", description = HelpText.INSPECT, footer = HelpText.INSPECT_FOOTER)
final class InspectCommand implements Callable<Integer>, StoreCommand
{
    @Mixin
    private CommonOptions common;

    @Mixin
    private StoreOption store;

    @Option(names = "--entries", description = HelpText.ENTRIES)
    private boolean isWithEntries;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = HelpText.INSPECT_FILE)
    private List<Path> files = new ArrayList<>();

    private final CommandContext context;

    InspectCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Path storeDirectory()
    {
        return store.foundDirectory();
    }

    @Override
    public Integer call() throws IOException
    {
        try (PrintStream out = new PrintStream(
            new CheckedOutput(context.out()), false, StandardCharsets.UTF_8))
        {
            if (files.isEmpty())
            {
                final FileStorage storage = store.storage(context);
                out.println("store " + store.foundDirectory().toAbsolutePath().normalize());
                new StoreInspector(storage, out).overview();
                return ExitCode.OK;
            }
            return inspectFiles(out);
        }
        catch (final OutputClosedException ex)
        {
            // Whoever reads has seen enough.
            return ExitCode.OK;
        }
    }

    /** All of them, whatever is wrong with one; the first failure decides how it ends. */
    private int inspectFiles(final PrintStream out) throws IOException
    {
        final Path base = store.isGiven() ? store.directory(context) : context.workingDirectory();
        int exitCode = ExitCode.OK;
        for (final Path file : files)
        {
            try
            {
                inspect(base.resolve(file), out);
            }
            catch (final CommandException | StorageException ex)
            {
                out.flush();
                Failures.tell(ex, base.resolve(file).getParent(), common.isVerbose(), context.err());
                exitCode = exitCode == ExitCode.OK ? Failures.exitCode(ex) : exitCode;
            }
        }
        return exitCode;
    }

    private void inspect(final Path file, final PrintStream out)
    {
        if (!Files.isRegularFile(file))
        {
            throw new CommandException(ExitCode.FAILURE, "no such file: " + file);
        }
        final Path directory = file.toAbsolutePath().getParent();
        new StoreInspector(new FileStorage(directory), out).inspect(file.getFileName().toString(), isWithEntries);
    }
}
