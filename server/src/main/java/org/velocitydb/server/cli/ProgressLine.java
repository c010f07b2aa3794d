package org.velocitydb.server.cli;

/**
 * Tells somebody at a terminal how far long work has come, on one line of standard error that is written over. Silent
 * where nobody sits there.
 */
final class ProgressLine
{
    private static final int PERCENT = 100;
    /** Goes to the beginning of the line and clears it: every terminal of the last forty years knows it. */
    private static final String ERASE = "\r\u001b[K";

    private final CommandContext context;
    private String shown = "";

    ProgressLine(final CommandContext context)
    {
        this.context = context;
    }

    void show(final String what, final long done, final long total)
    {
        if (context.terminal().isInteractive() && total > 0)
        {
            final String text = what + " " + Math.min(PERCENT, (long) ((double) done / total * PERCENT)) + " %";
            if (!text.equals(shown))
            {
                shown = text;
                context.err().print(ERASE + text);
                context.err().flush();
            }
        }
    }

    void clear()
    {
        if (!shown.isEmpty())
        {
            shown = "";
            context.err().print(ERASE);
            context.err().flush();
        }
    }
}
