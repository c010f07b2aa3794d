package org.velocitydb.perf.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Single GETs and SETs over the Redis protocol, version 2, against any server that speaks it. A GET must find its value
 * in full length, a SET must be answered with OK. Answers come in the order of the requests.
 */
final class RespWorkload implements Workload
{
    private static final byte[] GET = bytes("*2\r\n$3\r\nGET\r\n$" + Records.KEY_LENGTH + "\r\n");
    private static final byte[] SET = bytes("*3\r\n$3\r\nSET\r\n$" + Records.KEY_LENGTH + "\r\n");
    private static final byte[] VALUE = bytes("\r\n$" + Records.VALUE_LENGTH + "\r\n");
    private static final byte[] END = bytes("\r\n");
    private static final byte[] FOUND = bytes("$" + Records.VALUE_LENGTH + "\r\n");
    private static final byte[] OK = bytes("+OK\r\n");
    private static final int FOUND_LENGTH = FOUND.length + Records.VALUE_LENGTH + END.length;
    private static final int REQUEST_LENGTH_MAX = SET.length + Records.KEY_LENGTH + VALUE.length +
        Records.VALUE_LENGTH + END.length;
    private static final int SHOWN_LENGTH = 128;

    private final OperationKind kind;
    private final Records records;
    private boolean wasSet;

    RespWorkload(final OperationKind kind, final Records records)
    {
        this.kind = kind;
        this.records = records;
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String title()
    {
        return "resp-" + kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int requestLengthMax()
    {
        return REQUEST_LENGTH_MAX;
    }

    @Override
    public int putRequest(final ByteBuffer buffer, final int offset, final long correlationId)
    {
        wasSet = kind == OperationKind.PUT || kind == OperationKind.MIXED && !wasSet;
        if (!wasSet)
        {
            return put(buffer, Records.putKey(buffer, put(buffer, offset, GET), records.nextIndex()), END);
        }
        return putSet(buffer, offset, records.nextIndex());
    }

    /** A SET of one record. */
    int putSet(final ByteBuffer buffer, final int offset, final int index)
    {
        final int keyLimit = Records.putKey(buffer, put(buffer, offset, SET), index);
        return put(buffer, records.putValue(buffer, put(buffer, keyLimit, VALUE)), END);
    }

    private static int put(final ByteBuffer buffer, final int offset, final byte[] bytes)
    {
        buffer.put(offset, bytes);
        return offset + bytes.length;
    }

    @Override
    public int tryTakeAnswer(final ByteBuffer buffer, final int offset, final int available)
    {
        if (available < OK.length)
        {
            return 0;
        }
        if (startsWith(buffer, offset, OK))
        {
            return OK.length;
        }
        if (!startsWith(buffer, offset, FOUND))
        {
            if (available < FOUND.length && buffer.get(offset) == FOUND[0])
            {
                return 0;
            }
            throw new LoadException("not the answer that was hoped for: answer=" + text(buffer, offset, available));
        }
        return available < FOUND_LENGTH ? 0 : FOUND_LENGTH;
    }

    private static boolean startsWith(final ByteBuffer buffer, final int offset, final byte[] bytes)
    {
        for (int i = 0; i < bytes.length; i++)
        {
            if (buffer.get(offset + i) != bytes[i])
            {
                return false;
            }
        }
        return true;
    }

    private static String text(final ByteBuffer buffer, final int offset, final int available)
    {
        final byte[] answer = new byte[Math.min(available, SHOWN_LENGTH)];
        buffer.get(offset, answer);
        return new String(answer, StandardCharsets.UTF_8).strip();
    }

    @Override
    public long answeredId(final long expectedId)
    {
        return expectedId;
    }
}
