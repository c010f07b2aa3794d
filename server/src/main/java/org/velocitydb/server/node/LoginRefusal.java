package org.velocitydb.server.node;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.AuthenticationSubmission;

/**
 * Why a login was refused, and what clients are told of it, in whichever form. The connection stays open: its client
 * may try again.
 */
enum LoginRefusal
{
    /** There is no such user with such a password. */
    WRONG(ErrorCode.INVALID_CREDENTIALS, "invalid user name or password"),
    /** Too many failed before; clients are told how long to wait. */
    BANNED(ErrorCode.RATE_LIMITED, LoginDesk.BANNED),
    /** Its turn came too late for its client. */
    LATE(
        ErrorCode.DEADLINE_EXCEEDED,
        "the time allowed for the login was over before its turn came: logins wait behind each other"),
    /** It was not even queued. */
    TOO_MANY(ErrorCode.SERVER_OVERLOADED, "too many logins at once, try again"),
    /** The verification failed. */
    UNVERIFIED(ErrorCode.SERVER_OVERLOADED, "the login could not be verified, try again");

    private final ErrorCode code;
    private final String text;

    LoginRefusal(final ErrorCode code, final String text)
    {
        this.code = code;
        this.text = text;
    }

    /** Null where the login will be decided. */
    static LoginRefusal of(final AuthenticationSubmission submission)
    {
        return switch (submission)
        {
            case QUEUED -> null;
            case FULL -> TOO_MANY;
            case BANNED -> BANNED;
            case MALFORMED -> WRONG;
        };
    }

    /** Null where the user is let in. */
    static LoginRefusal of(final AuthenticationOutcome outcome)
    {
        return switch (outcome)
        {
            case ACCEPTED -> null;
            case REFUSED -> WRONG;
            case BANNED -> BANNED;
            case LATE -> LATE;
            case FAILED -> UNVERIFIED;
        };
    }

    ErrorCode code()
    {
        return code;
    }

    String text()
    {
        return text;
    }
}
