package org.velocitydb.engine.sql;

/**
 * Lets go of a statement that the connection keeps.
 *
 * @param name     in small letters.
 * @param position of the name in the statement, in characters.
 */
public record DeallocateStatement(String name, int position) implements Statement
{
    /**
     * The error for a name that the connection keeps nothing under.
     *
     * @return the exception, to be thrown.
     */
    public SqlException unknown()
    {
        return ExecuteStatement.unknown(name, position);
    }
}
