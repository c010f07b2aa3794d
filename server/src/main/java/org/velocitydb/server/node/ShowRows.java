package org.velocitydb.server.node;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.velocitydb.engine.CheckpointInfo;
import org.velocitydb.engine.CheckpointRequest.Action;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.sql.ShowStatement;
import org.velocitydb.server.users.Principal;

/**
 * What a SHOW statement answers, and others that tell something of the server: rows of text, the first of whose columns
 * is a name.
 *
 * @param columns their names.
 * @param rows    a text for each column.
 */
record ShowRows(List<String> columns, List<List<String>> rows)
{
    private static final List<String> FIGURE_COLUMNS = List.of("name", "value");
    private static final List<String> USER_COLUMNS = List.of("name", "rights");
    private static final List<String> TABLE_COLUMNS = List.of("name", "keyspace");
    private static final List<String> CREATED_COLUMNS = List.of("name", "path", "sequence");
    private static final List<String> CHECKPOINT_COLUMNS = List.of("name", "created", "sequence", "bytes");
    private static final List<String> NO_COLUMNS = List.of();

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
            case STATS -> ofFigures(FIGURE_COLUMNS, statistics.all());
            case STATUS -> ofFigures(FIGURE_COLUMNS, statistics.status());
            case TABLES -> ofTables(reader, principal);
            case USERS -> ofFigures(USER_COLUMNS, statistics.users());
        };
    }

    private static ShowRows ofFigures(final List<String> columns, final List<ServerStatistics.Figure> figures)
    {
        final List<List<String>> rows = new ArrayList<>(figures.size());
        figures.forEach(figure -> rows.add(List.of(figure.name(), figure.text())));
        return new ShowRows(columns, rows);
    }

    private static ShowRows ofTables(final StoreReader reader, final Principal principal)
    {
        final List<List<String>> rows = new ArrayList<>();
        reader.keyspaces().forEach((name, id) ->
        {
            if (AccessRules.seesTable(principal, name))
            {
                rows.add(List.of(name, Integer.toString(id)));
            }
        });
        return new ShowRows(TABLE_COLUMNS, rows);
    }

    /**
     * What a statement about checkpoints answers.
     *
     * @param action      of the statement.
     * @param checkpoints that it has made or found.
     * @return the rows; one that drops has none.
     */
    static ShowRows of(final Action action, final List<CheckpointInfo> checkpoints)
    {
        final List<List<String>> rows = new ArrayList<>(checkpoints.size());
        switch (action)
        {
            case CREATE :
                checkpoints.forEach(info -> rows.add(
                    List.of(info.name(), info.path(), Long.toString(info.sequence()))));
                return new ShowRows(CREATED_COLUMNS, rows);
            case LIST :
                checkpoints.forEach(info -> rows.add(row(info)));
                return new ShowRows(CHECKPOINT_COLUMNS, rows);
            default :
                return new ShowRows(NO_COLUMNS, rows);
        }
    }

    private static List<String> row(final CheckpointInfo info)
    {
        return List.of(
            info.name(), info.isFinished() ? Instant.ofEpochMilli(info.createdMs()).toString() : "not finished",
            Long.toString(info.sequence()), Long.toString(info.tableBytes()));
    }
}
