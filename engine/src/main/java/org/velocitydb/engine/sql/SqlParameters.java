package org.velocitydb.engine.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.agrona.DirectBuffer;

/**
 * Values for a statement's question marks, in their order. Fill it on one thread, parse with it, clear it, use it
 * again: a statement keeps the bytes that it was parsed with, which are copied when they are added and never written
 * afterwards.
 *
 * <p>Numbers and booleans are given as text, as SQL literals are: 5 is {@code 5}, 1.5 is {@code 1.5}, true is {@code
 * true}.
 */
public final class SqlParameters
{

    private final List<LiteralType> types = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();

    /**
     * Adds text.
     *
     * @param text stored as UTF-8.
     * @return this.
     * @throws SqlException if it holds half of a surrogate pair, or there are too many values.
     */
    public SqlParameters addText(final String text)
    {
        return add(LiteralType.TEXT, SqlText.encode(text, "parameter"));
    }

    /**
     * Adds bytes.
     *
     * @param bytes copied.
     * @return this.
     * @throws SqlException if there are too many values.
     */
    public SqlParameters addBytes(final byte[] bytes)
    {
        return add(LiteralType.BYTES, bytes.clone());
    }

    /**
     * Adds bytes.
     *
     * @param buffer      that holds them; copied.
     * @param offset      of the bytes.
     * @param lengthBytes of the bytes.
     * @return this.
     * @throws SqlException if there are too many values.
     */
    public SqlParameters addBytes(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        final byte[] copy = new byte[lengthBytes];
        buffer.getBytes(offset, copy);
        return add(LiteralType.BYTES, copy);
    }

    /**
     * Adds UTF-8 from a buffer. Whether it is UTF-8 matters for a LIKE pattern alone, and is checked there.
     *
     * @param buffer      that holds it; copied.
     * @param offset      of the text.
     * @param lengthBytes of the text.
     * @return this.
     * @throws SqlException if there are too many values.
     */
    public SqlParameters addText(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        final byte[] copy = new byte[lengthBytes];
        buffer.getBytes(offset, copy);
        return add(LiteralType.TEXT, copy);
    }

    /**
     * Adds a whole number.
     *
     * @param value given as its decimal digits.
     * @return this.
     * @throws SqlException if there are too many values.
     */
    public SqlParameters addLong(final long value)
    {
        return add(LiteralType.INTEGER, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Adds a floating-point number.
     *
     * @param value given as {@link Double#toString(double)} writes it.
     * @return this.
     * @throws SqlException if there are too many values.
     */
    public SqlParameters addDouble(final double value)
    {
        return add(LiteralType.FLOAT, Double.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Adds a boolean.
     *
     * @param value given as {@code true} or {@code false}.
     * @return this.
     * @throws SqlException if there are too many values.
     */
    public SqlParameters addBoolean(final boolean value)
    {
        return add(LiteralType.BOOLEAN, LiteralType.text(value));
    }

    /**
     * Adds nothing: what no key equals and no row can hold.
     *
     * @return this.
     * @throws SqlException if there are too many values.
     */
    public SqlParameters addNull()
    {
        return add(LiteralType.NULL, LiteralType.NOTHING);
    }

    /**
     * Takes all values out.
     */
    public void clear()
    {
        types.clear();
        values.clear();
    }

    /**
     * How many values there are.
     *
     * @return the count.
     */
    public int count()
    {
        return values.size();
    }

    LiteralType type(final int index)
    {
        return types.get(index);
    }

    /**
     * The bytes themselves, not a copy: nobody writes to them.
     */
    byte[] bytes(final int index)
    {
        return values.get(index);
    }

    /**
     * Adds what was read as a literal.
     */
    void addRead(final LiteralType type, final byte[] bytes)
    {
        add(type, bytes);
    }

    private SqlParameters add(final LiteralType type, final byte[] value)
    {
        if (values.size() == SqlLimits.MAX_PARAMETERS)
        {
            throw new SqlException(
                SqlException.Kind.LIMIT, SqlException.NULL_POSITION,
                "too many parameters: max=" + SqlLimits.MAX_PARAMETERS);
        }
        types.add(type);
        values.add(value);
        return this;
    }
}
