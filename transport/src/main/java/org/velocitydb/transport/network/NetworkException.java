package org.velocitydb.transport.network;

/**
 * The network could not be set up. Failures of single connections are {@link java.io.IOException}s instead, since they
 * are ordinary.
 */
public final class NetworkException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    /**
     * A failure with its cause.
     *
     * @param message what failed, with the address.
     * @param cause   what the operating system said.
     */
    public NetworkException(final String message, final Throwable cause)
    {
        super(message, cause);
    }
}
