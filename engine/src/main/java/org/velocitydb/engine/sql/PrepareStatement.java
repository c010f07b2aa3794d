package org.velocitydb.engine.sql;

/**
 * Keeps a statement on the connection under a name.
 *
 * @param name     in small letters.
 * @param position of the name in the statement, in characters.
 * @param template what is kept.
 */
public record PrepareStatement(String name, int position, StatementTemplate template) implements Statement
{
    /**
     * The error for a name that is taken.
     *
     * @return the exception, to be thrown.
     */
    public SqlException taken()
    {
        return new SqlException(
            SqlException.Kind.PREPARED, position,
            "there is a prepared statement of that name: name=" + name + ", character=" + position);
    }

    /**
     * The error for a connection that keeps as much as it may.
     *
     * @param what there is too much of, with its bound.
     * @return the exception, to be thrown.
     */
    public SqlException tooMany(final String what)
    {
        return new SqlException(SqlException.Kind.LIMIT, position, what + ", character=" + position);
    }
}
