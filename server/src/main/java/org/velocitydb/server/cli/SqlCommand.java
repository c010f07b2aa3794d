package org.velocitydb.server.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

import org.velocitydb.server.cli.SqlConnector.SqlSession;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs SQL on a server: what stands on the command line, or what is piped, or what somebody types.
 */
@Command(name = "sql", description = HelpText.SQL, footer = HelpText.SQL_FOOTER)
final class SqlCommand implements Callable<Integer>
{
    private static final int READ_LENGTH = 8192;

    @Mixin
    private CommonOptions common;

    @Mixin
    private ServerOptions server;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1:5432", description = HelpText.HOST)
    private ServerAddress host;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "table", description = HelpText.FORMAT)
    private OutputFormat format;

    @Parameters(arity = "0..1", paramLabel = "STATEMENT", description = HelpText.STATEMENT)
    private String statements;

    private final CommandContext context;

    SqlCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException
    {
        final ServerLogin login = server.login(context, host);
        try (SqlSession session = context.sqlConnector().connect(login))
        {
            login.wipe();
            return run(session) ? ExitCode.OK : ExitCode.FAILURE;
        }
        finally
        {
            login.wipe();
        }
    }

    private boolean run(final SqlSession session) throws IOException
    {
        if (statements == null && context.terminal().isInteractive())
        {
            new SqlShell(session, format, host.toString(), context.environment()).run();
            return true;
        }
        final StatementRunner runner = new StatementRunner(session, format);
        if (statements != null)
        {
            final StatementSplitter splitter = new StatementSplitter();
            splitter.append(statements);
            return runComplete(splitter, runner) && runRest(splitter, runner);
        }
        return runPiped(runner);
    }

    private boolean runPiped(final StatementRunner runner) throws IOException
    {
        final StatementSplitter splitter = new StatementSplitter();
        final Reader reader = new InputStreamReader(context.in(), StandardCharsets.UTF_8.newDecoder());
        final CharBuffer buffer = CharBuffer.allocate(READ_LENGTH);
        while (reader.read(buffer) >= 0)
        {
            splitter.append(buffer.flip());
            buffer.clear();
            if (!runComplete(splitter, runner))
            {
                return false;
            }
        }
        return runRest(splitter, runner);
    }

    private boolean runComplete(final StatementSplitter splitter, final StatementRunner runner)
    {
        for (String statement = splitter.poll(); statement != null; statement = splitter.poll())
        {
            if (!run(statement, runner))
            {
                return false;
            }
        }
        return true;
    }

    private boolean runRest(final StatementSplitter splitter, final StatementRunner runner)
    {
        final String rest = splitter.finish();
        return rest == null || run(rest, runner);
    }

    private boolean run(final String statement, final StatementRunner runner)
    {
        final PrintSink out = new PrintSink(context.out());
        final PrintSink err = new PrintSink(context.err());
        final boolean isDone = runner.run(statement, out, err);
        final boolean isTaken = out.flush();
        err.flush();
        return isDone && isTaken;
    }
}
