package org.velocitydb.engine.sql;

/**
 * A parsed statement with its parameters bound. Immutable, and independent of the text that it was parsed from.
 */
public sealed interface Statement
    permits SelectStatement, WriteStatement, BlockStatement, ShowStatement, CheckpointStatement, KillStatement,
    ExplainStatement, PrepareStatement, ExecuteStatement, DeallocateStatement
{
}
