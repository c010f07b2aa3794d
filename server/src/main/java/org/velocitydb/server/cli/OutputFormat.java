package org.velocitydb.server.cli;

import java.util.Locale;

/**
 * How results are printed.
 */
enum OutputFormat
{
    /** For people. */
    TABLE
    {
        @Override
        ResultPrinter printer()
        {
            return new TablePrinter();
        }
    },
    /** For spreadsheets: RFC 4180 with a header line; statements without rows print nothing. */
    CSV
    {
        @Override
        ResultPrinter printer()
        {
            return new CsvPrinter();
        }
    },
    /** For programs: one object a line for each statement. */
    JSON
    {
        @Override
        ResultPrinter printer()
        {
            return new JsonPrinter();
        }
    };

    abstract ResultPrinter printer();

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
