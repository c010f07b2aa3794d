package org.velocitydb.server.cli;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.List;
import java.util.function.Consumer;

import org.jline.terminal.Terminal;

/**
 * Shows a result that is longer than the screen by a program, the one that {@code PAGER} names, which gets it as it
 * comes in and has the terminal meanwhile; a result that fits is shown without. When the program ends before it has
 * got everything, nothing more is made, nor fetched from the server. A terminal that does not know its height gets
 * everything. For one thread.
 */
final class ExternalPager implements ResultPager
{
    /** What a shell ends with where it finds no such program, or one that cannot be run, and more. */
    private static final int LEAST_CANNOT_RUN = 126;
    private static final int MOST_CANNOT_RUN = 127;

    private final Terminal terminal;
    private final String command;
    private final Consumer<String> onCannotRun;
    /** Lines that fit; 0 if there is no end of a screen. */
    private final int height;
    /** Begins the result, until it is known that it is longer than the screen. */
    private final StringBuilder screen = new StringBuilder();
    private int lineCount;
    private Process process;
    private Writer writer;
    private boolean isGone;
    private long waitedNs;

    /**
     * Makes one for one result.
     *
     * @param terminal    that the program has, too.
     * @param command     for the system's shell, as other programs take {@code PAGER}.
     * @param onCannotRun is told why, where there is no such program.
     */
    ExternalPager(final Terminal terminal, final String command, final Consumer<String> onCannotRun)
    {
        this.terminal = terminal;
        this.command = command;
        this.onCannotRun = onCannotRun;
        this.height = Math.max(0, terminal.getRows() - 1);
    }

    @Override
    public boolean write(final CharSequence text)
    {
        if (height == 0)
        {
            terminal.writer().append(text);
            return true;
        }
        if (process == null && !isGone)
        {
            screen.append(text);
            lineCount += (int) text.chars().filter(character -> character == '\n').count();
            if (lineCount > height)
            {
                start();
                give(screen, true);
            }
        }
        else
        {
            give(text, false);
        }
        return !isGone;
    }

    private void start()
    {
        terminal.writer().flush();
        final List<String> shell = File.separatorChar == '/'
            ? List.of("sh", "-c", command)
            : List.of("cmd", "/c", command);
        try
        {
            process = new ProcessBuilder(shell)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
            writer = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), terminal.encoding()));
        }
        catch (final IOException ex)
        {
            isGone = true;
            onCannotRun.accept(ex.getMessage());
        }
    }

    private void give(final CharSequence text, final boolean isAtOnce)
    {
        if (isGone)
        {
            return;
        }
        final long startNs = System.nanoTime();
        try
        {
            writer.append(text);
            if (isAtOnce)
            {
                writer.flush();
            }
        }
        catch (final IOException ex)
        {
            // Whoever reads has seen enough.
            isGone = true;
        }
        waitedNs += System.nanoTime() - startNs;
    }

    @Override
    public long waitedNs()
    {
        return waitedNs;
    }

    @Override
    public void close()
    {
        if (process == null)
        {
            terminal.writer().append(screen);
            return;
        }
        final long startNs = System.nanoTime();
        try
        {
            writer.close();
        }
        catch (final IOException ignored)
        {
            // It has ended already.
        }
        final int exitCode = awaitExit();
        waitedNs += System.nanoTime() - startNs;
        if (exitCode >= LEAST_CANNOT_RUN && exitCode <= MOST_CANNOT_RUN)
        {
            onCannotRun.accept("exit code " + exitCode);
        }
    }

    private int awaitExit()
    {
        try
        {
            return process.waitFor();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
