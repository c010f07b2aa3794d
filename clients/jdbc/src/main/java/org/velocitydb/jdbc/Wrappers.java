package org.velocitydb.jdbc;

import java.sql.SQLException;

/**
 * What stands behind an object of JDBC.
 */
final class Wrappers
{
    private Wrappers()
    {
    }

    static boolean isWrapperFor(final Class<?> type, final Object... candidates)
    {
        for (final Object candidate : candidates)
        {
            if (type.isInstance(candidate))
            {
                return true;
            }
        }
        return false;
    }

    static <T> T unwrap(final Class<T> type, final Object... candidates) throws SQLException
    {
        for (final Object candidate : candidates)
        {
            if (type.isInstance(candidate))
            {
                return type.cast(candidate);
            }
        }
        throw SqlErrors.general("there is no " + type.getName() + " behind " + candidates[0].getClass().getName());
    }
}
