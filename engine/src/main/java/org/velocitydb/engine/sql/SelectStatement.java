package org.velocitydb.engine.sql;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads rows in the order of their keys, or counts them.
 *
 * @param table      to read.
 * @param projection what a row holds.
 * @param predicate  which keys.
 * @param values     which values, of those keys.
 * @param order      in which order; rows always come in order of their keys.
 * @param limit      most rows, {@link #NO_LIMIT} for all.
 * @param offset     rows left out before the first.
 */
public record SelectStatement(
    TableName table,
    Projection projection,
    KeyPredicate predicate,
    KeyPredicate values,
    Order order,
    long limit,
    long offset)
    implements
        Statement
{
    /** All rows: more than a store can hold. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /**
     * What a row can hold.
     */
    public enum Column
    {
        /** The key. */
        KEY,
        /** The value. */
        VALUE,
        /** The sequence of the write that the value comes from. */
        VERSION,
        /** Milliseconds that are left until the entry expires; NULL where it stays. */
        TTL
    }

    /**
     * What a row holds.
     *
     * @param columns in the order in which they were asked for; none for {@code COUNT(*)}.
     */
    public record Projection(List<Column> columns)
    {
        /** The key. */
        public static final Projection KEY = new Projection(List.of(Column.KEY));
        /** The value. Version 1 of the protocol answers with both columns all the same. */
        public static final Projection VALUE = new Projection(List.of(Column.VALUE));
        /** Both: {@code key, value} or {@code *}. */
        public static final Projection KEY_AND_VALUE = new Projection(List.of(Column.KEY, Column.VALUE));
        /** One number: {@code COUNT(*)}. */
        public static final Projection COUNT = new Projection(List.of());

        /**
         * Copies the list.
         *
         * @param columns in the order in which they were asked for.
         */
        public Projection
        {
            columns = List.copyOf(columns);
        }

        /**
         * Whether the result is one number rather than rows.
         *
         * @return true for {@link #COUNT}.
         */
        public boolean isCount()
        {
            return columns.isEmpty();
        }

        @Override
        public String toString()
        {
            return isCount() ? "COUNT" : columns.stream().map(Column::name).collect(Collectors.joining("_AND_"));
        }
    }

    /**
     * Which way keys are walked.
     */
    public enum Order
    {
        /** Least key first, which is also how rows come if nobody asks. */
        ASCENDING,
        /** Greatest key first. */
        DESCENDING
    }

    /**
     * Whether the result is one number rather than rows.
     *
     * @return true for {@link Projection#COUNT}.
     */
    public boolean isCount()
    {
        return projection.isCount();
    }
}
