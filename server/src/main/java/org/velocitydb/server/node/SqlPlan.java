package org.velocitydb.server.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.ReadPlan;
import org.velocitydb.engine.ReadPlanner;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.entry.KeyText;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.sql.DeleteStatement;
import org.velocitydb.engine.sql.InsertStatement;
import org.velocitydb.engine.sql.KeyPredicate;
import org.velocitydb.engine.sql.RowsStatement;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.Statement;
import org.velocitydb.engine.sql.TableName;
import org.velocitydb.engine.sql.UpdateStatement;
import org.velocitydb.engine.sql.WriteStatement;
import org.velocitydb.server.node.ServerStatistics.Figure;

/**
 * Answers EXPLAIN: how a statement finds its keys, and what that would touch. Nothing is read but what the store keeps
 * in memory of its tables.
 */
final class SqlPlan
{
    /**
     * Single keys that are looked up in each table, which is done in one go. Of more keys it is told what lies between
     * the least and the greatest.
     */
    private static final int POINTS_MAX = 256;

    private final List<Figure> figures = new ArrayList<>();
    private final StoreReader reader;

    private SqlPlan(final StoreReader reader)
    {
        this.reader = reader;
    }

    /**
     * Explains a statement.
     *
     * @param reader    in a read section.
     * @param statement SELECT, INSERT, UPDATE or DELETE.
     * @return rows of the answer.
     * @throws org.velocitydb.engine.sql.SqlException where there is no such table.
     */
    static ShowRows of(final StoreReader reader, final Statement statement)
    {
        final SqlPlan plan = new SqlPlan(reader);
        if (statement instanceof final SelectStatement select)
        {
            plan.select(select);
        }
        else
        {
            plan.write((WriteStatement) statement);
        }
        return ShowRows.ofFigures(plan.figures);
    }

    private void select(final SelectStatement select)
    {
        final int keyspace = begin("select", select.table());
        predicate(keyspace, select.predicate(), select.values());
        add("order", select.order() == SelectStatement.Order.DESCENDING ? "descending" : "ascending");
        if (select.limit() != SelectStatement.NO_LIMIT)
        {
            add("limit", Long.toString(select.limit()));
        }
        if (select.offset() > 0)
        {
            add("offset", Long.toString(select.offset()));
        }
    }

    private void write(final WriteStatement write)
    {
        if (write instanceof final InsertStatement insert)
        {
            begin("insert", insert.table());
            add("access", "one batch, no read");
            add("keys", Integer.toString(insert.operationCount()));
            if (insert.absence() != InsertStatement.Absence.NOT_ASKED)
            {
                add("condition", "each key is absent");
            }
        }
        else if (write instanceof final UpdateStatement update)
        {
            predicate(begin("update", update.table()), update.predicate(), update.values());
            add("condition", condition(update, update.guard().hasVersion()));
        }
        else if (write instanceof final DeleteStatement delete)
        {
            predicate(begin("delete", delete.table()), delete.predicate(), delete.values());
            add("condition", condition(delete, delete.guard().hasVersion()));
        }
    }

    private static String condition(final RowsStatement statement, final boolean hasVersion)
    {
        if (statement.isGathering())
        {
            return "rows are found first, each is changed if it still has the version found";
        }
        return hasVersion ? "the key has the version" : "each key is present";
    }

    private int begin(final String verb, final TableName table)
    {
        final int keyspace = reader.keyspace(table.name());
        if (keyspace == Store.NULL_KEYSPACE)
        {
            throw table.unknown();
        }
        add("statement", verb);
        add("table", table.name());
        add("keyspace", Integer.toString(keyspace));
        return keyspace;
    }

    private void predicate(final int keyspace, final KeyPredicate keys, final KeyPredicate values)
    {
        final ReadPlanner planner = reader.planner();
        switch (keys.kind())
        {
            case POINTS -> points(planner, keyspace, keys);
            case RANGE -> range(planner, keyspace, keys);
            default -> add("access", "nothing, the predicates contradict each other");
        }
        add("key_filter", keys.hasFilter() ? "yes" : "no");
        add("value_filter", values.isAll() ? "no" : "yes");
        if (keys.kind() != KeyPredicate.Kind.NONE)
        {
            final ReadPlan plan = planner.plan();
            add("memtables", Integer.toString(plan.memtables()));
            add("tables", plan.tables() + " of " + plan.tablesInAll());
            add("blocks", plan.blocks() + " of " + plan.blocksInAll());
        }
    }

    private void points(final ReadPlanner planner, final int keyspace, final KeyPredicate keys)
    {
        add("access", keys.pointCount() == 1 ? "point read" : "point reads");
        add("keys", Integer.toString(keys.pointCount()));
        if (keys.pointCount() > POINTS_MAX)
        {
            addRangeOfPoints(planner, keyspace, keys);
            return;
        }
        final UnsafeBuffer key = new UnsafeBuffer(0, 0);
        for (int i = 0; i < keys.pointCount(); i++)
        {
            key.wrap(keys.point(i));
            planner.addPoint(keyspace, key, 0, key.capacity());
        }
    }

    private static void addRangeOfPoints(final ReadPlanner planner, final int keyspace, final KeyPredicate keys)
    {
        final byte[] last = keys.point(keys.pointCount() - 1);
        // What follows the last key at once. The longest key there may be stands for itself.
        final byte[] end = Arrays.copyOf(last, Math.min(last.length + 1, Keys.MAX_KEY_LENGTH));
        planner.addRange(keyspace, new UnsafeBuffer(keys.point(0)), new UnsafeBuffer(end));
    }

    private void range(final ReadPlanner planner, final int keyspace, final KeyPredicate keys)
    {
        planner.addRange(keyspace, keys.from(), keys.to());
        if (keys.from().capacity() == 0 && keys.to() == null)
        {
            add("access", "full scan");
            return;
        }
        add("access", isPrefix(keys) ? "prefix" : "range");
        add("from", shown(keys.from()));
        add("to", keys.to() == null ? "the end" : shown(keys.to()));
    }

    /** Whether the end is what comes after all keys that begin with the first one. */
    private static boolean isPrefix(final KeyPredicate keys)
    {
        final DirectBuffer from = keys.from();
        final DirectBuffer to = keys.to();
        final int length = to == null ? 0 : to.capacity();
        if (length == 0 || length > from.capacity())
        {
            return false;
        }
        for (int i = 0; i < length - 1; i++)
        {
            if (from.getByte(i) != to.getByte(i))
            {
                return false;
            }
        }
        for (int i = length; i < from.capacity(); i++)
        {
            if (from.getByte(i) != (byte) 0xFF)
            {
                return false;
            }
        }
        return (from.getByte(length - 1) & 0xFF) + 1 == (to.getByte(length - 1) & 0xFF);
    }

    /** As text in quotes or as hex digits, without the keyspace, which is 0 here. */
    private static String shown(final DirectBuffer bound)
    {
        final UnsafeBuffer internal = new UnsafeBuffer(new byte[Keys.KEYSPACE_LENGTH + bound.capacity()]);
        internal.putBytes(Keys.KEYSPACE_LENGTH, bound, 0, bound.capacity());
        return KeyText.of(internal, 0, internal.capacity()).substring(2);
    }

    private void add(final String name, final String text)
    {
        figures.add(new Figure(name, text));
    }
}
