package org.velocitydb.server.node;

import java.util.ArrayList;
import java.util.List;

import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.sql.ShowStatement;
import org.velocitydb.server.users.Principal;

/**
 * What a SHOW statement answers: rows of two columns, the first of which is a name.
 *
 * @param valueColumn name of the second column.
 * @param figures     the rows.
 */
record ShowRows(String valueColumn, List<ServerStatistics.Figure> figures)
{
    static final String NAME_COLUMN = "name";

    /**
     * Gathers the rows.
     *
     * @param subject    of the statement.
     * @param statistics of the node.
     * @param reader     in a read section.
     * @param principal  who asks.
     * @return the rows as of now.
     */
    static ShowRows of(
        final ShowStatement.Subject subject,
        final ServerStatistics statistics,
        final StoreReader reader,
        final Principal principal)
    {
        return switch (subject)
        {
            case STATS -> new ShowRows("value", statistics.all());
            case STATUS -> new ShowRows("value", statistics.status());
            case TABLES -> new ShowRows("keyspace", tables(reader, principal));
            case USERS -> new ShowRows("rights", statistics.users());
        };
    }

    private static List<ServerStatistics.Figure> tables(final StoreReader reader, final Principal principal)
    {
        final List<ServerStatistics.Figure> tables = new ArrayList<>();
        reader.keyspaces().forEach((name, id) ->
        {
            if (AccessRules.seesTable(principal, name))
            {
                tables.add(new ServerStatistics.Figure(name, Integer.toString(id)));
            }
        });
        return tables;
    }
}
