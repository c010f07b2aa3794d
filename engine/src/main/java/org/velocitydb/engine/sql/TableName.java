package org.velocitydb.engine.sql;

import org.velocitydb.engine.command.KeyspaceName;

/**
 * A table as a statement names it. Whether there is one of that name is known to whoever executes the statement.
 *
 * @param name     in small letters, as the store keeps it.
 * @param position of the name in the statement, in characters.
 */
public record TableName(String name, int position)
{
    /** The table that is always there. */
    static final TableName DEFAULT = new TableName(KeyspaceName.DEFAULT, 0);

    /**
     * The error for a table that is not there.
     *
     * @return the exception, to be thrown.
     */
    public SqlException unknown()
    {
        return new SqlException(
            SqlException.Kind.TABLE, position, "there is no such table: name=" + name + ", character=" + position);
    }
}
