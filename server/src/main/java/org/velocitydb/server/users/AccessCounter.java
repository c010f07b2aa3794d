package org.velocitydb.server.users;

/**
 * What is counted of logins and of what users may do.
 */
public enum AccessCounter
{
    /** Logins with the right password. */
    LOGINS_ACCEPTED,
    /** Logins with a wrong password or of a user that cannot log in. */
    LOGINS_REFUSED,
    /** Logins that could not be verified. */
    LOGINS_FAILED,
    /** Logins whose turn came after the time that the client gave them. */
    LOGINS_LATE,
    /** Logins refused because too many were waiting. */
    LOGINS_OVERLOADED,
    /** Logins refused without a look at the password, during a ban. */
    LOGINS_BANNED,
    /** Logins refused without a look at the password, because others might read it on its way. */
    LOGINS_PLAINTEXT_REFUSED,
    /** Bans of a user from one address. */
    BANS_OF_USERS,
    /** Bans of an address, whatever the user. */
    BANS_OF_ADDRESSES,
    /** Failures, and bans, that were forgotten early because too many others came. */
    BANS_FORGOTTEN,
    /** Sessions ended because their user was dropped or disabled or got another password. */
    SESSIONS_ENDED_BY_USER_CHANGES,
    /** Requests that the user's role or scopes do not allow. */
    REQUESTS_FORBIDDEN
}
