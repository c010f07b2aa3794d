package org.velocitydb.server.cli;

import java.io.PrintStream;

/**
 * Text for a file or a pipe, in large writes. Where the other end of the pipe has gone, nobody wants more.
 */
final class PrintSink implements TextSink
{
    private static final int FLUSH_LENGTH = 32 * 1024;

    private final PrintStream target;
    private final StringBuilder pending = new StringBuilder();

    PrintSink(final PrintStream target)
    {
        this.target = target;
    }

    @Override
    public boolean write(final CharSequence text)
    {
        pending.append(text);
        return pending.length() < FLUSH_LENGTH || flush();
    }

    /** Hands over what is left; false if the other end has gone. */
    boolean flush()
    {
        target.print(pending);
        pending.setLength(0);
        return !target.checkError();
    }
}
