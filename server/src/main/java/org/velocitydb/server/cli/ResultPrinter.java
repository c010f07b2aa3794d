package org.velocitydb.server.cli;

/**
 * Writes a result as text.
 */
interface ResultPrinter
{
    /**
     * Writes one result as it comes in, its last line ended, or as much of it as is wanted.
     *
     * @param result to write.
     * @param output gets the text.
     */
    void print(SqlResult result, TextSink output);
}
