package org.velocitydb.server.cli;

import org.velocitydb.client.ConnectionLostException;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.server.cli.SqlConnector.SqlFailure;
import org.velocitydb.server.cli.SqlConnector.SqlResult;
import org.velocitydb.server.cli.SqlConnector.SqlSession;

/**
 * SQL through the Java client.
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
        try
        {
            final QueryResult result = client.query(statement);
            return new SqlResult(
                result.columns(), result.rows().stream().map(QueryResult.Row::values).toList(), result.rowsAffected());
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

    @Override
    public void close()
    {
        client.close();
    }
}
