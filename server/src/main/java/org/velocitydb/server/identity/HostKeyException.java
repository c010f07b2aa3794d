package org.velocitydb.server.identity;

/**
 * The host key cannot be read, made or trusted. The message names the file and says what to do.
 */
public final class HostKeyException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    HostKeyException(final String message)
    {
        super(message);
    }

    HostKeyException(final String message, final Throwable cause)
    {
        super(message + ": " + cause, cause);
    }
}
