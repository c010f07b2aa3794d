package org.velocitydb.jdbc;

import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a statement does not do: keys are never generated, and cursors have no names.
 */
abstract class UnsupportedStatement implements Statement
{
    @Override
    public int executeUpdate(final String a, final int[] b) throws SQLException
    {
        throw Unsupported.generatedKeys();
    }

    @Override
    public int executeUpdate(final String a, final String[] b) throws SQLException
    {
        throw Unsupported.generatedKeys();
    }

    @Override
    public boolean execute(final String a, final int[] b) throws SQLException
    {
        throw Unsupported.generatedKeys();
    }

    @Override
    public boolean execute(final String a, final String[] b) throws SQLException
    {
        throw Unsupported.generatedKeys();
    }

    @Override
    public void setCursorName(final String a) throws SQLException
    {
        throw Unsupported.method("Statement.setCursorName");
    }
}
