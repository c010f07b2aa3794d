package org.velocitydb.server.node;

import org.velocitydb.engine.CheckpointStatus;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.sql.SqlException;
import org.velocitydb.protocol.ErrorCode;

/**
 * What the engine says, in the protocol's words.
 */
final class CommandErrors
{
    /** Where more statements about checkpoints are under way than may be. */
    static final String TOO_MANY_CHECKPOINTS = "too many statements about checkpoints at once, try again";

    private CommandErrors()
    {
    }

    static ErrorCode code(final CommandStatus status)
    {
        return switch (status)
        {
            case APPLIED, CONDITION_FAILED -> ErrorCode.SUCCESS;
            case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
            case DISK_FULL -> ErrorCode.DISK_FULL;
            case REQUEST_TOO_OLD, NOT_A_NUMBER, NUMBER_OVERFLOW, NO_SUCH_KEYSPACE, KEYSPACE_EXISTS,
                TOO_MANY_KEYSPACES -> ErrorCode.INVALID_COMMAND;
            case CORRUPTION -> ErrorCode.CORRUPTION;
            case STORAGE_FAILED -> ErrorCode.STORAGE_ERROR;
            case CLOSED -> ErrorCode.SHUTTING_DOWN;
            case TOO_LONG -> ErrorCode.RESULT_TOO_LARGE;
            case TOO_MANY_RESULTS -> ErrorCode.SERVER_OVERLOADED;
        };
    }

    static String text(final CommandStatus status)
    {
        return switch (status)
        {
            case APPLIED, CONDITION_FAILED -> "";
            case DEADLINE_EXCEEDED -> "the time allowed for the request was over before it was begun";
            case NOT_A_NUMBER -> "the value to be incremented is no whole number of 64 bits";
            case NUMBER_OVERFLOW -> "the increment would leave 64 bits";
            case NO_SUCH_KEYSPACE -> "there is no such table";
            case KEYSPACE_EXISTS -> "there is a table of that name already";
            case TOO_MANY_KEYSPACES -> "there are as many tables as there may be";
            case DISK_FULL -> "the disk is full: writes are refused, reads go on";
            case REQUEST_TOO_OLD ->
                "whether the request was done before is not known: its number is further back than the server " +
                    "remembers, or what it remembers is damaged";
            case CORRUPTION -> "a damaged file stands in the way of the request";
            case STORAGE_FAILED -> "the journal could not be written: the write may or may not have been done";
            case CLOSED -> "the server is shutting down";
            case TOO_LONG -> "what the request stores or returns is too long";
            case TOO_MANY_RESULTS -> "too many results wait to be fetched, try again";
        };
    }

    /** What a block is answered with of which nothing was done. */
    static String conditionFailed(final Completion completion)
    {
        return "a condition of the block does not hold, nothing was done: row=" + (completion.failedOperation() + 1) +
            (completion.foundVersion() == 0 ? ", found no such key" : ", found version=" + completion.foundVersion());
    }

    static ErrorCode code(final CheckpointStatus status)
    {
        return switch (status)
        {
            case DONE -> ErrorCode.SUCCESS;
            case EXISTS, NOT_FOUND, IN_USE, TOO_MANY -> ErrorCode.INVALID_COMMAND;
            case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
            case DISK_FULL -> ErrorCode.DISK_FULL;
            case STORAGE_FAILED -> ErrorCode.STORAGE_ERROR;
            case CLOSED -> ErrorCode.SHUTTING_DOWN;
        };
    }

    static ErrorCode code(final SqlException ex)
    {
        return ex.kind() == SqlException.Kind.UNSUPPORTED ? ErrorCode.UNSUPPORTED : ErrorCode.SQL_ERROR;
    }
}
