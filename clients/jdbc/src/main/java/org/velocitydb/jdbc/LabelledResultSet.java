package org.velocitydb.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.SQLException;

/**
 * Columns by their names.
 */
abstract class LabelledResultSet extends UnsupportedResultSet
{
    @Override
    public BigDecimal getBigDecimal(final String label) throws SQLException
    {
        return getBigDecimal(findColumn(label));
    }

    @Override
    public InputStream getBinaryStream(final String label) throws SQLException
    {
        return getBinaryStream(findColumn(label));
    }

    @Override
    public boolean getBoolean(final String label) throws SQLException
    {
        return getBoolean(findColumn(label));
    }

    @Override
    public byte[] getBytes(final String label) throws SQLException
    {
        return getBytes(findColumn(label));
    }

    @Override
    public byte getByte(final String label) throws SQLException
    {
        return getByte(findColumn(label));
    }

    @Override
    public Reader getCharacterStream(final String label) throws SQLException
    {
        return getCharacterStream(findColumn(label));
    }

    @Override
    public double getDouble(final String label) throws SQLException
    {
        return getDouble(findColumn(label));
    }

    @Override
    public float getFloat(final String label) throws SQLException
    {
        return getFloat(findColumn(label));
    }

    @Override
    public int getInt(final String label) throws SQLException
    {
        return getInt(findColumn(label));
    }

    @Override
    public long getLong(final String label) throws SQLException
    {
        return getLong(findColumn(label));
    }

    @Override
    public String getNString(final String label) throws SQLException
    {
        return getNString(findColumn(label));
    }

    @Override
    public <T> T getObject(final String label, final Class<T> type) throws SQLException
    {
        return getObject(findColumn(label), type);
    }

    @Override
    public Object getObject(final String label) throws SQLException
    {
        return getObject(findColumn(label));
    }

    @Override
    public short getShort(final String label) throws SQLException
    {
        return getShort(findColumn(label));
    }

    @Override
    public String getString(final String label) throws SQLException
    {
        return getString(findColumn(label));
    }
}
