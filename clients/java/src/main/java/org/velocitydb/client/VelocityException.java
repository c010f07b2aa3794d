package org.velocitydb.client;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.ErrorMessage;

/**
 * A request that failed: why, and whether it was certainly not done. Programs look at {@link #code()} and {@link
 * #outcome()}; the message is for people.
 */
public class VelocityException extends RuntimeException
{
    /** Position of an error that has none. */
    public static final int NULL_POSITION = ErrorMessage.NULL_POSITION;

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final Outcome outcome;
    private final int position;
    private final long retryAfterMs;

    /**
     * Makes an exception without position and advice.
     *
     * @param code    what went wrong.
     * @param outcome what became of the request.
     * @param message for people.
     * @param cause   or null.
     */
    public VelocityException(
        final ErrorCode code, final Outcome outcome, final String message, final Throwable cause)
    {
        this(code, outcome, message, NULL_POSITION, 0, cause);
    }

    VelocityException(
        final ErrorCode code,
        final Outcome outcome,
        final String message,
        final int position,
        final long retryAfterMs,
        final Throwable cause)
    {
        super(message + " [" + code + ", " + outcome + "]", cause);
        this.code = code;
        this.outcome = outcome;
        this.position = position;
        this.retryAfterMs = retryAfterMs;
    }

    /**
     * What went wrong.
     *
     * @return a code whose number is frozen.
     */
    public final ErrorCode code()
    {
        return code;
    }

    /**
     * What became of the request.
     *
     * @return {@link Outcome#NOT_DONE} where it certainly had no effect; it is always that for reads.
     */
    public final Outcome outcome()
    {
        return outcome;
    }

    /**
     * Where in the SQL statement the error is.
     *
     * @return index of a character, from 0, or {@link #NULL_POSITION}.
     */
    public final int position()
    {
        return position;
    }

    /**
     * When to try again.
     *
     * @return milliseconds, 0 if not known.
     */
    public final long retryAfterMs()
    {
        return retryAfterMs;
    }
}
