package org.velocitydb.jdbc;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;

import org.velocitydb.client.ConnectionLostException;
import org.velocitydb.client.FingerprintChangedException;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

/**
 * What the client's exceptions are in JDBC. The message ends with the server's code and whether the statement was
 * certainly not done, the vendor code is the server's number, and the cause is the client's exception, whose {@code
 * outcome()} programs can ask.
 *
 * <p>States that begin with 08 tell a pool to throw the connection away. A lost connection that leaves it open whether
 * a statement was done has the state 08007, which the SQL standard has for that.
 */
final class SqlErrors
{
    static final String CONNECTION_CLOSED = "08003";
    static final String CANCELLED = "57014";
    static final String GENERAL = "HY000";

    private static final String CANNOT_CONNECT = "08001";
    private static final String CONNECTION_LOST = "08006";
    private static final String CONNECTION_LOST_IN_DOUBT = "08007";
    private static final String TOO_LARGE = "54000";

    private SqlErrors()
    {
    }

    static SQLException of(final VelocityException cause)
    {
        final String message = message(cause);
        final int code = cause.code().code();
        if (cause instanceof ConnectionLostException)
        {
            final String state = cause.outcome() == Outcome.UNKNOWN ? CONNECTION_LOST_IN_DOUBT : CONNECTION_LOST;
            return new SQLRecoverableException(message, state, code, cause);
        }
        return switch (cause.code())
        {
            case SQL_ERROR -> new SQLSyntaxErrorException(message, "42000", code, cause);
            case FORBIDDEN -> new SQLSyntaxErrorException(message, "42501", code, cause);
            case INVALID_CREDENTIALS, NOT_AUTHENTICATED, PLAINTEXT_REFUSED -> new SQLInvalidAuthorizationSpecException(
                message, "28000", code, cause);
            case KEY_NOT_FOUND, CONDITION_FAILED -> new SQLIntegrityConstraintViolationException(
                message, "23000", code, cause);
            case KEY_OUT_OF_RANGE, VALUE_TOO_LARGE -> new SQLDataException(message, "22001", code, cause);
            case DEADLINE_EXCEEDED -> new SQLTimeoutException(message, CANCELLED, code, cause);
            case UNSUPPORTED -> new SQLFeatureNotSupportedException(message, "0A000", code, cause);
            case RATE_LIMITED -> new SQLTransientException(message, "53400", code, cause);
            case SERVER_OVERLOADED -> new SQLTransientException(message, "53000", code, cause);
            case DISK_FULL -> new SQLTransientException(message, "53100", code, cause);
            case SNAPSHOT_EXPIRED -> new SQLTransientException(message, "72000", code, cause);
            case CONNECTION_LIMIT -> new SQLTransientConnectionException(message, "08004", code, cause);
            case SHUTTING_DOWN -> new SQLRecoverableException(message, "57P01", code, cause);
            case IDLE_TIMEOUT, CONNECTION_KILLED -> new SQLRecoverableException(message, CONNECTION_LOST, code, cause);
            case PROTOCOL_ERROR -> new SQLNonTransientConnectionException(message, "08P01", code, cause);
            case FRAME_TOO_LARGE, RESULT_TOO_LARGE, BATCH_TOO_LARGE -> new SQLNonTransientException(
                message, TOO_LARGE, code, cause);
            case CORRUPTION -> new SQLNonTransientException(message, "XX001", code, cause);
            case STORAGE_ERROR -> new SQLNonTransientException(message, "58000", code, cause);
            default -> new SQLNonTransientException(message, GENERAL, code, cause);
        };
    }

    /** What kept a connection from being made: another server may do better, unless this one refused the login. */
    static SQLException ofConnecting(final VelocityException cause)
    {
        final int code = cause.code().code();
        if (cause instanceof FingerprintChangedException)
        {
            return new SQLNonTransientConnectionException(message(cause), CANNOT_CONNECT, code, cause);
        }
        return isLogin(cause) || cause.code() == ErrorCode.PROTOCOL_ERROR
            ? of(cause)
            : new SQLTransientConnectionException(message(cause), CANNOT_CONNECT, code, cause);
    }

    static boolean isLogin(final VelocityException cause)
    {
        return switch (cause.code())
        {
            case INVALID_CREDENTIALS, NOT_AUTHENTICATED, PLAINTEXT_REFUSED, INVALID_COMMAND, FORBIDDEN -> true;
            default -> false;
        };
    }

    static SQLException refusedValue(final String words, final Throwable cause)
    {
        return new SQLDataException(words, "22018", cause);
    }

    static SQLException general(final String words)
    {
        return new SQLException(words, GENERAL);
    }

    private static String message(final VelocityException cause)
    {
        return cause.position() == VelocityException.NULL_POSITION
            ? cause.getMessage()
            : cause.getMessage() + " at character " + cause.position();
    }
}
