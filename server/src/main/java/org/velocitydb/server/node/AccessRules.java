package org.velocitydb.server.node;

import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.sql.BlockStatement;
import org.velocitydb.engine.sql.CheckStatement;
import org.velocitydb.engine.sql.DeallocateStatement;
import org.velocitydb.engine.sql.DeleteStatement;
import org.velocitydb.engine.sql.ExplainStatement;
import org.velocitydb.engine.sql.InsertStatement;
import org.velocitydb.engine.sql.KeyPredicate;
import org.velocitydb.engine.sql.PrepareStatement;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.ShowStatement;
import org.velocitydb.engine.sql.Statement;
import org.velocitydb.engine.sql.UpdateStatement;
import org.velocitydb.engine.sql.WriteStatement;
import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.Role;
import org.velocitydb.server.users.Scope;

/**
 * Decides what a user may do. A user that is confined to scopes may touch a key that lies in one of them, and a range
 * that lies in one of them as a whole: what lies outside is refused, never left out in silence. Owned by one event
 * loop; the questions about keys allocate nothing.
 */
final class AccessRules
{
    /** Why a request was refused that touches other keys than the user may. */
    static final String OUTSIDE_SCOPES = "the user may not do this: the request touches keys outside its scopes";

    /** Why a write was refused, whatever its keys. */
    static final String NEEDS_WRITE = needs(Role.WRITE);
    private static final String NEEDS_ADMIN = needs(Role.ADMIN);

    /** Length of the end of a range that has none. */
    static final int NO_END = -1;

    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);

    private static String needs(final Role role)
    {
        return "the user may not do this: it needs the role " + role.text();
    }

    /**
     * Whether a key may be touched, by a user that is confined.
     *
     * @param principal who asks.
     * @param reader    in a read section, which knows the tables.
     * @param keyspace  of the key.
     * @param buffer    of the key.
     * @param offset    of the key.
     * @param length    of the key in bytes.
     * @return true if it lies in a scope.
     */
    static boolean allowsKey(
        final Principal principal,
        final StoreReader reader,
        final int keyspace,
        final DirectBuffer buffer,
        final int offset,
        final int length)
    {
        for (int i = 0; i < principal.scopeCount(); i++)
        {
            final Scope scope = principal.scope(i);
            if (scope.contains(buffer, offset, length) && reader.keyspace(scope.table()) == keyspace)
            {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a range may be read, by a user that is confined.
     *
     * @param principal  who asks.
     * @param reader     in a read section, which knows the tables.
     * @param keyspace   of the range.
     * @param buffer     of the bounds.
     * @param fromOffset of the first key.
     * @param fromLength of the first key in bytes.
     * @param toOffset   of the first key beyond, of no meaning where there is no end.
     * @param toLength   of that key in bytes, or {@link #NO_END}.
     * @return true if all of it lies in one scope.
     */
    static boolean allowsRange(
        final Principal principal,
        final StoreReader reader,
        final int keyspace,
        final DirectBuffer buffer,
        final int fromOffset,
        final int fromLength,
        final int toOffset,
        final int toLength)
    {
        for (int i = 0; i < principal.scopeCount(); i++)
        {
            final Scope scope = principal.scope(i);
            final boolean endsWithin = toLength == NO_END
                ? scope.isUnbounded()
                : scope.endsWithin(buffer, toOffset, toLength);
            if (endsWithin && scope.contains(buffer, fromOffset, fromLength) &&
                reader.keyspace(scope.table()) == keyspace)
            {
                return true;
            }
        }
        return false;
    }

    /**
     * What is wrong with a statement.
     *
     * @param principal who asks.
     * @param statement that was parsed.
     * @return words for people, or null where nothing is.
     */
    String refusal(final Principal principal, final Statement statement)
    {
        if (principal.mayAdminister())
        {
            return null;
        }
        if (statement instanceof final SelectStatement select)
        {
            return isInScopes(principal, select.table().name(), select.predicate()) ? null : OUTSIDE_SCOPES;
        }
        if (statement instanceof final BlockStatement block)
        {
            return refusal(principal, block);
        }
        if (statement instanceof final ExplainStatement explain)
        {
            return refusal(principal, explain.explained());
        }
        if (statement instanceof PrepareStatement || statement instanceof DeallocateStatement)
        {
            // What is prepared is judged whenever it is executed: rights may change between.
            return null;
        }
        if (statement instanceof final ShowStatement show)
        {
            return isForAll(show.subject()) ? null : NEEDS_ADMIN;
        }
        return statement instanceof final WriteStatement write ? refusal(principal, write) : NEEDS_ADMIN;
    }

    private String refusal(final Principal principal, final BlockStatement block)
    {
        if (!principal.mayWrite())
        {
            return NEEDS_WRITE;
        }
        for (int i = 0; i < block.statements().size(); i++)
        {
            final String refusal = refusal(principal, block.statements().get(i));
            if (refusal != null)
            {
                return refusal;
            }
        }
        return null;
    }

    private String refusal(final Principal principal, final WriteStatement write)
    {
        if (write.isDefinition())
        {
            return NEEDS_ADMIN;
        }
        if (!principal.mayWrite())
        {
            return NEEDS_WRITE;
        }
        final String table = write.table().name();
        final boolean isInScopes;
        if (write instanceof final InsertStatement insert)
        {
            isInScopes = areInScopes(principal, table, insert.keys());
        }
        else if (write instanceof final UpdateStatement update)
        {
            isInScopes = isInScopes(principal, table, update.predicate());
        }
        else if (write instanceof final DeleteStatement delete)
        {
            isInScopes = isInScopes(principal, table, delete.predicate());
        }
        else if (write instanceof final CheckStatement check)
        {
            isInScopes = isInScopes(principal, table, check.predicate());
        }
        else
        {
            return NEEDS_ADMIN;
        }
        return isInScopes ? null : OUTSIDE_SCOPES;
    }

    /** What is not named here is an administrator's: that is the safe side for whatever comes later. */
    private static boolean isForAll(final ShowStatement.Subject subject)
    {
        return subject == ShowStatement.Subject.STATS || subject == ShowStatement.Subject.STATUS ||
            subject == ShowStatement.Subject.TABLES;
    }

    private boolean areInScopes(final Principal principal, final String table, final List<byte[]> keys)
    {
        for (final byte[] bytes : keys)
        {
            if (!isInScopes(principal, table, bytes))
            {
                return false;
            }
        }
        return true;
    }

    private boolean isInScopes(final Principal principal, final String table, final KeyPredicate predicate)
    {
        return switch (predicate.kind())
        {
            case NONE -> seesTable(principal, table);
            case POINTS -> arePointsInScopes(principal, table, predicate);
            case RANGE -> isRangeInScopes(principal, table, predicate);
        };
    }

    private boolean arePointsInScopes(final Principal principal, final String table, final KeyPredicate predicate)
    {
        for (int i = 0; i < predicate.pointCount(); i++)
        {
            if (!isInScopes(principal, table, predicate.point(i)))
            {
                return false;
            }
        }
        return true;
    }

    private boolean isInScopes(final Principal principal, final String table, final byte[] bytes)
    {
        if (!principal.isScoped())
        {
            return true;
        }
        key.wrap(bytes);
        return allowsKey(principal, table, key, 0, bytes.length);
    }

    private static boolean isRangeInScopes(
        final Principal principal, final String table, final KeyPredicate predicate)
    {
        if (!principal.isScoped())
        {
            return true;
        }
        for (int i = 0; i < principal.scopeCount(); i++)
        {
            final Scope scope = principal.scope(i);
            final DirectBuffer to = predicate.to();
            final boolean endsWithin = to == null ? scope.isUnbounded() : scope.endsWithin(to, 0, to.capacity());
            if (endsWithin && scope.table().equals(table) &&
                scope.contains(predicate.from(), 0, predicate.from().capacity()))
            {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a statement about one key of a table may be executed, by a user that is confined. Allocation-free.
     *
     * @param principal who asks.
     * @param table     name as the store keeps it.
     * @param buffer    of the key.
     * @param offset    of the key.
     * @param length    of the key in bytes.
     * @return true if it lies in a scope.
     */
    static boolean allowsKey(
        final Principal principal,
        final String table,
        final DirectBuffer buffer,
        final int offset,
        final int length)
    {
        for (int i = 0; i < principal.scopeCount(); i++)
        {
            final Scope scope = principal.scope(i);
            if (scope.table().equals(table) && scope.contains(buffer, offset, length))
            {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a user may know that there is a table.
     *
     * @param principal who asks.
     * @param table     name as the store keeps it.
     * @return true where the user is not confined, or to keys of this table among others.
     */
    static boolean seesTable(final Principal principal, final String table)
    {
        if (!principal.isScoped())
        {
            return true;
        }
        for (int i = 0; i < principal.scopeCount(); i++)
        {
            if (principal.scope(i).table().equals(table))
            {
                return true;
            }
        }
        return false;
    }
}
