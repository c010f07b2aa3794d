package org.velocitydb.engine.sql;

import org.velocitydb.engine.entry.Keys;

/**
 * How large a statement and what it asks for may be. Beyond any of these it is refused with {@link
 * SqlException.Kind#LIMIT}. Keys and values have their limits in {@link Keys}.
 */
public final class SqlLimits
{
    /** Longest statement in bytes of UTF-8: 1 MiB. What is larger belongs into parameters. */
    public static final int MAX_STATEMENT_LENGTH = 1024 * 1024;
    /** Most parameters of a statement: what a 16-bit count on the wire can say. */
    public static final int MAX_PARAMETERS = 65_535;
    /** Most rows of an INSERT. With both columns as parameters the parameters run out first. */
    public static final int MAX_ROWS = 65_536;
    /** Most values between the parentheses of an IN. */
    public static final int MAX_IN_VALUES = 65_536;
    /** Most predicates joined by AND. Nobody writes so many; each costs something for every entry visited. */
    public static final int MAX_PREDICATES = 1024;
    /** Most parentheses open at once around a predicate. */
    public static final int MAX_NESTING = 64;
    /**
     * Longest sum, in bytes, of all LIKE patterns of a statement, each counted from its first wildcard. A pattern can
     * cost its tail's length times the key's length for an entry: with this bound at most 16 million steps for the
     * longest key there may be, some ten milliseconds that no slice can cut.
     */
    public static final int MAX_PATTERN_TAIL_LENGTH = 256;
    /**
     * Longest value that a value may be compared with. One byte less than a key, so that the least value after it can
     * be told by adding one.
     */
    public static final int MAX_COMPARED_VALUE_LENGTH = Keys.MAX_KEY_LENGTH - 1;
    /**
     * Most steps that the LIKE patterns of a statement may cost for one value, or for all that it names by = and IN,
     * counted as their length from the first wildcard times the length of what is compared: as many as for the longest
     * key.
     */
    public static final int MAX_PATTERN_STEPS = MAX_PATTERN_TAIL_LENGTH * Keys.MAX_KEY_LENGTH;
    /**
     * Most rows that a DELETE finds by a range or by their values: they are gathered before they become one batch.
     */
    public static final int MAX_GATHERED_ROWS = MAX_ROWS;
    /** Most statements between BEGIN and COMMIT. */
    public static final int MAX_BLOCK_STATEMENTS = 1024;
    /** Longest name of a prepared statement in characters. */
    public static final int MAX_PREPARED_NAME_LENGTH = 64;
    /**
     * Longest batch that one statement may build, in encoded bytes: 128 MiB, twice the longest value. Without it, a
     * short UPDATE of many keys would multiply a long value.
     */
    public static final int MAX_BATCH_LENGTH = 2 * Keys.MAX_VALUE_LENGTH;

    private SqlLimits()
    {
    }
}
