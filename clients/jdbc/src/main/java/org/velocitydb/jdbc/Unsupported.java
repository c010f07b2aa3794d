package org.velocitydb.jdbc;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/**
 * Refusals, by name.
 */
final class Unsupported
{
    private static final String SQL_STATE = "0A000";

    private Unsupported()
    {
    }

    static SQLFeatureNotSupportedException method(final String name)
    {
        return feature(name + " is not supported");
    }

    static SQLFeatureNotSupportedException generatedKeys()
    {
        return feature("generated keys are not supported: a key is always given");
    }

    static SQLException statementOfItsOwn()
    {
        return new SQLException("a prepared statement has a statement of its own and takes no other", "07003");
    }

    static SQLFeatureNotSupportedException feature(final String words)
    {
        return new SQLFeatureNotSupportedException(words, SQL_STATE);
    }
}
