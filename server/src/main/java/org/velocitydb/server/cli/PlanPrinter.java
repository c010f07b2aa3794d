package org.velocitydb.server.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * What EXPLAIN says, for people: a name and what it is on each line, names to the right.
 *
 * <pre>
 *     statement  SELECT
 *         table  kv
 *        access  point read
 * </pre>
 */
final class PlanPrinter implements ResultPrinter
{
    @Override
    public void print(final SqlResult result, final TextSink output)
    {
        if (result.columns().size() != 2)
        {
            new TablePrinter().print(result, output);
            return;
        }
        final List<List<String>> lines = new ArrayList<>();
        int width = 0;
        for (List<Object> row = result.next(); row != null; row = result.next())
        {
            final List<String> line = TablePrinter.cells(row);
            width = Math.max(width, line.get(0).length());
            lines.add(line);
        }
        for (final List<String> line : lines)
        {
            output.write(" ".repeat(width - line.get(0).length()) + line.get(0) + "  " + line.get(1) + "\n");
        }
    }
}
