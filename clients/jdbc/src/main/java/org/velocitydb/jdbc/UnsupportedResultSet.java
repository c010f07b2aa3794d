package org.velocitydb.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

/**
 * What a result does not do: rows cannot be changed, gone back to, or read as types that the store does not have.
 */
abstract class UnsupportedResultSet implements ResultSet
{
    @Override
    public boolean absolute(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.absolute");
    }

    @Override
    public void afterLast() throws SQLException
    {
        throw Unsupported.method("ResultSet.afterLast");
    }

    @Override
    public void beforeFirst() throws SQLException
    {
        throw Unsupported.method("ResultSet.beforeFirst");
    }

    @Override
    public void cancelRowUpdates() throws SQLException
    {
        throw Unsupported.method("ResultSet.cancelRowUpdates");
    }

    @Override
    public void deleteRow() throws SQLException
    {
        throw Unsupported.method("ResultSet.deleteRow");
    }

    @Override
    public boolean first() throws SQLException
    {
        throw Unsupported.method("ResultSet.first");
    }

    @Override
    public Array getArray(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getArray");
    }

    @Override
    public Array getArray(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getArray");
    }

    @Override
    public InputStream getAsciiStream(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getAsciiStream");
    }

    @Override
    public InputStream getAsciiStream(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getAsciiStream");
    }

    @Override
    @Deprecated
    public BigDecimal getBigDecimal(final int a, final int b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getBigDecimal");
    }

    @Override
    @Deprecated
    public BigDecimal getBigDecimal(final String a, final int b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getBigDecimal");
    }

    @Override
    public Blob getBlob(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getBlob");
    }

    @Override
    public Blob getBlob(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getBlob");
    }

    @Override
    public Clob getClob(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getClob");
    }

    @Override
    public Clob getClob(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getClob");
    }

    @Override
    public String getCursorName() throws SQLException
    {
        throw Unsupported.method("ResultSet.getCursorName");
    }

    @Override
    public Date getDate(final int a, final Calendar b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getDate");
    }

    @Override
    public Date getDate(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getDate");
    }

    @Override
    public Date getDate(final String a, final Calendar b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getDate");
    }

    @Override
    public Date getDate(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getDate");
    }

    @Override
    public Reader getNCharacterStream(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getNCharacterStream");
    }

    @Override
    public Reader getNCharacterStream(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getNCharacterStream");
    }

    @Override
    public NClob getNClob(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getNClob");
    }

    @Override
    public NClob getNClob(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getNClob");
    }

    @Override
    public Object getObject(final int a, final Map<String, Class<?>> b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getObject");
    }

    @Override
    public Object getObject(final String a, final Map<String, Class<?>> b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getObject");
    }

    @Override
    public Ref getRef(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getRef");
    }

    @Override
    public Ref getRef(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getRef");
    }

    @Override
    public RowId getRowId(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getRowId");
    }

    @Override
    public RowId getRowId(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getRowId");
    }

    @Override
    public SQLXML getSQLXML(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getSQLXML");
    }

    @Override
    public SQLXML getSQLXML(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getSQLXML");
    }

    @Override
    public Timestamp getTimestamp(final int a, final Calendar b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getTimestamp");
    }

    @Override
    public Timestamp getTimestamp(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getTimestamp");
    }

    @Override
    public Timestamp getTimestamp(final String a, final Calendar b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getTimestamp");
    }

    @Override
    public Timestamp getTimestamp(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getTimestamp");
    }

    @Override
    public Time getTime(final int a, final Calendar b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getTime");
    }

    @Override
    public Time getTime(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getTime");
    }

    @Override
    public Time getTime(final String a, final Calendar b) throws SQLException
    {
        throw Unsupported.method("ResultSet.getTime");
    }

    @Override
    public Time getTime(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getTime");
    }

    @Override
    public URL getURL(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getURL");
    }

    @Override
    public URL getURL(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getURL");
    }

    @Override
    @Deprecated
    public InputStream getUnicodeStream(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getUnicodeStream");
    }

    @Override
    @Deprecated
    public InputStream getUnicodeStream(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.getUnicodeStream");
    }

    @Override
    public void insertRow() throws SQLException
    {
        throw Unsupported.method("ResultSet.insertRow");
    }

    @Override
    public boolean last() throws SQLException
    {
        throw Unsupported.method("ResultSet.last");
    }

    @Override
    public void moveToCurrentRow() throws SQLException
    {
        throw Unsupported.method("ResultSet.moveToCurrentRow");
    }

    @Override
    public void moveToInsertRow() throws SQLException
    {
        throw Unsupported.method("ResultSet.moveToInsertRow");
    }

    @Override
    public boolean previous() throws SQLException
    {
        throw Unsupported.method("ResultSet.previous");
    }

    @Override
    public void refreshRow() throws SQLException
    {
        throw Unsupported.method("ResultSet.refreshRow");
    }

    @Override
    public boolean relative(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.relative");
    }

    @Override
    public boolean rowDeleted() throws SQLException
    {
        throw Unsupported.method("ResultSet.rowDeleted");
    }

    @Override
    public boolean rowInserted() throws SQLException
    {
        throw Unsupported.method("ResultSet.rowInserted");
    }

    @Override
    public boolean rowUpdated() throws SQLException
    {
        throw Unsupported.method("ResultSet.rowUpdated");
    }

    @Override
    public void updateArray(final int a, final Array b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateArray");
    }

    @Override
    public void updateArray(final String a, final Array b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateArray");
    }

    @Override
    public void updateAsciiStream(final int a, final InputStream b, final int c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateAsciiStream");
    }

    @Override
    public void updateAsciiStream(final int a, final InputStream b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateAsciiStream");
    }

    @Override
    public void updateAsciiStream(final int a, final InputStream b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateAsciiStream");
    }

    @Override
    public void updateAsciiStream(final String a, final InputStream b, final int c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateAsciiStream");
    }

    @Override
    public void updateAsciiStream(final String a, final InputStream b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateAsciiStream");
    }

    @Override
    public void updateAsciiStream(final String a, final InputStream b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateAsciiStream");
    }

    @Override
    public void updateBigDecimal(final int a, final BigDecimal b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBigDecimal");
    }

    @Override
    public void updateBigDecimal(final String a, final BigDecimal b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBigDecimal");
    }

    @Override
    public void updateBinaryStream(final int a, final InputStream b, final int c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBinaryStream");
    }

    @Override
    public void updateBinaryStream(final int a, final InputStream b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBinaryStream");
    }

    @Override
    public void updateBinaryStream(final int a, final InputStream b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBinaryStream");
    }

    @Override
    public void updateBinaryStream(final String a, final InputStream b, final int c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBinaryStream");
    }

    @Override
    public void updateBinaryStream(final String a, final InputStream b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBinaryStream");
    }

    @Override
    public void updateBinaryStream(final String a, final InputStream b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBinaryStream");
    }

    @Override
    public void updateBlob(final int a, final InputStream b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBlob");
    }

    @Override
    public void updateBlob(final int a, final InputStream b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBlob");
    }

    @Override
    public void updateBlob(final int a, final Blob b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBlob");
    }

    @Override
    public void updateBlob(final String a, final InputStream b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBlob");
    }

    @Override
    public void updateBlob(final String a, final InputStream b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBlob");
    }

    @Override
    public void updateBlob(final String a, final Blob b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBlob");
    }

    @Override
    public void updateBoolean(final int a, final boolean b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBoolean");
    }

    @Override
    public void updateBoolean(final String a, final boolean b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBoolean");
    }

    @Override
    public void updateBytes(final int a, final byte[] b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBytes");
    }

    @Override
    public void updateBytes(final String a, final byte[] b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateBytes");
    }

    @Override
    public void updateByte(final int a, final byte b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateByte");
    }

    @Override
    public void updateByte(final String a, final byte b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateByte");
    }

    @Override
    public void updateCharacterStream(final int a, final Reader b, final int c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateCharacterStream");
    }

    @Override
    public void updateCharacterStream(final int a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateCharacterStream");
    }

    @Override
    public void updateCharacterStream(final int a, final Reader b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateCharacterStream");
    }

    @Override
    public void updateCharacterStream(final String a, final Reader b, final int c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateCharacterStream");
    }

    @Override
    public void updateCharacterStream(final String a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateCharacterStream");
    }

    @Override
    public void updateCharacterStream(final String a, final Reader b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateCharacterStream");
    }

    @Override
    public void updateClob(final int a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateClob");
    }

    @Override
    public void updateClob(final int a, final Reader b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateClob");
    }

    @Override
    public void updateClob(final int a, final Clob b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateClob");
    }

    @Override
    public void updateClob(final String a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateClob");
    }

    @Override
    public void updateClob(final String a, final Reader b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateClob");
    }

    @Override
    public void updateClob(final String a, final Clob b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateClob");
    }

    @Override
    public void updateDate(final int a, final Date b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateDate");
    }

    @Override
    public void updateDate(final String a, final Date b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateDate");
    }

    @Override
    public void updateDouble(final int a, final double b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateDouble");
    }

    @Override
    public void updateDouble(final String a, final double b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateDouble");
    }

    @Override
    public void updateFloat(final int a, final float b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateFloat");
    }

    @Override
    public void updateFloat(final String a, final float b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateFloat");
    }

    @Override
    public void updateInt(final int a, final int b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateInt");
    }

    @Override
    public void updateInt(final String a, final int b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateInt");
    }

    @Override
    public void updateLong(final int a, final long b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateLong");
    }

    @Override
    public void updateLong(final String a, final long b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateLong");
    }

    @Override
    public void updateNCharacterStream(final int a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNCharacterStream");
    }

    @Override
    public void updateNCharacterStream(final int a, final Reader b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNCharacterStream");
    }

    @Override
    public void updateNCharacterStream(final String a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNCharacterStream");
    }

    @Override
    public void updateNCharacterStream(final String a, final Reader b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNCharacterStream");
    }

    @Override
    public void updateNClob(final int a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNClob");
    }

    @Override
    public void updateNClob(final int a, final Reader b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNClob");
    }

    @Override
    public void updateNClob(final int a, final NClob b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNClob");
    }

    @Override
    public void updateNClob(final String a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNClob");
    }

    @Override
    public void updateNClob(final String a, final Reader b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNClob");
    }

    @Override
    public void updateNClob(final String a, final NClob b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNClob");
    }

    @Override
    public void updateNString(final int a, final String b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNString");
    }

    @Override
    public void updateNString(final String a, final String b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNString");
    }

    @Override
    public void updateNull(final int a) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNull");
    }

    @Override
    public void updateNull(final String a) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateNull");
    }

    @Override
    public void updateObject(final int a, final Object b, final int c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateObject");
    }

    @Override
    public void updateObject(final int a, final Object b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateObject");
    }

    @Override
    public void updateObject(final String a, final Object b, final int c) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateObject");
    }

    @Override
    public void updateObject(final String a, final Object b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateObject");
    }

    @Override
    public void updateRef(final int a, final Ref b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateRef");
    }

    @Override
    public void updateRef(final String a, final Ref b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateRef");
    }

    @Override
    public void updateRowId(final int a, final RowId b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateRowId");
    }

    @Override
    public void updateRowId(final String a, final RowId b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateRowId");
    }

    @Override
    public void updateRow() throws SQLException
    {
        throw Unsupported.method("ResultSet.updateRow");
    }

    @Override
    public void updateSQLXML(final int a, final SQLXML b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateSQLXML");
    }

    @Override
    public void updateSQLXML(final String a, final SQLXML b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateSQLXML");
    }

    @Override
    public void updateShort(final int a, final short b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateShort");
    }

    @Override
    public void updateShort(final String a, final short b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateShort");
    }

    @Override
    public void updateString(final int a, final String b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateString");
    }

    @Override
    public void updateString(final String a, final String b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateString");
    }

    @Override
    public void updateTimestamp(final int a, final Timestamp b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateTimestamp");
    }

    @Override
    public void updateTimestamp(final String a, final Timestamp b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateTimestamp");
    }

    @Override
    public void updateTime(final int a, final Time b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateTime");
    }

    @Override
    public void updateTime(final String a, final Time b) throws SQLException
    {
        throw Unsupported.method("ResultSet.updateTime");
    }
}
