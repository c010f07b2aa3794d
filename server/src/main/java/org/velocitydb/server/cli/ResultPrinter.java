package org.velocitydb.server.cli;

import org.velocitydb.server.cli.SqlConnector.SqlResult;

/**
 * Writes a result as text.
 */
interface ResultPrinter
{
    /**
     * Writes one result, its last line ended.
     *
     * @param result to write.
     * @param output gets the text.
     */
    void print(SqlResult result, StringBuilder output);
}
