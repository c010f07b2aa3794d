package org.velocitydb.server.tls;

/**
 * A certificate or key that the configuration names cannot be used. The message names the file and says why.
 */
public final class TlsFileException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    TlsFileException(final String message)
    {
        super(message);
    }

    TlsFileException(final String message, final Throwable cause)
    {
        super(message + ": " + (cause.getMessage() == null ? cause : cause.getMessage()), cause);
    }
}
