package org.velocitydb.server.users;

/**
 * How many failed logins are borne, and what follows.
 *
 * @param failuresMax   of one user from one address, within the time of a ban; {@link #UNLIMITED} for no bans.
 * @param banDurationNs how long a ban lasts.
 */
public record LoginLimits(int failuresMax, long banDurationNs)
{
    /** {@link #failuresMax()} where nobody is ever banned. */
    public static final int UNLIMITED = 0;
    /** No bans. */
    public static final LoginLimits NONE = new LoginLimits(UNLIMITED, 1);

    /**
     * Of how many users' worth of failures an address is banned as a whole. Several people share an address behind a
     * router, and one who forgot a password is no reason to lock the others out; whoever tries many names is.
     */
    static final int USERS_PER_ADDRESS = 4;

    /**
     * Checks the values.
     *
     * @param failuresMax   0 or more.
     * @param banDurationNs more than 0.
     */
    public LoginLimits
    {
        if (failuresMax < 0 || banDurationNs <= 0)
        {
            throw new IllegalArgumentException(
                "login limits out of range: failuresMax=" + failuresMax + ", banDurationNs=" + banDurationNs);
        }
    }

    int addressFailuresMax()
    {
        return (int) Math.min(Integer.MAX_VALUE, (long) failuresMax * USERS_PER_ADDRESS);
    }
}
