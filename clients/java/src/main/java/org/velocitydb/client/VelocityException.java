package org.velocitydb.client;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.ErrorMessage;

/**
 * A request that failed: why, and whether it was certainly not done. Programs look at {@link #code()} and {@link
 * #outcome()}; the message is for people.
 *
 * <p>The codes are the server's, and what fails within this client has the one that fits best: {@link
 * ErrorCode#SERVER_OVERLOADED}, which asks for patience, also where this client has as many requests outstanding as it
 * may have, and {@link ErrorCode#SHUTTING_DOWN} also where the client or its pool is closed. {@link #isFromServer()}
 * tells the two apart.
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
    private final boolean isFromServer;

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
        super(text(message, code, outcome), cause);
        this.code = code;
        this.outcome = outcome;
        position = NULL_POSITION;
        retryAfterMs = 0;
        isFromServer = cause instanceof final VelocityException failure && failure.isFromServer;
    }

    /** What a server has answered. */
    VelocityException(final ErrorMessage error)
    {
        super(text(error.text(), error.code(), error.outcome()));
        code = error.code();
        outcome = error.outcome();
        position = error.position();
        retryAfterMs = error.retryAfterMs();
        isFromServer = true;
    }

    private static String text(final String message, final ErrorCode code, final Outcome outcome)
    {
        return message + " [" + code + ", " + outcome + "]";
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

    /**
     * Who refused the request.
     *
     * @return true where a server answered it with this error; false where this client gave it up or never sent it: a
     *         lost connection, a time that is over, a bound of its own.
     */
    public final boolean isFromServer()
    {
        return isFromServer;
    }
}
