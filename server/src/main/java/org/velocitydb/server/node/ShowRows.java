package org.velocitydb.server.node;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

import org.velocitydb.engine.StoreReader;

/**
 * What a SHOW statement answers. A row's texts are made when it is sent, so that many rows cost the event loop no more
 * at a time than a page of them.
 *
 * @param columns  their names.
 * @param rowCount how many there are.
 * @param row      gives the texts of the row with an index.
 */
record ShowRows(List<String> columns, int rowCount, IntFunction<List<String>> row)
{
    private static final List<String> CONFIG_COLUMNS = List.of("key", "value", "source", "changeable");

    static ShowRows ofFigures(final String valueColumn, final List<ServerStatistics.Figure> figures)
    {
        return new ShowRows(
            List.of("name", valueColumn), figures.size(),
            (index) -> List.of(figures.get(index).name(), figures.get(index).text()));
    }

    static ShowRows ofTables(final StoreReader reader)
    {
        final List<ServerStatistics.Figure> tables = new ArrayList<>();
        reader.keyspaces().forEach(
            (name, id) -> tables.add(new ServerStatistics.Figure(name, Integer.toString(id))));
        return ofFigures("keyspace", tables);
    }

    static ShowRows ofSettings(final List<ConfigView.Setting> settings)
    {
        return new ShowRows(CONFIG_COLUMNS, settings.size(), (index) ->
        {
            final ConfigView.Setting setting = settings.get(index);
            return List.of(setting.key(), setting.value(), setting.source(), setting.changeable());
        });
    }
}
