package org.velocitydb.perf.load;

/**
 * Something that makes a measurement worthless: an error in an answer, a connection that ended, no answer at all.
 */
public final class LoadException extends RuntimeException
{
    private static final long serialVersionUID = 1;

    LoadException(final String message)
    {
        super(message);
    }
}
