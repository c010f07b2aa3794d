package org.velocitydb.client;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * The connection is gone, and with it the answer. {@link #outcome()} says {@link Outcome#NOT_DONE} for reads and for
 * what never left this client. {@link #code()} is the server's where it gave a reason, {@link ErrorCode#PROTOCOL_ERROR}
 * where it sent what is no answer, and {@link ErrorCode#SERVER_OVERLOADED}, as for whatever may pass, where the network
 * failed.
 */
public final class ConnectionLostException extends VelocityException
{
    private static final long serialVersionUID = 1L;

    private final String reason;

    ConnectionLostException(
        final ErrorCode code, final Outcome outcome, final String message, final Throwable cause)
    {
        super(code, outcome, message, cause);
        this.reason = message;
    }

    /**
     * Without the code where that is only how programs are told that the network failed: no server said that it is
     * overloaded.
     */
    @Override
    public String getMessage()
    {
        return code() == ErrorCode.SERVER_OVERLOADED ? reason + " [" + outcome() + "]" : super.getMessage();
    }

    /** The message alone, for the exceptions that are made of this one. */
    String reason()
    {
        return reason;
    }
}
