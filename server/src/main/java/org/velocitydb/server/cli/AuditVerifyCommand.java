package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.velocitydb.journal.Counted;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.server.audit.AuditReport;
import org.velocitydb.server.audit.AuditVerifier;
import org.velocitydb.server.config.AuditConfig;
import org.velocitydb.server.config.VelocityConfig;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Reads an audit log and says which lines and files are not as they were written.
 */
@Command(name = "verify", description = HelpText.AUDIT_VERIFY, footer = HelpText.AUDIT_VERIFY_FOOTER)
final class AuditVerifyCommand implements Callable<Integer>
{
    private static final Pattern NOTED = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})");

    @Mixin
    private CommonOptions common;

    @Mixin
    private ConfigOption configOption;

    @Option(names = "--data-dir", paramLabel = "DIR", description = HelpText.AUDIT_DATA_DIR)
    private Path dataDir;

    @Option(names = "--expect", paramLabel = "SEQUENCE:HASH", description = HelpText.AUDIT_EXPECT)
    private String expected;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = HelpText.AUDIT_FILES)
    private List<Path> files = new ArrayList<>();

    private final CommandContext context;

    AuditVerifyCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException
    {
        final AuditVerifier verifier = newVerifier();
        final AuditReport report = files.isEmpty()
            ? verifier.verify(new FileStorage(directory()))
            : verifyFiles(verifier);
        if (report.fileCount() == 0)
        {
            throw new CommandException(ExitCode.FAILURE, "no audit log here: " + directory());
        }
        report.findings().forEach(context.out()::println);
        print(report);
        return report.isIntact() ? ExitCode.OK : ExitCode.CORRUPTION;
    }

    private AuditVerifier newVerifier()
    {
        if (expected == null)
        {
            return new AuditVerifier();
        }
        final Matcher noted = NOTED.matcher(expected);
        if (!noted.matches())
        {
            throw new CommandException(ExitCode.USAGE, "not a sequence and a hash with a colon between: " + expected);
        }
        return new AuditVerifier().expect(Long.parseLong(noted.group(1)), noted.group(2));
    }

    private Path directory() throws IOException
    {
        final VelocityConfig config = configOption.load(context);
        final Path chosen = dataDir == null
            ? config.audit().directory(config.server().dataDir())
            : dataDir.resolve(AuditConfig.DIRECTORY);
        final Path directory = context.workingDirectory().resolve(chosen);
        if (!Files.isDirectory(directory))
        {
            throw new CommandException(ExitCode.FAILURE, "no such directory: " + directory);
        }
        return directory;
    }

    /** In the order of their names, which is that of their numbers. */
    private AuditReport verifyFiles(final AuditVerifier verifier)
    {
        files.sort(Comparator.comparing(file -> file.getFileName().toString()));
        for (final Path file : files)
        {
            final Path path = context.workingDirectory().resolve(file).toAbsolutePath();
            if (!Files.isRegularFile(path))
            {
                throw new CommandException(ExitCode.FAILURE, "no such file: " + path);
            }
            verifier.read(new FileStorage(path.getParent()), path.getFileName().toString());
        }
        return verifier.report();
    }

    private void print(final AuditReport report)
    {
        final long untold = report.errorCount() + report.noteCount() - report.findings().size();
        if (untold > 0)
        {
            context.out().println("and " + untold + " more");
        }
        context.out().println("files     " + report.fileCount());
        context.out().println("lines     " + report.lineCount() + ", sequences " + report.firstSequence() + " to " +
            report.lastSequence());
        context.out().println("last      " + report.lastSequence() + ":" + report.lastHash());
        context.out().println((report.isIntact() ? "intact" : "damaged") + ": " +
            Counted.of(report.errorCount(), "error") + ", " + Counted.of(report.noteCount(), "note"));
    }
}
