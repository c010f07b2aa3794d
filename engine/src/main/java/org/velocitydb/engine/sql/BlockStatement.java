package org.velocitydb.engine.sql;

import java.util.List;

/**
 * Statements between BEGIN and COMMIT: one batch, done as a whole or not at all, one entry of the log. All conditions
 * are judged against the state before the block, and where one does not hold nothing is done.
 *
 * @param statements in their order; none of them makes or drops a table, or has to look for its rows.
 */
public record BlockStatement(List<WriteStatement> statements) implements Statement
{
    /**
     * Copies the list.
     *
     * @param statements in their order.
     */
    public BlockStatement
    {
        statements = List.copyOf(statements);
    }
}
