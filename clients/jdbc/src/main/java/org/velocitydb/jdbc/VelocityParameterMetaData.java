package org.velocitydb.jdbc;

import java.sql.ParameterMetaData;
import java.sql.SQLException;

/**
 * A statement's parameters: how many there are. Each may be of any type, which is called text here. Immutable.
 */
final class VelocityParameterMetaData implements ParameterMetaData
{
    private final int count;

    VelocityParameterMetaData(final int count)
    {
        this.count = count;
    }

    private void requireIndex(final int index) throws SQLException
    {
        if (index < 1 || index > count)
        {
            throw new SQLException("parameter out of range: index=" + index + ", count=" + count, "07009");
        }
    }

    @Override
    public int getParameterCount()
    {
        return count;
    }

    @Override
    public int getParameterType(final int index) throws SQLException
    {
        requireIndex(index);
        return ColumnType.TEXT.code();
    }

    @Override
    public String getParameterTypeName(final int index) throws SQLException
    {
        requireIndex(index);
        return ColumnType.TEXT.text();
    }

    @Override
    public String getParameterClassName(final int index) throws SQLException
    {
        requireIndex(index);
        return ColumnType.TEXT.javaType().getName();
    }

    @Override
    public int getParameterMode(final int index) throws SQLException
    {
        requireIndex(index);
        return parameterModeIn;
    }

    @Override
    public int isNullable(final int index) throws SQLException
    {
        requireIndex(index);
        return parameterNullableUnknown;
    }

    @Override
    public boolean isSigned(final int index) throws SQLException
    {
        requireIndex(index);
        return false;
    }

    @Override
    public int getPrecision(final int index) throws SQLException
    {
        requireIndex(index);
        return 0;
    }

    @Override
    public int getScale(final int index) throws SQLException
    {
        requireIndex(index);
        return 0;
    }

    @Override
    public <T> T unwrap(final Class<T> type) throws SQLException
    {
        return Wrappers.unwrap(type, this);
    }

    @Override
    public boolean isWrapperFor(final Class<?> type)
    {
        return Wrappers.isWrapperFor(type, this);
    }
}
