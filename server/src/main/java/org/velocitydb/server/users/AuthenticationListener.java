package org.velocitydb.server.users;

/**
 * Learns how a login ended. Called on the thread of the {@link AuthenticationAgent} that verified it; an event loop
 * hands the answer over to itself.
 */
@FunctionalInterface
public interface AuthenticationListener
{
    /**
     * A login was decided.
     *
     * @param sessionId     as given when it was submitted.
     * @param correlationId as given when it was submitted.
     * @param userName      who wants in; as the client wrote it, known or not.
     * @param principal     the user with its rights if the login was accepted, else null.
     * @param outcome       what was found.
     */
    void onAuthentication(
        long sessionId, long correlationId, String userName, Principal principal, AuthenticationOutcome outcome);

    /**
     * Whether anybody still waits for the outcome. A login whose connection is gone is not worth the work, and others
     * wait behind it.
     *
     * @param sessionId as given when it was submitted.
     * @return false where the login may be dropped, without an outcome.
     */
    default boolean isAwaited(final long sessionId)
    {
        return true;
    }

    /**
     * Whether the time is over that the client has for its login. Others may still be in time, and wait behind it.
     *
     * @param sessionId as given when it was submitted.
     * @return true where the login is to be answered without a look at the password.
     */
    default boolean isLate(final long sessionId)
    {
        return false;
    }
}
