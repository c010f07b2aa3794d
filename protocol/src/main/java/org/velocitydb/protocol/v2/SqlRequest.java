package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Utf8;

/**
 * SQL: one statement, and values for its placeholders in order.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Statement Length                                             |
 *  +-------------------------------+-------------------------------+
 *  |       Parameter Count         |            (zero)             |
 *  +-------------------------------+-------------------------------+
 *  |  Statement, UTF-8                                            ...
 *  +---------------------------------------------------------------+
 *  |  Parameters, see SqlValues                                   ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * A flyweight for one thread; allocation-free.
 */
public final class SqlRequest
{
    /** Most parameters that a statement can have. */
    public static final int MAX_PARAMETER_COUNT = 0xFFFF;

    private static final int STATEMENT_LENGTH_OFFSET = 0;
    private static final int PARAMETER_COUNT_OFFSET = STATEMENT_LENGTH_OFFSET + Integer.BYTES;
    private static final int ZERO_OFFSET = PARAMETER_COUNT_OFFSET + Short.BYTES;
    /** Bytes before the statement. */
    public static final int HEADER_LENGTH = ZERO_OFFSET + Short.BYTES;

    private ByteBuffer buffer;
    private int statementOffset;
    private int statementLength;
    private int parameterCount;
    private int limit;

    /**
     * Checks a message, all its parameters included.
     *
     * @param buffer little-endian.
     * @param offset of the message.
     * @param length of the message in bytes.
     * @return {@link Fault#NONE}, or what is wrong.
     */
    public Fault tryWrap(final ByteBuffer buffer, final int offset, final int length)
    {
        if (length < HEADER_LENGTH)
        {
            return Fault.BAD_LAYOUT;
        }
        final long unsignedStatementLength = buffer.getInt(offset + STATEMENT_LENGTH_OFFSET) & 0xFFFF_FFFFL;
        if (unsignedStatementLength > length - HEADER_LENGTH)
        {
            return Fault.BAD_LAYOUT;
        }
        if (buffer.getShort(offset + ZERO_OFFSET) != 0)
        {
            return Fault.RESERVED_NOT_ZERO;
        }
        this.buffer = buffer;
        statementOffset = offset + HEADER_LENGTH;
        statementLength = (int) unsignedStatementLength;
        parameterCount = buffer.getShort(offset + PARAMETER_COUNT_OFFSET) & 0xFFFF;
        limit = offset + length;
        final Fault fault = SqlValues.validate(buffer, statementOffset + statementLength, limit, parameterCount);
        if (fault != Fault.NONE)
        {
            return fault;
        }
        return Utf8.isValid(buffer, statementOffset, statementLength) ? Fault.NONE : Fault.NOT_UTF8;
    }

    /**
     * Where the statement begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int statementOffset()
    {
        return statementOffset;
    }

    /**
     * Extent of the statement.
     *
     * @return bytes.
     */
    public int statementLength()
    {
        return statementLength;
    }

    /**
     * How many parameters there are.
     *
     * @return 0 to {@link #MAX_PARAMETER_COUNT}.
     */
    public int parameterCount()
    {
        return parameterCount;
    }

    /**
     * Puts a cursor before the first parameter.
     *
     * @param values to be put there.
     */
    public void parameters(final SqlValues values)
    {
        values.wrap(buffer, statementOffset + statementLength, limit);
    }

    /**
     * Writes all but statement and parameters, which follow each other.
     *
     * @param buffer          little-endian.
     * @param offset          of the message.
     * @param statementLength in bytes.
     * @param parameterCount  0 to {@link #MAX_PARAMETER_COUNT}.
     * @return where the statement goes; its parameters, see {@link SqlValues}, come after it.
     */
    public static int put(
        final ByteBuffer buffer, final int offset, final int statementLength, final int parameterCount)
    {
        buffer.putInt(offset + STATEMENT_LENGTH_OFFSET, statementLength);
        buffer.putShort(offset + PARAMETER_COUNT_OFFSET, (short) parameterCount);
        buffer.putShort(offset + ZERO_OFFSET, (short) 0);
        return offset + HEADER_LENGTH;
    }
}
