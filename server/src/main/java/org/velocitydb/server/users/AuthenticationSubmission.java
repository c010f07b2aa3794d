package org.velocitydb.server.users;

/**
 * What became of a login that was submitted.
 */
public enum AuthenticationSubmission
{
    /** It will be verified and the listener told. */
    QUEUED,
    /** Too many wait already; the listener is not told. */
    FULL,
    /** Name or password is empty, too long or not UTF-8, so that no user can have it; the listener is not told. */
    MALFORMED,
    /** Too many logins failed before; the password was not looked at and the listener is not told. */
    BANNED
}
