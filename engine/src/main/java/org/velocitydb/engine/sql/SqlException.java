package org.velocitydb.engine.sql;

/**
 * A statement was refused; nothing of it was done. The message says what was expected and what was found, and where.
 * Words of the statement appear in it, cut short and made printable, but never a string or a blob: those are users'
 * data.
 */
public final class SqlException extends RuntimeException
{
    /** Position of an error that lies in a parameter before any statement was looked at. */
    public static final int NULL_POSITION = -1;

    private static final long serialVersionUID = 1L;

    /**
     * What is wrong with the statement.
     */
    public enum Kind
    {
        /** It does not follow the grammar. */
        SYNTAX,
        /** It may be SQL, but it is more than this dialect does. */
        UNSUPPORTED,
        /** A literal or a parameter is of a type that cannot stand where it stands. */
        TYPE,
        /** One of {@link SqlLimits} is exceeded. */
        LIMIT,
        /** There are more or fewer parameters than question marks. */
        PARAMETERS,
        /** There is no such table. */
        TABLE,
        /** There is no prepared statement of the name, or one already, or there are too many. */
        PREPARED
    }

    /** What is wrong. */
    private final Kind kind;
    /** Where, see {@link #position()}. */
    private final int position;

    SqlException(final Kind kind, final int position, final String message)
    {
        super(message);
        this.kind = kind;
        this.position = position;
    }

    /**
     * What is wrong with the statement.
     *
     * @return the kind of error.
     */
    public Kind kind()
    {
        return kind;
    }

    /**
     * Where the statement went wrong, in characters (Unicode code points) from its beginning.
     *
     * @return 0 for the first character; the statement's length if it ended too early; {@link #NULL_POSITION} if the
     *         error is a parameter's alone.
     */
    public int position()
    {
        return position;
    }
}
