package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.velocitydb.engine.StoreReport;
import org.velocitydb.engine.StoreVerifier;
import org.velocitydb.journal.Counted;
import org.velocitydb.journal.storage.FileStorage;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Reads a store that is not running from end to end, and says where and what is wrong.
 */
@Command(name = "verify", description = HelpText.VERIFY, footer = HelpText.VERIFY_FOOTER)
final class VerifyCommand implements Callable<Integer>, StoreCommand
{
    @Mixin
    private CommonOptions common;

    @Mixin
    private StoreOption store;

    private final CommandContext context;

    VerifyCommand(final CommandContext context)
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
        final FileStorage storage = store.storage(context);
        final ProgressLine progress = new ProgressLine(context);
        final StoreReport report = new StoreVerifier(storage).progress(progress::show).verify();
        progress.clear();
        report.findings().forEach(context.out()::println);
        print(report);
        return report.isIntact() ? ExitCode.OK : ExitCode.CORRUPTION;
    }

    private void print(final StoreReport report)
    {
        final long untold = report.errorCount() + report.noteCount() - report.findings().size();
        if (untold > 0)
        {
            context.out().println("and " + untold + " more");
        }
        context.out().println("store     " + store.foundDirectory().toAbsolutePath().normalize());
        context.out().println("tables    " + report.tableCount() + ", " + Counted.of(report.tableBytes(), "byte") +
            ", " + entries(report.entryCount()) + ", all up to sequence " + report.flushedSequence());
        context.out().println("journal   " + Counted.of(report.segmentCount(), "segment") + ", " +
            Counted.of(report.segmentBytes(), "byte") + ", " + Counted.of(report.recordCount(), "record") + " with " +
            entries(report.logEntryCount()) + " not in tables, up to sequence " + report.lastSequence());
        context.out().println((report.isIntact() ? "intact" : "damaged") + ": " +
            Counted.of(report.errorCount(), "error") + ", " + Counted.of(report.noteCount(), "note"));
    }

    private static String entries(final long count)
    {
        return Counted.of(count, "entry", "entries");
    }
}
