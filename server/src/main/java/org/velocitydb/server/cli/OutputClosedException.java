package org.velocitydb.server.cli;

/**
 * Nobody reads the results any more, such as {@code head} after its ten lines.
 */
final class OutputClosedException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    OutputClosedException()
    {
        super("standard output is closed");
    }
}
