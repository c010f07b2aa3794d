package org.velocitydb.transport;

import java.io.IOException;

/**
 * A connection's TLS has failed: the peer speaks it wrongly, or not as we ask it to, or its certificate is refused.
 */
final class TlsException extends IOException
{
    private static final long serialVersionUID = 1L;
    /** More than any chain of causes has; a circle ends here. */
    private static final int CAUSE_LIMIT = 16;

    TlsException(final String message)
    {
        super(message);
    }

    TlsException(final Throwable cause)
    {
        super(innermost(cause), cause);
    }

    /** The outer messages say that a handshake failed; the innermost one says why. */
    private static String innermost(final Throwable failure)
    {
        Throwable innermost = failure;
        for (int i = 0; i < CAUSE_LIMIT && innermost.getCause() != null; i++)
        {
            innermost = innermost.getCause();
        }
        return innermost.getMessage() == null ? innermost.toString() : innermost.getMessage();
    }
}
