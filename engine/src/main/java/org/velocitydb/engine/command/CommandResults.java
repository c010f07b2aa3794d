package org.velocitydb.engine.command;

import java.util.concurrent.atomic.AtomicLong;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What an evaluated command's operations have come to, one after the other. Made by the writer, handed over with the
 * {@link Completion}, walked once by whoever got it, who then {@linkplain #release() releases} it.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+---------------+---------------+
 *  |     Flags     |    Status     |            (zero)             |
 *  +---------------+---------------+---------------+---------------+
 *  |             Value Length, -1 where none is told               |
 *  +---------------------------------------------------------------+
 *  |        Number: a sum, or the length of a value                |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |   Expiry time before the operation, in epoch milliseconds     |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Value before the operation                                  ...
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class CommandResults
{
    /** There was a value before the operation. */
    public static final int FLAG_FOUND = 1;
    /** The operation was done. */
    public static final int FLAG_APPLIED = 2;
    /** {@link #valueLength()} where no value is told. */
    public static final int NO_VALUE = -1;

    private static final int FLAGS_OFFSET = 0;
    private static final int STATUS_OFFSET = FLAGS_OFFSET + Byte.BYTES;
    private static final int VALUE_LENGTH_OFFSET = FLAGS_OFFSET + Integer.BYTES;
    private static final int NUMBER_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;
    private static final int EXPIRY_OFFSET = NUMBER_OFFSET + Long.BYTES;
    /** Bytes of a result before its value. */
    public static final int HEADER_LENGTH = EXPIRY_OFFSET + Long.BYTES;

    private static final CommandStatus[] STATUSES = CommandStatus.values();

    private final UnsafeBuffer buffer;
    /** Bytes of all results that were not released yet. */
    private final AtomicLong outstandingBytes;
    private int offset;
    private int nextOffset;
    private boolean isReleased;

    /**
     * Made by the writer.
     *
     * @param bytes            the results.
     * @param outstandingBytes counts them until they are released.
     */
    public CommandResults(final byte[] bytes, final AtomicLong outstandingBytes)
    {
        buffer = new UnsafeBuffer(bytes);
        this.outstandingBytes = outstandingBytes;
        outstandingBytes.addAndGet(bytes.length);
    }

    /**
     * Writes a result without its value.
     *
     * @param target      to write to.
     * @param offset      of the result.
     * @param flags       of the FLAG constants.
     * @param status      {@link CommandStatus#APPLIED}, or why it could not be done.
     * @param number      a sum or a length.
     * @param expiryMs    before the operation.
     * @param valueLength of the value that the caller writes behind it, or {@link #NO_VALUE}.
     */
    public static void putHeader(
        final MutableDirectBuffer target,
        final int offset,
        final int flags,
        final CommandStatus status,
        final long number,
        final long expiryMs,
        final int valueLength)
    {
        target.putInt(offset + FLAGS_OFFSET, 0);
        target.putByte(offset + FLAGS_OFFSET, (byte) flags);
        target.putByte(offset + STATUS_OFFSET, (byte) status.ordinal());
        target.putInt(offset + VALUE_LENGTH_OFFSET, valueLength);
        target.putLong(offset + NUMBER_OFFSET, number);
        target.putLong(offset + EXPIRY_OFFSET, expiryMs);
    }

    /**
     * Goes on to the next result, first to the first one.
     *
     * @return whether there is one.
     */
    public boolean next()
    {
        if (nextOffset == buffer.capacity())
        {
            return false;
        }
        offset = nextOffset;
        nextOffset = offset + HEADER_LENGTH + Math.max(0, buffer.getInt(offset + VALUE_LENGTH_OFFSET));
        return true;
    }

    /**
     * Whether there was a value before the operation.
     *
     * @return true if the key was present.
     */
    public boolean isFound()
    {
        return (buffer.getByte(offset + FLAGS_OFFSET) & FLAG_FOUND) != 0;
    }

    /**
     * Whether the operation was done.
     *
     * @return false where its condition did not hold, there was nothing to do it to, or it could not be done.
     */
    public boolean isApplied()
    {
        return (buffer.getByte(offset + FLAGS_OFFSET) & FLAG_APPLIED) != 0;
    }

    /**
     * Why the operation could not be done.
     *
     * @return the status, or {@link CommandStatus#APPLIED}.
     */
    public CommandStatus status()
    {
        return STATUSES[buffer.getByte(offset + STATUS_OFFSET)];
    }

    /**
     * What an increment has come to, or how long the value is after the operation.
     *
     * @return the number.
     */
    public long number()
    {
        return buffer.getLong(offset + NUMBER_OFFSET);
    }

    /**
     * When the value before the operation would have expired.
     *
     * @return epoch milliseconds of log time, {@link Long#MAX_VALUE} for never.
     */
    public long expiryMs()
    {
        return buffer.getLong(offset + EXPIRY_OFFSET);
    }

    /**
     * Extent of the value before the operation.
     *
     * @return bytes, or {@link #NO_VALUE} where there was none or nobody asked for it.
     */
    public int valueLength()
    {
        return buffer.getInt(offset + VALUE_LENGTH_OFFSET);
    }

    /**
     * Where that value is.
     *
     * @return offset in {@link #buffer()}.
     */
    public int valueOffset()
    {
        return offset + HEADER_LENGTH;
    }

    /**
     * What holds the values.
     *
     * @return the buffer.
     */
    public UnsafeBuffer buffer()
    {
        return buffer;
    }

    /**
     * Says that nobody needs the results any more. A second call changes nothing.
     */
    public void release()
    {
        if (!isReleased)
        {
            isReleased = true;
            outstandingBytes.addAndGet(-buffer.capacity());
        }
    }
}
