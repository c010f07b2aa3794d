package org.velocitydb.server.node;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

import org.velocitydb.engine.CheckpointInfo;
import org.velocitydb.engine.CheckpointRequest.Action;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.server.users.Principal;

/**
 * What a SHOW statement answers, and others that tell something of the server. A row's texts are made when it is sent,
 * so that many rows cost the event loop no more at a time than a page of them.
 *
 * @param columns  their names.
 * @param rowCount how many there are.
 * @param row      gives the texts of the row with an index.
 */
record ShowRows(List<String> columns, int rowCount, IntFunction<List<String>> row)
{
    private static final List<String> FIGURE_COLUMNS = List.of("name", "value");
    private static final List<String> USER_COLUMNS = List.of("name", "rights");
    private static final List<String> TABLE_COLUMNS = List.of("name", "keyspace");
    private static final List<String> CREATED_COLUMNS = List.of("name", "path", "sequence");
    private static final List<String> CHECKPOINT_COLUMNS = List.of("name", "created", "sequence", "bytes");
    private static final List<String> NO_COLUMNS = List.of();
    private static final List<String> CONFIG_COLUMNS = List.of("key", "value", "source", "changeable");

    static ShowRows ofFigures(final List<ServerStatistics.Figure> figures)
    {
        return ofFigures(FIGURE_COLUMNS, figures);
    }

    static ShowRows ofUsers(final List<ServerStatistics.Figure> users)
    {
        return ofFigures(USER_COLUMNS, users);
    }

    private static ShowRows ofFigures(final List<String> columns, final List<ServerStatistics.Figure> figures)
    {
        return new ShowRows(
            columns, figures.size(),
            (index) -> List.of(figures.get(index).name(), figures.get(index).text()));
    }

    private static ShowRows ofTexts(final List<String> columns, final List<List<String>> rows)
    {
        return new ShowRows(columns, rows.size(), rows::get);
    }

    static ShowRows ofTables(final StoreReader reader, final Principal principal)
    {
        final List<List<String>> rows = new ArrayList<>();
        reader.keyspaces().forEach((name, id) ->
        {
            if (AccessRules.seesTable(principal, name))
            {
                rows.add(List.of(name, Integer.toString(id)));
            }
        });
        return ofTexts(TABLE_COLUMNS, rows);
    }

    static ShowRows ofSettings(final List<ConfigView.Setting> settings)
    {
        return new ShowRows(CONFIG_COLUMNS, settings.size(), (index) ->
        {
            final ConfigView.Setting setting = settings.get(index);
            return List.of(setting.key(), setting.value(), setting.source(), setting.changeable());
        });
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
                return ofTexts(CREATED_COLUMNS, rows);
            case LIST :
                checkpoints.forEach(info -> rows.add(row(info)));
                return ofTexts(CHECKPOINT_COLUMNS, rows);
            default :
                return ofTexts(NO_COLUMNS, rows);
        }
    }

    private static List<String> row(final CheckpointInfo info)
    {
        return List.of(
            info.name(), info.isFinished() ? Instant.ofEpochMilli(info.createdMs()).toString() : "not finished",
            Long.toString(info.sequence()), Long.toString(info.tableBytes()));
    }
}
