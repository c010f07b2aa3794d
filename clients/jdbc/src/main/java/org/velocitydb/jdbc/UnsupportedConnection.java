package org.velocitydb.jdbc;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.NClob;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.Struct;

/**
 * What a connection does not do: procedures, savepoints, and objects of types that the store does not have.
 */
abstract class UnsupportedConnection implements Connection
{
    @Override
    public Array createArrayOf(final String a, final Object[] b) throws SQLException
    {
        throw Unsupported.method("Connection.createArrayOf");
    }

    @Override
    public Blob createBlob() throws SQLException
    {
        throw Unsupported.method("Connection.createBlob");
    }

    @Override
    public Clob createClob() throws SQLException
    {
        throw Unsupported.method("Connection.createClob");
    }

    @Override
    public NClob createNClob() throws SQLException
    {
        throw Unsupported.method("Connection.createNClob");
    }

    @Override
    public SQLXML createSQLXML() throws SQLException
    {
        throw Unsupported.method("Connection.createSQLXML");
    }

    @Override
    public Struct createStruct(final String a, final Object[] b) throws SQLException
    {
        throw Unsupported.method("Connection.createStruct");
    }

    @Override
    public CallableStatement prepareCall(final String a, final int b, final int c, final int d) throws SQLException
    {
        throw Unsupported.method("Connection.prepareCall");
    }

    @Override
    public CallableStatement prepareCall(final String a, final int b, final int c) throws SQLException
    {
        throw Unsupported.method("Connection.prepareCall");
    }

    @Override
    public CallableStatement prepareCall(final String a) throws SQLException
    {
        throw Unsupported.method("Connection.prepareCall");
    }

    @Override
    public void releaseSavepoint(final Savepoint a) throws SQLException
    {
        throw Unsupported.method("Connection.releaseSavepoint");
    }

    @Override
    public void rollback(final Savepoint a) throws SQLException
    {
        throw Unsupported.method("Connection.rollback");
    }

    @Override
    public Savepoint setSavepoint(final String a) throws SQLException
    {
        throw Unsupported.method("Connection.setSavepoint");
    }

    @Override
    public Savepoint setSavepoint() throws SQLException
    {
        throw Unsupported.method("Connection.setSavepoint");
    }
}
