package org.velocitydb.engine;

import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

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
 * is recognised by the larger number in its place. Clients come and go: an entry expires {@link #KEPT_MS} after it was
 * written, and leaves with a compaction.
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
 *  value, little-endian                              40 bytes
 *  +---------------------------------------------------------------+
 *  |                        Request number                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |     Sequence of the last operation (failed: where judged)     |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                            Result                             |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |       Applied count (where refused: index of operation)       |
 *  +---------------------------------------------------------------+
 *  |                            Status                             |
 *  +---------------------------------------------------------------+
 *  |                         Keyspace id                           |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Status is 0 where the command was done, 1 where a condition failed, 2 where a value was no number, 3 where a sum left
 * 64 bits, 4 where there was no such keyspace, 5 where there was one of that name, 6 where there were too many. Result
 * is what the last increment came to; of a failed condition, the version that it met. Keyspace id is that of a keyspace
 * that the command made or found.
 */
final class RequestRecordDescriptor
{
    /** The last keyspace of all; user keyspaces count from 0. */
    static final int SYSTEM_KEYSPACE = 0xFFFF_FFFF;
    /** Requests of one client that are remembered: more than a client can have outstanding at once. */
    static final int WINDOW = 4096;
    /**
     * How long an answer is remembered. A client makes up an id whenever it begins, so without an end the store would
     * keep something of each that there ever was. Nobody tries again for so long: a call has its time limit, and a job
     * that goes on where it stopped has been started again by then.
     */
    static final long KEPT_MS = TimeUnit.DAYS.toMillis(7);

    private static final int CLIENT_ID_OFFSET = Integer.BYTES;
    private static final int PLACE_OFFSET = CLIENT_ID_OFFSET + Long.BYTES;
    static final int KEY_LENGTH = PLACE_OFFSET + Short.BYTES;

    private static final int REQUEST_NUMBER_OFFSET = 0;
    private static final int SEQUENCE_OFFSET = REQUEST_NUMBER_OFFSET + Long.BYTES;
    private static final int RESULT_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int COUNT_OFFSET = RESULT_OFFSET + Long.BYTES;
    private static final int STATUS_OFFSET = COUNT_OFFSET + Integer.BYTES;
    private static final int KEYSPACE_OFFSET = STATUS_OFFSET + Integer.BYTES;
    private static final int ZERO_OFFSET = KEYSPACE_OFFSET + Integer.BYTES;
    static final int VALUE_LENGTH = ZERO_OFFSET + Integer.BYTES;

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
        buffer.putLong(offset + RESULT_OFFSET, isApplied ? answer.counterValue() : answer.foundVersion());
        buffer.putInt(offset + COUNT_OFFSET, isApplied ? answer.appliedCount() : answer.failedOperation());
        buffer.putInt(offset + STATUS_OFFSET, answer.status().judgedCode());
        buffer.putInt(offset + KEYSPACE_OFFSET, answer.keyspace());
        buffer.putInt(offset + ZERO_OFFSET, 0);
    }

    static long requestNumber(final DirectBuffer value)
    {
        return value.getLong(REQUEST_NUMBER_OFFSET);
    }

    static void readAnswer(final DirectBuffer value, final Completion answer)
    {
        final CommandStatus status = CommandStatus.ofJudgedCode(value.getInt(STATUS_OFFSET));
        final int count = value.getInt(COUNT_OFFSET);
        final long sequence = value.getLong(SEQUENCE_OFFSET);
        switch (status)
        {
            case APPLIED :
                answer.applied(count, sequence);
                answer.counter(value.getLong(RESULT_OFFSET));
                answer.keyspace(value.getInt(KEYSPACE_OFFSET));
                break;
            case CONDITION_FAILED :
                answer.conditionFailed(count, value.getLong(RESULT_OFFSET), sequence);
                break;
            default :
                answer.refused(status, count, sequence);
                break;
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
        final int zero = value.getInt(valueOffset + ZERO_OFFSET);
        return zero == 0 ? "" : "answer to a request ends in something: value=" + zero;
    }
}
