package org.velocitydb.server.node;

import java.util.Locale;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.sql.BlockStatement;
import org.velocitydb.engine.sql.CheckStatement;
import org.velocitydb.engine.sql.CheckpointStatement;
import org.velocitydb.engine.sql.CreateTableStatement;
import org.velocitydb.engine.sql.DeallocateStatement;
import org.velocitydb.engine.sql.DeleteStatement;
import org.velocitydb.engine.sql.DropTableStatement;
import org.velocitydb.engine.sql.ExplainStatement;
import org.velocitydb.engine.sql.InsertStatement;
import org.velocitydb.engine.sql.KeyPredicate;
import org.velocitydb.engine.sql.KillStatement;
import org.velocitydb.engine.sql.PrepareStatement;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.ShowStatement;
import org.velocitydb.engine.sql.Statement;
import org.velocitydb.engine.sql.UpdateStatement;
import org.velocitydb.engine.sql.WriteStatement;
import org.velocitydb.server.audit.AuditKeyRole;
import org.velocitydb.server.audit.AuditKind;
import org.velocitydb.server.audit.AuditScope;
import org.velocitydb.server.audit.LoopAudit;

/**
 * Says to the audit log what statements are about: the part of {@link RequestAudit} that knows them. Never a value,
 * never the text. Owned by one event loop.
 */
final class StatementAudit
{
    private static final String NO_TABLE = "";
    private static final String UNREADABLE = "unreadable";

    private final LoopAudit audit;
    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);

    StatementAudit(final LoopAudit audit)
    {
        this.audit = audit;
    }

    /**
     * Whether a statement is logged where writes alone are.
     *
     * @param statement that was parsed, or null.
     * @return the least scope that it is logged with.
     */
    static AuditScope scope(final Statement statement)
    {
        return statement instanceof WriteStatement || statement instanceof BlockStatement ||
            statement instanceof CheckpointStatement || statement instanceof KillStatement
                ? AuditScope.WRITES
                : AuditScope.ALL;
    }

    /** Of a statement that writes and never got to the writer. */
    void refusedKeys(final Statement refused)
    {
        if (refused instanceof final BlockStatement block)
        {
            block.statements().forEach(this::refusedKeys);
        }
        else if (refused instanceof final CheckStatement check)
        {
            keys(AuditKeyRole.CHECK, check.predicate());
        }
        else if (refused instanceof final InsertStatement insert)
        {
            for (int i = 0; i < insert.keys().size(); i++)
            {
                key(AuditKeyRole.PUT, insert.keys().get(i));
            }
        }
        else if (refused instanceof final UpdateStatement update)
        {
            keys(AuditKeyRole.PUT, update.predicate());
        }
        else if (refused instanceof final DeleteStatement delete)
        {
            keys(AuditKeyRole.DELETE, delete.predicate());
        }
    }

    void begin(final Statement statement, final long sessionId, final long request)
    {
        if (statement instanceof final WriteStatement writing)
        {
            audit.begin(writing.isDefinition() ? AuditKind.DDL : AuditKind.SQL, sessionId, request);
            audit.statement(text(writing), writing.table().name());
        }
        else if (statement instanceof final SelectStatement select)
        {
            audit.begin(AuditKind.SQL, sessionId, request);
            audit.statement("select", select.table().name());
        }
        else if (statement == null)
        {
            audit.begin(AuditKind.SQL, sessionId, request);
            audit.statement(UNREADABLE, NO_TABLE);
        }
        else if (statement instanceof BlockStatement || statement instanceof ExplainStatement ||
            statement instanceof PrepareStatement || statement instanceof DeallocateStatement)
        {
            audit.begin(AuditKind.SQL, sessionId, request);
            audit.statement(text(statement), NO_TABLE);
        }
        else
        {
            audit.begin(AuditKind.ADMIN, sessionId, request);
            audit.statement(text(statement), NO_TABLE);
        }
    }

    private static String text(final Statement any)
    {
        if (any instanceof InsertStatement)
        {
            return "insert";
        }
        if (any instanceof UpdateStatement)
        {
            return "update";
        }
        if (any instanceof DeleteStatement)
        {
            return "delete";
        }
        if (any instanceof CreateTableStatement)
        {
            return "create table";
        }
        if (any instanceof DropTableStatement)
        {
            return "drop table";
        }
        // Of what else there may be the first word is the name of its class.
        return any instanceof final ShowStatement show
            ? "show " + show.subject().name().toLowerCase(Locale.ROOT)
            : any.getClass().getSimpleName().replace("Statement", "").toLowerCase(Locale.ROOT);
    }

    private void key(final AuditKeyRole role, final byte[] key)
    {
        bytes.wrap(key);
        audit.key(role, bytes, 0, key.length);
    }

    void keys(final AuditKeyRole role, final KeyPredicate predicate)
    {
        for (int i = 0; i < predicate.pointCount(); i++)
        {
            key(role, predicate.point(i));
        }
        if (predicate.kind() == KeyPredicate.Kind.RANGE)
        {
            audit.key(AuditKeyRole.FROM, predicate.from(), 0, predicate.from().capacity());
            if (predicate.to() != null)
            {
                audit.key(AuditKeyRole.TO, predicate.to(), 0, predicate.to().capacity());
            }
        }
    }
}
