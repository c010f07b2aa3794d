package org.velocitydb.server.users;

/**
 * How a login ended.
 */
public enum AuthenticationOutcome
{
    /** The user exists and this is the password. */
    ACCEPTED,
    /** There is no such user or it has another password; which of the two is not told. */
    REFUSED,
    /** The verification itself failed, for want of memory for example; try again later. */
    FAILED,
    /** Too many logins failed before; the password was not looked at. */
    BANNED,
    /** Its turn came when the client had said that it would no longer wait; the password was not looked at. */
    LATE
}
