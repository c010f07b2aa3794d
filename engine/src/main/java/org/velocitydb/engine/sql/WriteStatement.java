package org.velocitydb.engine.sql;

import org.velocitydb.engine.command.WriteBatch;

/**
 * A statement that changes keys which it names, or that makes or drops a table. It becomes operations of one batch,
 * done together; those that the
 * writer says it applied are the rows affected.
 */
public sealed interface WriteStatement extends Statement
    permits InsertStatement, UpdateStatement, DeleteStatement, CheckStatement, CreateTableStatement, DropTableStatement
{
    /**
     * The table that is written to, made or dropped.
     *
     * @return its name.
     */
    TableName table();

    /**
     * Whether the statement makes or drops its table; else the table must be there.
     *
     * @return true for CREATE TABLE and DROP TABLE.
     */
    default boolean isDefinition()
    {
        return false;
    }

    /**
     * Adds this statement's operations to a batch. There may be none, where the predicates contradict each other: then
     * no row is affected.
     *
     * @param batch    to add to.
     * @param keyspace id of the table; of no meaning where the statement makes or drops it.
     */
    void encode(WriteBatch batch, int keyspace);

    /**
     * How many operations {@link #encode} adds: the most rows that can be affected.
     *
     * @return the count.
     */
    int operationCount();
}
