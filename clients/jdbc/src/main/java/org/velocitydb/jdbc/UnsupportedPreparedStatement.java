package org.velocitydb.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;

/**
 * What a prepared statement does not do: take parameters of types that the store does not have, or another statement.
 */
abstract class UnsupportedPreparedStatement extends VelocityStatement implements PreparedStatement
{
    UnsupportedPreparedStatement(final VelocityConnection connection)
    {
        super(connection);
    }

    @Override
    public void addBatch(final String a) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public ResultSet executeQuery(final String a) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public int executeUpdate(final String a, final int[] b) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public int executeUpdate(final String a, final int b) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public int executeUpdate(final String a, final String[] b) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public int executeUpdate(final String a) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public boolean execute(final String a, final int[] b) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public boolean execute(final String a, final int b) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public boolean execute(final String a, final String[] b) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public boolean execute(final String a) throws SQLException
    {
        throw Unsupported.statementOfItsOwn();
    }

    @Override
    public void setArray(final int a, final Array b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setArray");
    }

    @Override
    public void setAsciiStream(final int a, final InputStream b, final int c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setAsciiStream");
    }

    @Override
    public void setAsciiStream(final int a, final InputStream b, final long c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setAsciiStream");
    }

    @Override
    public void setAsciiStream(final int a, final InputStream b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setAsciiStream");
    }

    @Override
    public void setBlob(final int a, final InputStream b, final long c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setBlob");
    }

    @Override
    public void setBlob(final int a, final InputStream b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setBlob");
    }

    @Override
    public void setBlob(final int a, final Blob b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setBlob");
    }

    @Override
    public void setClob(final int a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setClob");
    }

    @Override
    public void setClob(final int a, final Reader b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setClob");
    }

    @Override
    public void setClob(final int a, final Clob b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setClob");
    }

    @Override
    public void setDate(final int a, final Date b, final Calendar c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setDate");
    }

    @Override
    public void setDate(final int a, final Date b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setDate");
    }

    @Override
    public void setNCharacterStream(final int a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setNCharacterStream");
    }

    @Override
    public void setNCharacterStream(final int a, final Reader b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setNCharacterStream");
    }

    @Override
    public void setNClob(final int a, final Reader b, final long c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setNClob");
    }

    @Override
    public void setNClob(final int a, final Reader b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setNClob");
    }

    @Override
    public void setNClob(final int a, final NClob b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setNClob");
    }

    @Override
    public void setRef(final int a, final Ref b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setRef");
    }

    @Override
    public void setRowId(final int a, final RowId b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setRowId");
    }

    @Override
    public void setSQLXML(final int a, final SQLXML b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setSQLXML");
    }

    @Override
    public void setTimestamp(final int a, final Timestamp b, final Calendar c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setTimestamp");
    }

    @Override
    public void setTimestamp(final int a, final Timestamp b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setTimestamp");
    }

    @Override
    public void setTime(final int a, final Time b, final Calendar c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setTime");
    }

    @Override
    public void setTime(final int a, final Time b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setTime");
    }

    @Override
    public void setURL(final int a, final URL b) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setURL");
    }

    @Override
    @Deprecated
    public void setUnicodeStream(final int a, final InputStream b, final int c) throws SQLException
    {
        throw Unsupported.method("PreparedStatement.setUnicodeStream");
    }
}
