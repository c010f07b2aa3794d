package org.velocitydb.engine.sql;

/**
 * A parsed statement with its parameters bound. Immutable, and independent of the text that it was parsed from.
 */
public sealed interface Statement
    permits SelectStatement, WriteStatement, ShowStatement, CheckpointStatement, KillStatement
{
}
