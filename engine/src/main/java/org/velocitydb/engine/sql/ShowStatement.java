package org.velocitydb.engine.sql;

/**
 * Asks the server about itself or its tables.
 *
 * @param subject what to show.
 */
public record ShowStatement(Subject subject) implements Statement
{
    /**
     * What can be shown.
     */
    public enum Subject
    {
        /** Counters and histograms. */
        STATS,
        /** How the server is. */
        STATUS,
        /** Which tables there are. */
        TABLES,
        /** Who may log in, and what each may do. */
        USERS
    }
}
