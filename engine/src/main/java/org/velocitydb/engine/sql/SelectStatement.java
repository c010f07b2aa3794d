package org.velocitydb.engine.sql;

/**
 * Reads rows in the order of their keys, or counts them.
 *
 * @param table      to read.
 * @param projection what a row holds.
 * @param predicate  which keys.
 * @param order      in which order; rows always come in order of their keys.
 * @param limit      most rows, {@link #NO_LIMIT} for all.
 * @param offset     rows left out before the first.
 */
public record SelectStatement(
    TableName table, Projection projection, KeyPredicate predicate, Order order, long limit, long offset)
    implements
        Statement
{
    /** All rows: more than a store can hold. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /**
     * What a row holds.
     */
    public enum Projection
    {
        /** The key. */
        KEY,
        /** The value. Version 1 of the protocol answers with both columns all the same. */
        VALUE,
        /** Both: {@code key, value} or {@code *}. */
        KEY_AND_VALUE,
        /** One number: {@code COUNT(*)}. */
        COUNT
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
        return projection == Projection.COUNT;
    }
}
