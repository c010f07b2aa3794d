package org.velocitydb.client;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * No answer came in time. A write that had been sent may be done all the same.
 */
public final class RequestTimeoutException extends VelocityException
{
    private static final long serialVersionUID = 1L;

    RequestTimeoutException(final Outcome outcome, final String message)
    {
        super(ErrorCode.DEADLINE_EXCEEDED, outcome, message, null);
    }
}
