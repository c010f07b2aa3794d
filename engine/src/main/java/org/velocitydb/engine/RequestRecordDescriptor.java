package org.velocitydb.engine;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;

/**
 * How the store remembers the answers to requests that may be sent again: as entries of a keyspace of its own, written
 * in the same group as the effects, so that both survive or neither does.
 *
 * <p>A client's requests share {@link #WINDOW} keys, request number modulo window; the value says which request it is
 * of. So the memory of a client is bounded without anybody cleaning up, and a request that has fallen out of the window
 * is recognised by the larger number in its place.
 *
 * <pre>
 *  key, big-endian                                   14 bytes
 *  +---------------------------------------------------------------+
 *  |                   Keyspace id 0xFFFFFFFF                      |
 *  +---------------------------------------------------------------+
 *  |                          Client id                            |
 *  |                                                               |
 *  +-------------------------------+-------------------------------+
 *  |  Request number mod WINDOW    |
 *  +-------------------------------+
 *
 *  value, little-endian                              32 bytes
 *  +---------------------------------------------------------------+
 *  |                        Request number                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |     Sequence of the last operation (failed: where judged)     |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |              Found version of a failed condition              |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                Applied count (failed: -1 - index)             |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class RequestRecordDescriptor
{
    /** The last keyspace of all; user keyspaces count from 0. */
    static final int SYSTEM_KEYSPACE = 0xFFFF_FFFF;
    /** Requests of one client that are remembered: more than a client can have outstanding at once. */
    static final int WINDOW = 4096;

    private static final int CLIENT_ID_OFFSET = Integer.BYTES;
    private static final int PLACE_OFFSET = CLIENT_ID_OFFSET + Long.BYTES;
    static final int KEY_LENGTH = PLACE_OFFSET + Short.BYTES;

    private static final int REQUEST_NUMBER_OFFSET = 0;
    private static final int SEQUENCE_OFFSET = REQUEST_NUMBER_OFFSET + Long.BYTES;
    private static final int FOUND_VERSION_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int APPLIED_COUNT_OFFSET = FOUND_VERSION_OFFSET + Long.BYTES;
    static final int VALUE_LENGTH = APPLIED_COUNT_OFFSET + 2 * Integer.BYTES;

    private RequestRecordDescriptor()
    {
    }

    static void putKey(
        final MutableDirectBuffer buffer, final int offset, final long clientId, final long requestNumber)
    {
        buffer.putInt(offset, SYSTEM_KEYSPACE, ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + CLIENT_ID_OFFSET, clientId, ByteOrder.BIG_ENDIAN);
        buffer.putShort(
            offset + PLACE_OFFSET, (short) Long.remainderUnsigned(requestNumber, WINDOW), ByteOrder.BIG_ENDIAN);
    }

    static void putValue(
        final MutableDirectBuffer buffer, final int offset, final long requestNumber, final Completion answer)
    {
        final boolean isApplied = answer.status() == CommandStatus.APPLIED;
        buffer.putLong(offset + REQUEST_NUMBER_OFFSET, requestNumber);
        buffer.putLong(offset + SEQUENCE_OFFSET, answer.sequence());
        buffer.putLong(offset + FOUND_VERSION_OFFSET, answer.foundVersion());
        buffer.putInt(offset + APPLIED_COUNT_OFFSET, isApplied ? answer.appliedCount() : -1 - answer.failedOperation());
        buffer.putInt(offset + APPLIED_COUNT_OFFSET + Integer.BYTES, 0);
    }

    static long requestNumber(final DirectBuffer value)
    {
        return value.getLong(REQUEST_NUMBER_OFFSET);
    }

    static void readAnswer(final DirectBuffer value, final Completion answer)
    {
        final int appliedCount = value.getInt(APPLIED_COUNT_OFFSET);
        if (appliedCount >= 0)
        {
            answer.applied(appliedCount, value.getLong(SEQUENCE_OFFSET));
        }
        else
        {
            answer.conditionFailed(
                -1 - appliedCount, value.getLong(FOUND_VERSION_OFFSET), value.getLong(SEQUENCE_OFFSET));
        }
        answer.replayed();
    }

    /**
     * Says what is wrong with an entry of {@link #SYSTEM_KEYSPACE} that was read back.
     *
     * @return the problem, or an empty text.
     */
    static String problem(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength,
        final long entrySequence)
    {
        if (keyLength != KEY_LENGTH || valueLength != VALUE_LENGTH)
        {
            return "answer to a request has wrong lengths: key=" + keyLength + ", value=" + valueLength;
        }
        final long number = value.getLong(valueOffset + REQUEST_NUMBER_OFFSET);
        final int place = key.getShort(keyOffset + PLACE_OFFSET, ByteOrder.BIG_ENDIAN) & 0xFFFF;
        if (Long.remainderUnsigned(number, WINDOW) != place)
        {
            return "answer to a request is in another's place: request number=" + Long.toUnsignedString(number) +
                ", place=" + place;
        }
        final long sequence = value.getLong(valueOffset + SEQUENCE_OFFSET);
        if (sequence < 0 || sequence > entrySequence)
        {
            return "answer to a request comes before its operations: sequence=" + sequence + ", of the answer=" +
                entrySequence;
        }
        final int zero = value.getInt(valueOffset + APPLIED_COUNT_OFFSET + Integer.BYTES);
        return zero == 0 ? "" : "answer to a request ends in something: value=" + zero;
    }
}
