package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Utf8;

/**
 * A run of typed values, as SQL's parameters and rows are written.
 *
 * <pre>
 *  +--------------+
 *  |   0  NULL    |
 *  +--------------+-------------------------+----------------------+
 *  |   1  TEXT    |  Length, 4 bytes        |  UTF-8              ...
 *  +--------------+-------------------------+----------------------+
 *  |   2  BYTES   |  Length, 4 bytes        |  Bytes              ...
 *  +--------------+-------------------------+----------------------+
 *  |   3  I64     |  8 bytes                                       |
 *  +--------------+------------------------------------------------+
 *  |   4  F64     |  8 bytes, IEEE 754                             |
 *  +--------------+---------------+--------------------------------+
 *  |   5  BOOLEAN |  1 byte, 0..1 |
 *  +--------------+---------------+
 * </pre>
 *
 * A cursor for one thread; allocation-free. It gets its run from {@link SqlRequest#parameters} or {@link
 * SqlResult#values} and then stands before the first value.
 */
public final class SqlValues
{
    /** No value. */
    public static final int TYPE_NULL = 0;
    /** Text in UTF-8. */
    public static final int TYPE_TEXT = 1;
    /** Any bytes. */
    public static final int TYPE_BYTES = 2;
    /** A signed 64-bit integer. */
    public static final int TYPE_I64 = 3;
    /** A 64-bit floating-point number. */
    public static final int TYPE_F64 = 4;
    /** True or false. */
    public static final int TYPE_BOOLEAN = 5;

    private static final int TYPE_LENGTH = Byte.BYTES;
    private static final int BYTES_HEADER_LENGTH = TYPE_LENGTH + Integer.BYTES;

    private ByteBuffer buffer;
    private int nextOffset;
    private int limit;
    private int valueOffset;

    /** Takes over a run that {@link #validate} has checked. */
    void wrap(final ByteBuffer buffer, final int offset, final int limit)
    {
        this.buffer = buffer;
        this.nextOffset = offset;
        this.limit = limit;
    }

    /**
     * Checks a run of values that must end exactly at a limit.
     *
     * @return {@link Fault#NONE}, or what is wrong.
     */
    static Fault validate(final ByteBuffer buffer, final int offset, final int limit, final long count)
    {
        int next = offset;
        for (long i = 0; i < count; i++)
        {
            if (next >= limit)
            {
                return Fault.BAD_LAYOUT;
            }
            final Fault fault = validateValue(buffer, next, limit);
            if (fault != Fault.NONE)
            {
                return fault;
            }
            next += encodedLength(buffer, next);
        }
        return next == limit ? Fault.NONE : Fault.BAD_LAYOUT;
    }

    private static Fault validateValue(final ByteBuffer buffer, final int offset, final int limit)
    {
        final int type = buffer.get(offset);
        final int remaining = limit - offset;
        switch (type)
        {
            case TYPE_NULL :
                return Fault.NONE;
            case TYPE_TEXT :
            case TYPE_BYTES :
                return validateBytes(buffer, offset, remaining, type == TYPE_TEXT);
            case TYPE_I64 :
            case TYPE_F64 :
                return remaining >= TYPE_LENGTH + Long.BYTES ? Fault.NONE : Fault.BAD_LAYOUT;
            case TYPE_BOOLEAN :
                if (remaining < TYPE_LENGTH + Byte.BYTES)
                {
                    return Fault.BAD_LAYOUT;
                }
                return (buffer.get(offset + TYPE_LENGTH) & ~1) == 0 ? Fault.NONE : Fault.BAD_FIELD;
            default :
                return Fault.BAD_FIELD;
        }
    }

    private static Fault validateBytes(
        final ByteBuffer buffer, final int offset, final int remaining, final boolean isText)
    {
        if (remaining < BYTES_HEADER_LENGTH)
        {
            return Fault.BAD_LAYOUT;
        }
        final long unsignedLength = buffer.getInt(offset + TYPE_LENGTH) & 0xFFFF_FFFFL;
        if (unsignedLength > remaining - BYTES_HEADER_LENGTH)
        {
            return Fault.BAD_LAYOUT;
        }
        return !isText || Utf8.isValid(buffer, offset + BYTES_HEADER_LENGTH, (int) unsignedLength)
            ? Fault.NONE
            : Fault.NOT_UTF8;
    }

    private static int encodedLength(final ByteBuffer buffer, final int offset)
    {
        switch (buffer.get(offset))
        {
            case TYPE_TEXT :
            case TYPE_BYTES :
                return BYTES_HEADER_LENGTH + buffer.getInt(offset + TYPE_LENGTH);
            case TYPE_I64 :
            case TYPE_F64 :
                return TYPE_LENGTH + Long.BYTES;
            case TYPE_BOOLEAN :
                return TYPE_LENGTH + Byte.BYTES;
            default :
                return TYPE_LENGTH;
        }
    }

    /**
     * Goes to the next value.
     *
     * @return false if there is none.
     */
    public boolean next()
    {
        if (nextOffset == limit)
        {
            return false;
        }
        valueOffset = nextOffset;
        nextOffset += encodedLength(buffer, valueOffset);
        return true;
    }

    /**
     * Type of the current value.
     *
     * @return one of the TYPE constants.
     */
    public int type()
    {
        return buffer.get(valueOffset);
    }

    /**
     * Where the bytes of a TEXT or BYTES begin.
     *
     * @return offset in the wrapped buffer.
     */
    public int bytesOffset()
    {
        return valueOffset + BYTES_HEADER_LENGTH;
    }

    /**
     * Extent of a TEXT or BYTES.
     *
     * @return bytes.
     */
    public int bytesLength()
    {
        return buffer.getInt(valueOffset + TYPE_LENGTH);
    }

    /**
     * Value of an I64.
     *
     * @return the number.
     */
    public long i64()
    {
        return buffer.getLong(valueOffset + TYPE_LENGTH);
    }

    /**
     * Value of an F64.
     *
     * @return the number.
     */
    public double f64()
    {
        return buffer.getDouble(valueOffset + TYPE_LENGTH);
    }

    /**
     * Value of a BOOLEAN.
     *
     * @return true or false.
     */
    public boolean isTrue()
    {
        return buffer.get(valueOffset + TYPE_LENGTH) == 1;
    }

    /**
     * Writes a NULL.
     *
     * @param buffer little-endian.
     * @param offset after the previous value.
     * @return offset after it.
     */
    public static int putNull(final ByteBuffer buffer, final int offset)
    {
        buffer.put(offset, (byte) TYPE_NULL);
        return offset + TYPE_LENGTH;
    }

    /**
     * Writes what stands before the bytes of a TEXT or BYTES.
     *
     * @param buffer little-endian.
     * @param offset after the previous value.
     * @param isText whether the bytes are UTF-8 and meant as text.
     * @param length in bytes.
     * @return where the bytes go.
     */
    public static int putBytesHeader(
        final ByteBuffer buffer, final int offset, final boolean isText, final int length)
    {
        buffer.put(offset, (byte) (isText ? TYPE_TEXT : TYPE_BYTES));
        buffer.putInt(offset + TYPE_LENGTH, length);
        return offset + BYTES_HEADER_LENGTH;
    }

    /**
     * Writes an I64.
     *
     * @param buffer little-endian.
     * @param offset after the previous value.
     * @param value  to write.
     * @return offset after it.
     */
    public static int putI64(final ByteBuffer buffer, final int offset, final long value)
    {
        buffer.put(offset, (byte) TYPE_I64);
        buffer.putLong(offset + TYPE_LENGTH, value);
        return offset + TYPE_LENGTH + Long.BYTES;
    }

    /**
     * Writes an F64.
     *
     * @param buffer little-endian.
     * @param offset after the previous value.
     * @param value  to write.
     * @return offset after it.
     */
    public static int putF64(final ByteBuffer buffer, final int offset, final double value)
    {
        buffer.put(offset, (byte) TYPE_F64);
        buffer.putDouble(offset + TYPE_LENGTH, value);
        return offset + TYPE_LENGTH + Double.BYTES;
    }

    /**
     * Writes a BOOLEAN.
     *
     * @param buffer little-endian.
     * @param offset after the previous value.
     * @param value  to write.
     * @return offset after it.
     */
    public static int putBoolean(final ByteBuffer buffer, final int offset, final boolean value)
    {
        buffer.put(offset, (byte) TYPE_BOOLEAN);
        buffer.put(offset + TYPE_LENGTH, (byte) (value ? 1 : 0));
        return offset + TYPE_LENGTH + Byte.BYTES;
    }
}
