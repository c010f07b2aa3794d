package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.Utf8;

/**
 * ERROR: answers any request that failed, and tells of a frame that could not be read (with correlation id 0).
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+---------------+---------------+
 *  |             Code              |    Outcome    |    (zero)     |
 *  +-------------------------------+---------------+---------------+
 *  |  Position of the character in the SQL statement, or -1        |
 *  +---------------------------------------------------------------+
 *  |  Retry After in milliseconds, 0 if not known                  |
 *  +---------------------------------------------------------------+
 *  |  Message Length                                               |
 *  +---------------------------------------------------------------+
 *  |  Message, UTF-8, for people                                  ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * A flyweight for one thread.
 */
public final class ErrorMessage
{
    /** Position of an error that has none. */
    public static final int NULL_POSITION = -1;

    private static final int CODE_OFFSET = 0;
    private static final int OUTCOME_OFFSET = CODE_OFFSET + Short.BYTES;
    private static final int ZERO_OFFSET = OUTCOME_OFFSET + Byte.BYTES;
    private static final int POSITION_OFFSET = ZERO_OFFSET + Byte.BYTES;
    private static final int RETRY_AFTER_OFFSET = POSITION_OFFSET + Integer.BYTES;
    private static final int TEXT_LENGTH_OFFSET = RETRY_AFTER_OFFSET + Integer.BYTES;
    /** Bytes before the message's text. */
    public static final int HEADER_LENGTH = TEXT_LENGTH_OFFSET + Integer.BYTES;

    private ByteBuffer buffer;
    private int offset;
    private int textLength;

    /**
     * Checks a message.
     *
     * @param buffer little-endian.
     * @param offset of the message.
     * @param length of the message in bytes.
     * @return {@link Fault#NONE}, or what is wrong. An unknown code is not wrong: newer servers may have more of them.
     */
    public Fault tryWrap(final ByteBuffer buffer, final int offset, final int length)
    {
        if (length < HEADER_LENGTH)
        {
            return Fault.BAD_LAYOUT;
        }
        this.buffer = buffer;
        this.offset = offset;
        final long unsignedTextLength = buffer.getInt(offset + TEXT_LENGTH_OFFSET) & 0xFFFF_FFFFL;
        if (length != HEADER_LENGTH + unsignedTextLength)
        {
            return Fault.BAD_LAYOUT;
        }
        textLength = (int) unsignedTextLength;
        if (buffer.get(offset + ZERO_OFFSET) != 0)
        {
            return Fault.RESERVED_NOT_ZERO;
        }
        final int outcome = buffer.get(offset + OUTCOME_OFFSET);
        if (codeValue() == ErrorCode.SUCCESS.code() || Outcome.of(outcome).code() != outcome ||
            position() < NULL_POSITION)
        {
            return Fault.BAD_FIELD;
        }
        return Utf8.isValid(buffer, offset + HEADER_LENGTH, textLength) ? Fault.NONE : Fault.NOT_UTF8;
    }

    /**
     * The code as a number, also where it is newer than this library.
     *
     * @return as it crossed the wire.
     */
    public int codeValue()
    {
        return buffer.getShort(offset + CODE_OFFSET) & 0xFFFF;
    }

    /**
     * What went wrong.
     *
     * @return see {@link ErrorCode#of(int)} for codes that are not known here.
     */
    public ErrorCode code()
    {
        return ErrorCode.of(codeValue());
    }

    /**
     * What became of the request.
     *
     * @return the outcome.
     */
    public Outcome outcome()
    {
        return Outcome.of(buffer.get(offset + OUTCOME_OFFSET));
    }

    /**
     * Where in the SQL statement the error is.
     *
     * @return index of a character, from 0, or {@link #NULL_POSITION}.
     */
    public int position()
    {
        return buffer.getInt(offset + POSITION_OFFSET);
    }

    /**
     * When to try again.
     *
     * @return milliseconds, 0 if not known.
     */
    public long retryAfterMs()
    {
        return buffer.getInt(offset + RETRY_AFTER_OFFSET) & 0xFFFF_FFFFL;
    }

    /**
     * The words. Allocates.
     *
     * @return for people, not for programs.
     */
    public String text()
    {
        return Utf8.text(buffer, offset + HEADER_LENGTH, textLength);
    }

    /**
     * Writes all but the text's bytes.
     *
     * @param buffer       little-endian.
     * @param offset       of the message.
     * @param code         any but SUCCESS.
     * @param outcome      of the request.
     * @param position     in the statement, or {@link #NULL_POSITION}.
     * @param retryAfterMs 0 if not known.
     * @param textLength   in bytes.
     * @return where the text goes.
     */
    public static int put(
        final ByteBuffer buffer,
        final int offset,
        final ErrorCode code,
        final Outcome outcome,
        final int position,
        final int retryAfterMs,
        final int textLength)
    {
        buffer.putShort(offset + CODE_OFFSET, (short) code.code());
        buffer.put(offset + OUTCOME_OFFSET, (byte) outcome.code());
        buffer.put(offset + ZERO_OFFSET, (byte) 0);
        buffer.putInt(offset + POSITION_OFFSET, position);
        buffer.putInt(offset + RETRY_AFTER_OFFSET, retryAfterMs);
        buffer.putInt(offset + TEXT_LENGTH_OFFSET, textLength);
        return offset + HEADER_LENGTH;
    }
}
