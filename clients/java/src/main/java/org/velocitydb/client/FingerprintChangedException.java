package org.velocitydb.client;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * The server's key is not the one that was known for it: either the server has a new key, or this is not the server.
 * Nothing was sent to it but a greeting.
 */
public final class FingerprintChangedException extends VelocityException
{
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String found;

    FingerprintChangedException(
        final String server, final String expected, final String found, final String place, final String advice)
    {
        super(
            ErrorCode.NOT_AUTHENTICATED, Outcome.NOT_DONE,
            "THE SERVER'S KEY HAS CHANGED: someone may be listening in, or the server was given a new key: server=" +
                server + ", expected=" + expected + ", found=" + found + ", known from=" + place + "; " + advice,
            null);
        this.expected = expected;
        this.found = found;
    }

    /**
     * The fingerprint that was known.
     *
     * @return 64 hexadecimal digits.
     */
    public String expected()
    {
        return expected;
    }

    /**
     * The fingerprint of the key that the server has proved to hold.
     *
     * @return 64 hexadecimal digits.
     */
    public String found()
    {
        return found;
    }
}
