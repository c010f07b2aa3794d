package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Utf8;

/**
 * SQL_RESULT: what a statement did and found. All frames but the last have MORE; each has the columns, and the rows
 * that follow on those of the frame before. Rows Affected, Sequence, Execution Time and Durability count in the last
 * frame.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Rows Affected                                                |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Sequence: of the snapshot, or of the write                   |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Execution Time in microseconds                               |
 *  +---------------+---------------+-------------------------------+
 *  | Column Count  |  Durability   |            (zero)             |
 *  +===============+===============+===============================+  Column Count times
 *  |      Column Name Length       |  Column Name, UTF-8          ...
 *  +===============================+===============================+
 *  |  Row Count                                                    |
 *  +===============================================================+  Row Count times
 *  |  Column Count values, see SqlValues                          ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * A flyweight for one thread; allocation-free but for {@link #columnName}.
 */
public final class SqlResult
{
    /** Most columns that a result can have. */
    public static final int MAX_COLUMN_COUNT = 0xFF;

    private static final int ROWS_AFFECTED_OFFSET = 0;
    private static final int SEQUENCE_OFFSET = ROWS_AFFECTED_OFFSET + Long.BYTES;
    private static final int EXECUTION_TIME_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int COLUMN_COUNT_OFFSET = EXECUTION_TIME_OFFSET + Integer.BYTES;
    private static final int DURABILITY_OFFSET = COLUMN_COUNT_OFFSET + Byte.BYTES;
    private static final int ZERO_OFFSET = DURABILITY_OFFSET + Byte.BYTES;
    /** Bytes before the columns. */
    public static final int HEADER_LENGTH = ZERO_OFFSET + Short.BYTES;

    private ByteBuffer buffer;
    private int offset;
    private int rowCountOffset;
    private int limit;

    /**
     * Checks a message, all its columns and rows included.
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
        this.buffer = buffer;
        this.offset = offset;
        limit = offset + length;
        if (buffer.getShort(offset + ZERO_OFFSET) != 0)
        {
            return Fault.RESERVED_NOT_ZERO;
        }
        if (!Durability.isKnown(durability()))
        {
            return Fault.BAD_FIELD;
        }
        final Fault fault = validateColumns();
        if (fault != Fault.NONE)
        {
            return fault;
        }
        if (columnCount() == 0 && rowCount() != 0)
        {
            return Fault.BAD_FIELD;
        }
        return SqlValues.validate(buffer, rowCountOffset + Integer.BYTES, limit, rowCount() * columnCount());
    }

    private Fault validateColumns()
    {
        int next = offset + HEADER_LENGTH;
        for (int i = 0, end = columnCount(); i < end; i++)
        {
            final int encodedLength = ShortBytes.encodedLength(buffer, next, limit);
            if (encodedLength < 0)
            {
                return Fault.BAD_LAYOUT;
            }
            if (!Utf8.isValid(buffer, next + Short.BYTES, encodedLength - Short.BYTES))
            {
                return Fault.NOT_UTF8;
            }
            next += encodedLength;
        }
        rowCountOffset = next;
        return limit - next < Integer.BYTES ? Fault.BAD_LAYOUT : Fault.NONE;
    }

    /**
     * How many rows the statement changed, or found.
     *
     * @return the count; of the whole statement in the last frame.
     */
    public long rowsAffected()
    {
        return buffer.getLong(offset + ROWS_AFFECTED_OFFSET);
    }

    /**
     * Where in the store's history the statement stands.
     *
     * @return sequence of the snapshot that it read, or of the last operation that it applied.
     */
    public long sequence()
    {
        return buffer.getLong(offset + SEQUENCE_OFFSET);
    }

    /**
     * How long the server worked on it.
     *
     * @return microseconds.
     */
    public long executionTimeUs()
    {
        return buffer.getInt(offset + EXECUTION_TIME_OFFSET) & 0xFFFF_FFFFL;
    }

    /**
     * How durable the statement's writes are.
     *
     * @return code of a {@link Durability}; 0 for reads.
     */
    public int durability()
    {
        return buffer.get(offset + DURABILITY_OFFSET);
    }

    /**
     * How many columns each row has.
     *
     * @return 0 to {@link #MAX_COLUMN_COUNT}.
     */
    public int columnCount()
    {
        return buffer.get(offset + COLUMN_COUNT_OFFSET) & 0xFF;
    }

    /**
     * Name of a column. Allocates.
     *
     * @param index of the column, from 0.
     * @return the name.
     */
    public String columnName(final int index)
    {
        int next = offset + HEADER_LENGTH;
        for (int i = 0; i < index; i++)
        {
            next += Short.BYTES + ShortBytes.length(buffer, next);
        }
        return Utf8.text(buffer, next + Short.BYTES, ShortBytes.length(buffer, next));
    }

    /**
     * How many rows this frame has.
     *
     * @return the count.
     */
    public long rowCount()
    {
        return buffer.getInt(rowCountOffset) & 0xFFFF_FFFFL;
    }

    /**
     * Puts a cursor before the first value of the first row; rows follow each other without a gap.
     *
     * @param values to be put there.
     */
    public void values(final SqlValues values)
    {
        values.wrap(buffer, rowCountOffset + Integer.BYTES, limit);
    }

    /**
     * Writes what stands before the columns.
     *
     * @param buffer          little-endian.
     * @param offset          of the message.
     * @param rowsAffected    by the statement.
     * @param sequence        of the snapshot, or of the write.
     * @param executionTimeUs unsigned.
     * @param columnCount     0 to {@link #MAX_COLUMN_COUNT}.
     * @param durability      code of a {@link Durability}; 0 for reads.
     * @return where the columns go; see {@link #putColumn}.
     */
    public static int put(
        final ByteBuffer buffer,
        final int offset,
        final long rowsAffected,
        final long sequence,
        final int executionTimeUs,
        final int columnCount,
        final int durability)
    {
        buffer.putLong(offset + ROWS_AFFECTED_OFFSET, rowsAffected);
        buffer.putLong(offset + SEQUENCE_OFFSET, sequence);
        buffer.putInt(offset + EXECUTION_TIME_OFFSET, executionTimeUs);
        buffer.put(offset + COLUMN_COUNT_OFFSET, (byte) columnCount);
        buffer.put(offset + DURABILITY_OFFSET, (byte) durability);
        buffer.putShort(offset + ZERO_OFFSET, (short) 0);
        return offset + HEADER_LENGTH;
    }

    /**
     * Writes a column's name.
     *
     * @param buffer little-endian.
     * @param offset after the previous column.
     * @param name   UTF-8.
     * @return offset after it; after the last column goes the row count, see {@link #putRowCount}.
     */
    public static int putColumn(final ByteBuffer buffer, final int offset, final byte[] name)
    {
        return ShortBytes.put(buffer, offset, name);
    }

    /**
     * Writes the row count.
     *
     * @param buffer   little-endian.
     * @param offset   after the last column.
     * @param rowCount of this frame; may be written again when it is known.
     * @return where the first row's first value goes; see {@link SqlValues}.
     */
    public static int putRowCount(final ByteBuffer buffer, final int offset, final int rowCount)
    {
        buffer.putInt(offset, rowCount);
        return offset + Integer.BYTES;
    }
}
