package org.velocitydb.engine.sql;

/**
 * Tells how a statement would be executed, without executing it.
 *
 * @param explained a SELECT, INSERT, UPDATE or DELETE.
 */
public record ExplainStatement(Statement explained) implements Statement
{
}
