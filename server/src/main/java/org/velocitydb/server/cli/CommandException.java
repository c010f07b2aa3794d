package org.velocitydb.server.cli;

/**
 * Ends a command with a message for its user.
 */
public final class CommandException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * Ends a command.
     *
     * @param exitCode one of {@link ExitCode}.
     * @param message  what to tell.
     */
    public CommandException(final int exitCode, final String message)
    {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode()
    {
        return exitCode;
    }
}
