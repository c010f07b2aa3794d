package org.velocitydb.server.cli;

import java.util.List;
import java.util.function.Supplier;

import org.velocitydb.client.ConnectionLostException;
import org.velocitydb.client.QueryCursor;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.server.cli.SqlConnector.SqlFailure;
import org.velocitydb.server.cli.SqlConnector.SqlSession;

/**
 * SQL through the Java client. Rows come in as they are taken.
 */
final class ClientSqlSession implements SqlSession
{
    private final VelocityClient client;

    private ClientSqlSession(final VelocityClient client)
    {
        this.client = client;
    }

    static SqlSession connect(final ServerLogin login)
    {
        return new ClientSqlSession(Clients.connect(login));
    }

    @Override
    public SqlResult execute(final String statement)
    {
        return new CursorResult(told(() -> client.queryCursor(null, statement)));
    }

    @Override
    public void close()
    {
        client.close();
    }

    private static <T> T told(final Supplier<T> call)
    {
        try
        {
            return call.get();
        }
        catch (final ConnectionLostException ex)
        {
            throw ex;
        }
        catch (final VelocityException ex)
        {
            final boolean isPlaced = ex.position() != VelocityException.NULL_POSITION;
            throw new SqlFailure(ex.getMessage(), isPlaced ? ex.position() + 1 : SqlFailure.NULL_POSITION);
        }
    }

    private static final class CursorResult implements SqlResult
    {
        private final QueryCursor cursor;

        CursorResult(final QueryCursor cursor)
        {
            this.cursor = cursor;
        }

        @Override
        public List<String> columns()
        {
            return told(cursor::columns);
        }

        @Override
        public List<Object> next()
        {
            return told(() -> cursor.hasNext() ? cursor.next().values() : null);
        }

        @Override
        public long rowsAffected()
        {
            return told(cursor::rowsAffected);
        }

        @Override
        public void close()
        {
            cursor.close();
        }
    }
}
