package org.velocitydb.server.node;

import java.util.HashMap;
import java.util.Map;

import org.velocitydb.engine.sql.DeallocateStatement;
import org.velocitydb.engine.sql.ExecuteStatement;
import org.velocitydb.engine.sql.PrepareStatement;
import org.velocitydb.engine.sql.StatementTemplate;

/**
 * The statements that one connection has prepared, by their names. Owned by its event loop; bounded in number and in
 * bytes, so that a connection cannot keep more than it could send in one statement.
 */
final class PreparedStatements
{
    /** Statements that one connection may keep. */
    static final int COUNT_MAX = 256;
    /** Text of all of them. What is kept beside it is a small multiple. */
    static final int TEXT_LENGTH_MAX = 256 * 1024;

    private final Map<String, StatementTemplate> byName = new HashMap<>();
    private long textLength;

    /**
     * Keeps a statement.
     *
     * @param statement PREPARE.
     * @throws org.velocitydb.engine.sql.SqlException where the name is taken, or too much is kept already.
     */
    void prepare(final PrepareStatement statement)
    {
        final int length = statement.template().text().capacity();
        if (byName.containsKey(statement.name()))
        {
            throw statement.taken();
        }
        if (byName.size() == COUNT_MAX)
        {
            throw statement.tooMany("too many prepared statements on this connection: max=" + COUNT_MAX);
        }
        if (textLength + length > TEXT_LENGTH_MAX)
        {
            throw statement.tooMany(
                "prepared statements of this connection are too long: length=" + (textLength + length) + ", max=" +
                    TEXT_LENGTH_MAX);
        }
        byName.put(statement.name(), statement.template());
        textLength += length;
    }

    /**
     * Lets go of a statement.
     *
     * @param statement DEALLOCATE.
     * @throws org.velocitydb.engine.sql.SqlException where there is no such statement.
     */
    void deallocate(final DeallocateStatement statement)
    {
        final StatementTemplate removed = byName.remove(statement.name());
        if (removed == null)
        {
            throw statement.unknown();
        }
        textLength -= removed.text().capacity();
    }

    /**
     * Finds a statement. Allocation-free.
     *
     * @param statement EXECUTE.
     * @return what is kept under its name.
     * @throws org.velocitydb.engine.sql.SqlException where there is no such statement.
     */
    StatementTemplate find(final ExecuteStatement statement)
    {
        final StatementTemplate template = byName.get(statement.name());
        if (template == null)
        {
            throw statement.unknown();
        }
        return template;
    }
}
