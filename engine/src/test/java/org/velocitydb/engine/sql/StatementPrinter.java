package org.velocitydb.engine.sql;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

import org.agrona.DirectBuffer;

/**
 * Shows a statement on one line.
 */
final class StatementPrinter
{
    private StatementPrinter()
    {
    }

    private static String values(final KeyPredicate values)
    {
        return values.isAll() ? "" : " values " + print(values);
    }

    private static String print(final Guard guard)
    {
        return (guard.hasVersion() ? " version=" + guard.version() : "") + (guard.isStrict() ? " strict" : "");
    }

    private static String ttl(final long ttlMs)
    {
        return ttlMs == 0 ? "" : " ttl=" + ttlMs;
    }

    static String print(final Statement statement)
    {
        if (statement instanceof final CreateTableStatement create)
        {
            return "create " + create.table().name() + (create.ifNotExists() ? " if not exists" : "");
        }
        if (statement instanceof final DropTableStatement drop)
        {
            return "drop " + drop.table().name() + (drop.ifExists() ? " if exists" : "");
        }
        if (statement instanceof final SelectStatement select)
        {
            return "select " + print(select.table()) + select.projection() + " " + print(select.predicate()) +
                values(select.values()) +
                (select.order() == SelectStatement.Order.DESCENDING ? " descending" : "") +
                (select.limit() == SelectStatement.NO_LIMIT ? "" : " limit=" + select.limit()) +
                (select.offset() == 0 ? "" : " offset=" + select.offset());
        }
        if (statement instanceof final InsertStatement insert)
        {
            final StringBuilder rows = new StringBuilder("insert");
            rows.append(insert.table().name().equals("kv") ? "" : " into " + insert.table().name());
            for (int i = 0; i < insert.operationCount(); i++)
            {
                rows.append(' ').append(print(insert.keys().get(i))).append('=').append(print(insert.values().get(i)));
            }
            return rows + (insert.absence() == InsertStatement.Absence.NOT_ASKED
                ? ""
                : " if absent " + insert.absence().name().toLowerCase(Locale.ROOT)) + ttl(insert.ttlMs());
        }
        if (statement instanceof final UpdateStatement update)
        {
            return "update " + print(update.table()) + print(update.predicate()) + values(update.values()) +
                print(update.guard()) + " to " + print(update.value()) + ttl(update.ttlMs());
        }
        if (statement instanceof final DeleteStatement delete)
        {
            return "delete " + print(delete.table()) + print(delete.predicate()) + values(delete.values()) +
                print(delete.guard()) +
                (delete.limit() == SelectStatement.NO_LIMIT ? "" : " limit=" + delete.limit());
        }
        if (statement instanceof final CheckStatement check)
        {
            return "check " + (check.isAbsent() ? "absent " : "present ") + print(check.table()) +
                print(check.predicate()) + print(check.guard());
        }
        if (statement instanceof final BlockStatement block)
        {
            return "block" + block.statements().stream().map((inner) -> " (" + print(inner) + ")").reduce(
                "", String::concat);
        }
        if (statement instanceof final ExplainStatement explain)
        {
            return "explain " + print(explain.explained());
        }
        if (statement instanceof final PrepareStatement prepare)
        {
            return "prepare " + prepare.name() + ", parameters=" + prepare.template().parameterCount() + ", shape=" +
                prepare.template().shape() + ": " + print(prepare.template().statement());
        }
        if (statement instanceof final ExecuteStatement execute)
        {
            return "execute " + execute.name() +
                (execute.arguments() == null ? "" : " arguments=" + execute.arguments().count());
        }
        if (statement instanceof final DeallocateStatement deallocate)
        {
            return "deallocate " + deallocate.name();
        }
        if (statement instanceof final KillStatement kill)
        {
            return "kill " + kill.connectionId();
        }
        if (statement instanceof final CheckpointStatement checkpoint)
        {
            return "checkpoint " + checkpoint.action().name().toLowerCase(Locale.ROOT) + " " +
                print(utf8(checkpoint.name()));
        }
        return "show " + ((ShowStatement) statement).subject();
    }

    /** A table other than the default one, with a space behind it. */
    private static String print(final TableName table)
    {
        return table.name().equals("kv") ? "" : table.name() + "@" + table.position() + " ";
    }

    private static String print(final KeyPredicate predicate)
    {
        return switch (predicate.kind())
        {
            case NONE -> "none";
            case POINTS -> {
                final StringBuilder points = new StringBuilder("points");
                for (int i = 0; i < predicate.pointCount(); i++)
                {
                    points.append(' ').append(print(predicate.point(i)));
                }
                yield points.toString();
            }
            case RANGE -> "range [" + print(predicate.from()) + ", " +
                (predicate.to() == null ? "end" : print(predicate.to())) + ")" +
                (predicate.hasFilter() ? " filtered" : "");
        };
    }

    private static String print(final DirectBuffer buffer)
    {
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        return print(bytes);
    }

    /**
     * Printable characters as they are, other bytes as hexadecimal digits in angle brackets.
     */
    static String print(final byte[] bytes)
    {
        final StringBuilder text = new StringBuilder("'");
        for (final byte value : bytes)
        {
            if (value >= ' ' && value < 0x7F)
            {
                text.append((char) value);
            }
            else
            {
                text.append('<').append(HexFormat.of().toHexDigits(value)).append('>');
            }
        }
        return text.append('\'').toString();
    }

    static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
