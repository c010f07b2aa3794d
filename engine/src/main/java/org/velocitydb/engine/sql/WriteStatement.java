package org.velocitydb.engine.sql;

import org.velocitydb.engine.command.WriteBatch;

/**
 * A statement that changes keys which it names. It becomes operations of one batch, done together; those that the
 * writer says it applied are the rows affected.
 */
public sealed interface WriteStatement extends Statement permits InsertStatement, UpdateStatement, DeleteStatement
{
    /**
     * Adds this statement's operations to a batch. There may be none, where the predicates contradict each other: then
     * no row is affected.
     *
     * @param batch    to add to.
     * @param keyspace id of the table.
     */
    void encode(WriteBatch batch, int keyspace);

    /**
     * How many operations {@link #encode} adds: the most rows that can be affected.
     *
     * @return the count.
     */
    int operationCount();
}
