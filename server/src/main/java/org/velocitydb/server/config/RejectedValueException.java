package org.velocitydb.server.config;

/**
 * A value does not fit its key. The message says why; {@link ConfigReader} adds which and where.
 */
final class RejectedValueException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    RejectedValueException(final String message)
    {
        super(message);
    }
}
