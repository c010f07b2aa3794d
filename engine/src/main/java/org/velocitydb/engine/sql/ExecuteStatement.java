package org.velocitydb.engine.sql;

/**
 * Executes a statement that the connection keeps.
 *
 * @param name      in small letters.
 * @param position  of the name in the statement, in characters.
 * @param arguments for its question marks where they are given as literals; null where they are the parameters that
 *                  came with this statement.
 */
public record ExecuteStatement(String name, int position, SqlParameters arguments) implements Statement
{
    /**
     * The error for a name that the connection keeps nothing under.
     *
     * @return the exception, to be thrown.
     */
    public SqlException unknown()
    {
        return unknown(name, position);
    }

    static SqlException unknown(final String name, final int position)
    {
        return new SqlException(
            SqlException.Kind.PREPARED, position,
            "there is no such prepared statement: name=" + name + ", character=" + position);
    }
}
