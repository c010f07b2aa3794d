package org.velocitydb.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;

/**
 * Shows text a screen at a time: after each it waits for a key. Space shows another screen, Enter another line, {@code
 * a} all the rest, {@code q} nothing more. What is not asked for is not made, nor fetched from the server. A terminal
 * that does not know its height gets everything. For one thread.
 */
final class Pager implements ResultPager
{
    private static final String PROMPT = "-- more: space, Enter for a line, a for all, q to stop --";
    private static final int CTRL_C = 3;
    private static final int CTRL_D = 4;

    private final Terminal terminal;
    private final PrintWriter writer;
    private final int width;
    /** Lines of a screen, the last one kept for the question; 0 if there is no end of a screen. */
    private final int height;
    private int linesLeft;
    private int column;
    private boolean isStopped;
    private long waitedNs;

    Pager(final Terminal terminal, final boolean isPaging)
    {
        this.terminal = terminal;
        this.writer = terminal.writer();
        this.width = terminal.getColumns() > 0 ? terminal.getColumns() : Integer.MAX_VALUE;
        this.height = isPaging ? Math.max(0, terminal.getRows() - 1) : 0;
        this.linesLeft = height;
    }

    @Override
    public boolean write(final CharSequence text)
    {
        int shown = 0;
        for (int i = 0; i < text.length() && !isStopped; i++)
        {
            final boolean isLineEnd = text.charAt(i) == '\n';
            column = isLineEnd ? 0 : column + 1;
            if ((isLineEnd || column > width) && height > 0)
            {
                // A line that is longer than the screen is wide takes another one.
                column = isLineEnd ? 0 : 1;
                linesLeft--;
                if (linesLeft <= 0)
                {
                    writer.append(text, shown, i + 1);
                    shown = i + 1;
                    ask();
                }
            }
        }
        if (!isStopped)
        {
            writer.append(text, shown, text.length());
        }
        return !isStopped;
    }

    @Override
    public long waitedNs()
    {
        return waitedNs;
    }

    @Override
    public void close()
    {
        // What was asked for has been shown.
    }

    private void ask()
    {
        final long startNs = System.nanoTime();
        writer.write(PROMPT);
        writer.flush();
        final Attributes before = terminal.enterRawMode();
        // Ctrl-C is an answer here, and no signal that would leave the question open.
        final Attributes raw = terminal.getAttributes();
        raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
        terminal.setAttributes(raw);
        try
        {
            answer(terminal.reader().read());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        finally
        {
            terminal.setAttributes(before);
        }
        writer.write("\r" + " ".repeat(PROMPT.length()) + "\r");
        waitedNs += System.nanoTime() - startNs;
    }

    private void answer(final int key)
    {
        switch (key)
        {
            case '\r', '\n' -> linesLeft = 1;
            case 'a', 'A' -> linesLeft = Integer.MAX_VALUE;
            case 'q', 'Q', CTRL_C, CTRL_D, -1 -> isStopped = true;
            default -> linesLeft = height;
        }
    }
}
