package org.velocitydb.jdbc;

import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.velocitydb.client.QueryResult;
import org.velocitydb.protocol.Limits;

/**
 * What a column holds. Keys and values are text, whatever their bytes; other columns are what the first row says, and
 * where there is none, what their name says.
 */
enum ColumnType
{
    /** Text, or bytes that are not. */
    TEXT(Types.VARCHAR, "TEXT", String.class, Limits.MAX_VALUE_LENGTH),
    /** 64 bits. */
    INTEGER(Types.BIGINT, "INTEGER", Long.class, 20),
    /** 64 bits of IEEE 754. */
    FLOAT(Types.DOUBLE, "FLOAT", Double.class, 17),
    /** True or false. */
    BOOLEAN(Types.BOOLEAN, "BOOLEAN", Boolean.class, 5);

    private final int code;
    private final String text;
    private final Class<?> javaType;
    private final int precision;

    ColumnType(final int code, final String text, final Class<?> javaType, final int precision)
    {
        this.code = code;
        this.text = text;
        this.javaType = javaType;
        this.precision = precision;
    }

    static List<ColumnType> of(final List<String> columns, final QueryResult.Row row)
    {
        final List<ColumnType> types = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++)
        {
            types.add(of(columns.get(i), row == null ? null : row.values().get(i)));
        }
        return types;
    }

    private static ColumnType of(final String column, final Object value)
    {
        if (value instanceof Long)
        {
            return INTEGER;
        }
        if (value instanceof Double)
        {
            return FLOAT;
        }
        if (value instanceof Boolean)
        {
            return BOOLEAN;
        }
        return switch (value == null ? column.toLowerCase(Locale.ROOT) : "")
        {
            case "version", "ttl", "count", "sequence" -> INTEGER;
            default -> TEXT;
        };
    }

    /** Of {@link Types}. */
    int code()
    {
        return code;
    }

    String text()
    {
        return text;
    }

    Class<?> javaType()
    {
        return javaType;
    }

    int precision()
    {
        return precision;
    }
}
