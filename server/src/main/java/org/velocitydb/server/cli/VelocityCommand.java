package org.velocitydb.server.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;

import org.velocitydb.server.config.BindAddress;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Where a process begins: finds the subcommand, runs it, and turns what happened into an exit code and, for a failure,
 * a line on standard error.
 */
@Command(name = "velocity", description = HelpText.VELOCITY, footer = HelpText.VELOCITY_FOOTER)
public final class VelocityCommand implements Runnable
{
    private static final String NO_COLOR = "NO_COLOR";

    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    private VelocityCommand()
    {
    }

    /**
     * Runs a command and ends the process.
     *
     * @param args of the command line.
     */
    public static void main(final String[] args)
    {
        System.exit(execute(Wiring.systemContext(), args));
    }

    static int execute(final CommandContext context, final String... args)
    {
        final CommandLine commandLine = new CommandLine(new VelocityCommand())
            .addSubcommand(new ServerCommand(context))
            .addSubcommand(new CreateUserCommand(context))
            .addSubcommand(new DropUserCommand(context))
            .addSubcommand(new PasswdCommand(context))
            .addSubcommand(new ListUsersCommand(context))
            .addSubcommand(new FingerprintCommand(context))
            .addSubcommand(new VerifyCommand(context))
            .addSubcommand(new InspectCommand(context))
            .addSubcommand(new RepairCommand(context))
            .addSubcommand(new CommandLine(new AuditCommand()).addSubcommand(new AuditVerifyCommand(context)))
            .addSubcommand(new SqlCommand(context))
            .addSubcommand(new BenchmarkCommand(context));
        final boolean isColoured = context.terminal().isInteractive() && context.environment().get(NO_COLOR) == null;
        setVersion(commandLine);
        return commandLine
            .setOut(new PrintWriter(context.out(), true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(context.err(), true, StandardCharsets.UTF_8))
            .setColorScheme(CommandLine.Help.defaultColorScheme(isColoured ? Ansi.ON : Ansi.OFF))
            .registerConverter(BindAddress.class, (text) -> address(BindAddress::parse, text))
            .registerConverter(ServerAddress.class, (text) -> address(ServerAddress::parse, text))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(context.terminal().isInteractive())
            .setParameterExceptionHandler((ex, arguments) -> onUsage(context, ex))
            .setExecutionExceptionHandler((ex, failed, result) -> onFailure(context, ex, failed, args))
            .execute(args);
    }

    private static void setVersion(final CommandLine commandLine)
    {
        commandLine.getCommandSpec().versionProvider(new VersionProvider());
        commandLine.getSubcommands().values().forEach(VelocityCommand::setVersion);
    }

    @Override
    public void run()
    {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int onUsage(final CommandContext context, final ParameterException ex)
    {
        final String name = ex.getCommandLine().getCommandSpec().qualifiedName();
        final String message = ex.getMessage().replace('\n', ' ');
        context.err().println("velocity: " + message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1));
        context.err().println("velocity: see: " + name + " --help");
        return ExitCode.USAGE;
    }

    private static int onFailure(
        final CommandContext context, final Exception ex, final CommandLine failed, final String... args)
    {
        boolean isVerbose = false;
        for (final String arg : args)
        {
            isVerbose |= "-v".equals(arg) || "--verbose".equals(arg);
        }
        final Path directory = failed.getCommand() instanceof final StoreCommand store ? store.storeDirectory() : null;
        Failures.tell(ex, directory, isVerbose, context.err());
        if (failed.getCommand() instanceof ServerCommand && Failures.exitCode(ex) == ExitCode.CORRUPTION)
        {
            context.err().println(HelpText.DAMAGED_1);
            context.err().println(HelpText.DAMAGED_2);
        }
        return Failures.exitCode(ex);
    }

    private static <T> T address(final Function<String, T> parser, final String text)
    {
        try
        {
            return parser.apply(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new CommandLine.TypeConversionException(ex.getMessage());
        }
    }
}
