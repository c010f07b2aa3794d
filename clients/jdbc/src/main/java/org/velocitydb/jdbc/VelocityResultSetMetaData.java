package org.velocitydb.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;

/**
 * Names and types of a result's columns. Immutable.
 */
final class VelocityResultSetMetaData implements ResultSetMetaData
{
    private static final String KEY = "key";

    private final List<String> columns;
    private final List<ColumnType> types;

    VelocityResultSetMetaData(final List<String> columns, final List<ColumnType> types)
    {
        this.columns = columns;
        this.types = types;
    }

    private int index(final int column) throws SQLException
    {
        if (column < 1 || column > columns.size())
        {
            throw SqlErrors.general("column out of range: column=" + column + ", count=" + columns.size());
        }
        return column - 1;
    }

    @Override
    public int getColumnCount()
    {
        return columns.size();
    }

    @Override
    public String getColumnName(final int column) throws SQLException
    {
        return columns.get(index(column));
    }

    @Override
    public String getColumnLabel(final int column) throws SQLException
    {
        return getColumnName(column);
    }

    @Override
    public int getColumnType(final int column) throws SQLException
    {
        return types.get(index(column)).code();
    }

    @Override
    public String getColumnTypeName(final int column) throws SQLException
    {
        return types.get(index(column)).text();
    }

    @Override
    public String getColumnClassName(final int column) throws SQLException
    {
        return types.get(index(column)).javaType().getName();
    }

    @Override
    public int getPrecision(final int column) throws SQLException
    {
        return types.get(index(column)).precision();
    }

    @Override
    public int getColumnDisplaySize(final int column) throws SQLException
    {
        return getPrecision(column);
    }

    @Override
    public int getScale(final int column) throws SQLException
    {
        index(column);
        return 0;
    }

    @Override
    public int isNullable(final int column) throws SQLException
    {
        return KEY.equals(columns.get(index(column))) ? columnNoNulls : columnNullableUnknown;
    }

    @Override
    public boolean isCaseSensitive(final int column) throws SQLException
    {
        return types.get(index(column)) == ColumnType.TEXT;
    }

    @Override
    public boolean isSigned(final int column) throws SQLException
    {
        final ColumnType type = types.get(index(column));
        return type == ColumnType.INTEGER || type == ColumnType.FLOAT;
    }

    @Override
    public boolean isSearchable(final int column) throws SQLException
    {
        return KEY.equals(columns.get(index(column)));
    }

    @Override
    public boolean isAutoIncrement(final int column) throws SQLException
    {
        index(column);
        return false;
    }

    @Override
    public boolean isCurrency(final int column) throws SQLException
    {
        index(column);
        return false;
    }

    @Override
    public boolean isReadOnly(final int column) throws SQLException
    {
        index(column);
        return true;
    }

    @Override
    public boolean isWritable(final int column) throws SQLException
    {
        return !isReadOnly(column);
    }

    @Override
    public boolean isDefinitelyWritable(final int column) throws SQLException
    {
        return !isReadOnly(column);
    }

    /** Not known: a result does not say which table it is of. */
    @Override
    public String getTableName(final int column) throws SQLException
    {
        index(column);
        return "";
    }

    @Override
    public String getSchemaName(final int column) throws SQLException
    {
        index(column);
        return "";
    }

    @Override
    public String getCatalogName(final int column) throws SQLException
    {
        index(column);
        return "";
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
