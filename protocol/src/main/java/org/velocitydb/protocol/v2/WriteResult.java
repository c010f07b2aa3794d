package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.Fault;

/**
 * WRITE_RESULT: what became of a batch. A failed condition is an answer, not an error.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+---------------+---------------+
 *  |    Status     |  Durability   | Replay, 0..1  |    (zero)     |
 *  +---------------+---------------+---------------+---------------+
 *  |  Applied Count                                                |
 *  +---------------------------------------------------------------+
 *  |  Sequence of the last operation applied                       |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Failed Operation: its index, where a condition failed        |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +---------------------------------------------------------------+
 *  |  Applied: what the last increment came to, 0 if there is none |
 *  |  Failed: version of the key whose condition failed, 0 if none |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Applied operations have consecutive sequences: the version of the one at rank r among them (from 0) is <code>Sequence
 * - (Applied Count - 1) + r</code>. A flyweight for one thread; allocation-free.
 */
public final class WriteResult
{
    /** The batch is done, but for operations that were marked to be skipped and whose condition failed. */
    public static final int STATUS_APPLIED = 1;
    /** A condition failed; nothing of the batch is done. */
    public static final int STATUS_CONDITION_FAILED = 2;

    private static final int STATUS_OFFSET = 0;
    private static final int DURABILITY_OFFSET = STATUS_OFFSET + Byte.BYTES;
    private static final int REPLAY_OFFSET = DURABILITY_OFFSET + Byte.BYTES;
    private static final int FIRST_ZERO_OFFSET = REPLAY_OFFSET + Byte.BYTES;
    private static final int APPLIED_COUNT_OFFSET = FIRST_ZERO_OFFSET + Byte.BYTES;
    private static final int SEQUENCE_OFFSET = APPLIED_COUNT_OFFSET + Integer.BYTES;
    private static final int FAILED_OPERATION_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int SECOND_ZERO_OFFSET = FAILED_OPERATION_OFFSET + Integer.BYTES;
    private static final int RESULT_OFFSET = SECOND_ZERO_OFFSET + Integer.BYTES;
    /** Bytes of the whole message. */
    public static final int LENGTH = RESULT_OFFSET + Long.BYTES;

    private ByteBuffer buffer;
    private int offset;

    /**
     * Checks a message.
     *
     * @param buffer little-endian.
     * @param offset of the message.
     * @param length of the message in bytes.
     * @return {@link Fault#NONE}, or what is wrong.
     */
    public Fault tryWrap(final ByteBuffer buffer, final int offset, final int length)
    {
        if (length != LENGTH)
        {
            return Fault.BAD_LAYOUT;
        }
        this.buffer = buffer;
        this.offset = offset;
        if (buffer.get(offset + FIRST_ZERO_OFFSET) != 0 || buffer.getInt(offset + SECOND_ZERO_OFFSET) != 0)
        {
            return Fault.RESERVED_NOT_ZERO;
        }
        final int status = buffer.get(offset + STATUS_OFFSET);
        final int replay = buffer.get(offset + REPLAY_OFFSET);
        final boolean isKnown = (status == STATUS_APPLIED || status == STATUS_CONDITION_FAILED) &&
            durability() != Durability.SERVER_DEFAULT.code() && Durability.isKnown(durability()) &&
            (replay == 0 || replay == 1);
        if (!isKnown || appliedCount() < 0 || failedOperation() < 0)
        {
            return Fault.BAD_FIELD;
        }
        final boolean saysOneThing = isApplied() ? failedOperation() == 0 : appliedCount() == 0;
        return saysOneThing ? Fault.NONE : Fault.BAD_FIELD;
    }

    /**
     * Whether the batch is done.
     *
     * @return false if a condition failed, and so nothing of it is done.
     */
    public boolean isApplied()
    {
        return buffer.get(offset + STATUS_OFFSET) == STATUS_APPLIED;
    }

    /**
     * How durable the answer's truth is.
     *
     * @return code of a {@link Durability}, never the default's.
     */
    public int durability()
    {
        return buffer.get(offset + DURABILITY_OFFSET);
    }

    /**
     * Whether this is the remembered answer to a request that was done before.
     *
     * @return true if it was a retry.
     */
    public boolean isReplay()
    {
        return buffer.get(offset + REPLAY_OFFSET) == 1;
    }

    /**
     * How many operations were applied.
     *
     * @return the count; those that only check are not among them.
     */
    public int appliedCount()
    {
        return buffer.getInt(offset + APPLIED_COUNT_OFFSET);
    }

    /**
     * Sequence of the last operation applied.
     *
     * @return the version that it has now.
     */
    public long sequence()
    {
        return buffer.getLong(offset + SEQUENCE_OFFSET);
    }

    /**
     * Which operation's condition failed.
     *
     * @return its index in the request; 0 if none failed.
     */
    public int failedOperation()
    {
        return buffer.getInt(offset + FAILED_OPERATION_OFFSET);
    }

    /**
     * Version of the key whose condition failed.
     *
     * @return the version; 0 if the key is absent or none failed.
     */
    public long foundVersion()
    {
        return isApplied() ? 0 : buffer.getLong(offset + RESULT_OFFSET);
    }

    /**
     * What the last increment of the batch came to.
     *
     * @return the sum; 0 if there was no increment, or nothing was done.
     */
    public long counterValue()
    {
        return isApplied() ? buffer.getLong(offset + RESULT_OFFSET) : 0;
    }

    /**
     * Writes the answer to a batch without increments that was applied.
     *
     * @param buffer       little-endian.
     * @param offset       of the message.
     * @param durability   code of a {@link Durability} that was reached.
     * @param isReplay     whether the answer was remembered.
     * @param appliedCount of operations.
     * @param sequence     of the last of them.
     * @return offset after it.
     */
    public static int putApplied(
        final ByteBuffer buffer,
        final int offset,
        final int durability,
        final boolean isReplay,
        final int appliedCount,
        final long sequence)
    {
        return putApplied(buffer, offset, durability, isReplay, appliedCount, sequence, 0);
    }

    /**
     * Writes the answer to a batch that was applied.
     *
     * @param buffer       little-endian.
     * @param offset       of the message.
     * @param durability   code of a {@link Durability} that was reached.
     * @param isReplay     whether the answer was remembered.
     * @param appliedCount of operations.
     * @param sequence     of the last of them.
     * @param counterValue what the last increment came to; 0 where there is none.
     * @return offset after it.
     */
    public static int putApplied(
        final ByteBuffer buffer,
        final int offset,
        final int durability,
        final boolean isReplay,
        final int appliedCount,
        final long sequence,
        final long counterValue)
    {
        return put(buffer, offset, STATUS_APPLIED, durability, isReplay, appliedCount, sequence, 0, counterValue);
    }

    /**
     * Writes the answer to a batch whose condition failed.
     *
     * @param buffer          little-endian.
     * @param offset          of the message.
     * @param durability      code of a {@link Durability} that what the condition saw has reached.
     * @param isReplay        whether the answer was remembered.
     * @param sequence        at which the condition was judged.
     * @param failedOperation index in the request.
     * @param foundVersion    of its key; 0 if absent.
     * @return offset after it.
     */
    public static int putConditionFailed(
        final ByteBuffer buffer,
        final int offset,
        final int durability,
        final boolean isReplay,
        final long sequence,
        final int failedOperation,
        final long foundVersion)
    {
        return put(
            buffer, offset, STATUS_CONDITION_FAILED, durability, isReplay, 0, sequence, failedOperation, foundVersion);
    }

    private static int put(
        final ByteBuffer buffer,
        final int offset,
        final int status,
        final int durability,
        final boolean isReplay,
        final int appliedCount,
        final long sequence,
        final int failedOperation,
        final long result)
    {
        buffer.put(offset + STATUS_OFFSET, (byte) status);
        buffer.put(offset + DURABILITY_OFFSET, (byte) durability);
        buffer.put(offset + REPLAY_OFFSET, (byte) (isReplay ? 1 : 0));
        buffer.put(offset + FIRST_ZERO_OFFSET, (byte) 0);
        buffer.putInt(offset + APPLIED_COUNT_OFFSET, appliedCount);
        buffer.putLong(offset + SEQUENCE_OFFSET, sequence);
        buffer.putInt(offset + FAILED_OPERATION_OFFSET, failedOperation);
        buffer.putInt(offset + SECOND_ZERO_OFFSET, 0);
        buffer.putLong(offset + RESULT_OFFSET, result);
        return offset + LENGTH;
    }
}
