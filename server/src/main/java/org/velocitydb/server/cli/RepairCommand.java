package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.velocitydb.engine.StoreRepair;
import org.velocitydb.journal.RepairPlan;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Says what it would take to open a store whose journal is damaged, and does it if told to.
 */
@Command(name = "repair", description = HelpText.REPAIR, footer = HelpText.REPAIR_FOOTER)
final class RepairCommand implements Callable<Integer>, StoreCommand
{
    @Mixin
    private CommonOptions common;

    @Mixin
    private StoreOption store;

    @Option(names = "--apply", description = HelpText.APPLY)
    private boolean isToBeApplied;

    private final CommandContext context;

    RepairCommand(final CommandContext context)
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
        try (StoreRepair repair = open(store.storage(context)))
        {
            final RepairPlan plan = repair.plan();
            context.out().println("store: " + store.foundDirectory().toAbsolutePath().normalize());
            plan.words().forEach(context.out()::println);
            return plan.isNeeded() ? repair(repair, plan) : ExitCode.OK;
        }
    }

    /** Says that nothing can be done where that is so, and not only what is wrong. */
    private StoreRepair open(final Storage storage)
    {
        try
        {
            return new StoreRepair(storage);
        }
        catch (final CorruptionException ex)
        {
            throw new CommandException(
                ExitCode.CORRUPTION,
                Failures.placed(ex, store.foundDirectory()) + System.lineSeparator() + HelpText.NOT_TO_BE_REPAIRED);
        }
    }

    private int repair(final StoreRepair repair, final RepairPlan plan)
    {
        if (!plan.isPossible())
        {
            return ExitCode.CORRUPTION;
        }
        if (!isToBeApplied)
        {
            context.out().println("nothing was changed; with --apply it is done");
            return ExitCode.CORRUPTION;
        }
        repair.apply(plan);
        context.out().println("done; what was taken out is in files that end in .damaged");
        return ExitCode.OK;
    }
}
