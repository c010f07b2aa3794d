package org.velocitydb.engine.sql;

/**
 * Ends a connection.
 *
 * @param connectionId as SHOW CONNECTIONS gives it.
 */
public record KillStatement(long connectionId) implements Statement
{
}
