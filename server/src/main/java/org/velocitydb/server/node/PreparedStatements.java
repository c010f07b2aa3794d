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
    /** What they take in memory together, as they tell it. */
    static final int BYTES_MAX = 512 * 1024;

    private final Map<String, StatementTemplate> byName = new HashMap<>();
    private final SqlDesk desk;
    private int bytes;

    PreparedStatements(final SqlDesk desk)
    {
        this.desk = desk;
    }

    /**
     * Keeps a statement.
     *
     * @param statement PREPARE.
     * @throws org.velocitydb.engine.sql.SqlException where the name is taken, or too much is kept already.
     */
    void prepare(final PrepareStatement statement)
    {
        final int added = statement.template().memoryBytes();
        if (byName.containsKey(statement.name()))
        {
            throw statement.taken();
        }
        if (byName.size() == COUNT_MAX)
        {
            throw statement.tooMany("too many prepared statements on this connection: max=" + COUNT_MAX);
        }
        if (bytes + added > BYTES_MAX)
        {
            throw statement.tooMany(
                "prepared statements of this connection take too much memory: bytes=" + (bytes + added) + ", max=" +
                    BYTES_MAX);
        }
        if (!desk.tryKeep(added))
        {
            throw statement.tooMany(
                "prepared statements of all connections take too much memory: max=" + SqlDesk.PREPARED_BYTES_MAX);
        }
        byName.put(statement.name(), statement.template());
        bytes += added;
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
        bytes -= removed.memoryBytes();
        desk.letGo(removed.memoryBytes());
    }

    /** The connection is gone. */
    void close()
    {
        byName.clear();
        desk.letGo(bytes);
        bytes = 0;
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
