package org.velocitydb.server.resp;

import java.nio.ByteBuffer;

import org.velocitydb.transport.FrameFault;
import org.velocitydb.transport.FrameScanner;
import org.velocitydb.transport.ScanProgress;

/**
 * Finds where a request of the Redis protocol ends: an array of bulk strings, or an inline command, which is a line.
 *
 * <pre>
 *     request = "*" count CRLF bulk{count} | line
 *     bulk    = "$" length CRLF bytes{length} CRLF
 *     line    = any bytes but LF, not beginning with "*", and LF
 * </pre>
 *
 * A count below 1 is a request without parts. Every length is judged as soon as its line is there, so that nobody's
 * wrong length makes us wait for bytes or hold memory, and a request that comes in pieces is not looked at twice. One
 * for each event loop; allocation-free but for the text of a fault.
 */
public final class RespScanner implements FrameScanner
{
    /** What {@link org.velocitydb.transport.Session#protocolVersion()} says of sessions that speak this. */
    public static final int PROTOCOL_VERSION = 82;
    /** Most parts of a request, as in Redis. */
    public static final int PART_COUNT_MAX = 1024 * 1024;
    /** Longest inline command, as in Redis. */
    public static final int INLINE_LENGTH_MAX = 64 * 1024;

    /** Longest line that holds a number: a sign, ten digits, and what frames them; more is none of ours. */
    private static final int NUMBER_LINE_LENGTH_MAX = 32;
    /** A bulk string of nothing. */
    private static final int BULK_LENGTH_MIN = 6;
    private static final int CRLF_LENGTH = 2;
    private static final int NOT_THERE = -1;
    private static final long NOT_A_NUMBER = Long.MIN_VALUE;
    private static final int RADIX = 10;

    private String faultText = "";

    /**
     * Makes a scanner.
     */
    public RespScanner()
    {
    }

    @Override
    public int protocolVersion()
    {
        return PROTOCOL_VERSION;
    }

    /**
     * What was wrong with the bytes that were scanned last.
     *
     * @return as Redis says it, without the word for an error.
     */
    public String faultText()
    {
        return faultText;
    }

    @Override
    public int scan(
        final ByteBuffer buffer,
        final int offset,
        final int available,
        final int frameLimit,
        final ScanProgress progress)
    {
        buffer.clear();
        if (buffer.get(offset) != '*')
        {
            return scanInline(buffer, offset, available, frameLimit, progress);
        }
        if (progress.remaining() == 0)
        {
            final int result = scanCount(buffer, offset, available, frameLimit, progress);
            if (result != INCOMPLETE || progress.remaining() == 0)
            {
                return result;
            }
        }
        while (progress.remaining() > 0)
        {
            final int result = scanBulk(buffer, offset, available, frameLimit, progress);
            if (result <= INCOMPLETE)
            {
                return result;
            }
            progress.scannedLength(result);
            progress.remaining(progress.remaining() - 1);
        }
        final int length = progress.scannedLength();
        progress.reset();
        return length;
    }

    private int scanInline(
        final ByteBuffer buffer,
        final int offset,
        final int available,
        final int frameLimit,
        final ScanProgress progress)
    {
        final int lengthMax = Math.min(INLINE_LENGTH_MAX, frameLimit);
        final int end = find(buffer, offset + progress.scannedLength(), offset + Math.min(available, lengthMax));
        if (end != NOT_THERE)
        {
            progress.reset();
            return end + 1 - offset;
        }
        if (available >= lengthMax)
        {
            return faulty(FrameFault.LINE_TOO_LONG, "too big inline request");
        }
        progress.scannedLength(available);
        return incomplete(available + 1, progress);
    }

    private int scanCount(
        final ByteBuffer buffer,
        final int offset,
        final int available,
        final int frameLimit,
        final ScanProgress progress)
    {
        final int end = find(buffer, offset, offset + Math.min(available, NUMBER_LINE_LENGTH_MAX));
        if (end == NOT_THERE)
        {
            return available >= NUMBER_LINE_LENGTH_MAX
                ? faulty(FrameFault.WRONG_COUNT, "too big mbulk count string")
                : incomplete(available + 1, progress);
        }
        final long count = number(buffer, offset + 1, end);
        if (count == NOT_A_NUMBER || count > PART_COUNT_MAX)
        {
            return faulty(FrameFault.WRONG_COUNT, "invalid multibulk length");
        }
        final int length = end + 1 - offset;
        if (count <= 0)
        {
            progress.reset();
            return length;
        }
        if (length + count * BULK_LENGTH_MIN > frameLimit)
        {
            return faulty(FrameFault.FRAME_TOO_LONG, "invalid multibulk length");
        }
        progress.scannedLength(length);
        progress.remaining((int) count);
        return INCOMPLETE;
    }

    /** Finds the end of a bulk string, counted from the beginning of the request. */
    private int scanBulk(
        final ByteBuffer buffer,
        final int offset,
        final int available,
        final int frameLimit,
        final ScanProgress progress)
    {
        final int from = progress.scannedLength();
        // What the other parts take at least.
        final int restMin = (progress.remaining() - 1) * BULK_LENGTH_MIN;
        if (from == available)
        {
            return incomplete(from + BULK_LENGTH_MIN + restMin, progress);
        }
        if (buffer.get(offset + from) != '$')
        {
            return faulty(
                FrameFault.WRONG_TYPE, "expected '$', got '" + printable(buffer.get(offset + from)) + "'");
        }
        final int end = find(buffer, offset + from, offset + Math.min(available, from + NUMBER_LINE_LENGTH_MAX));
        if (end == NOT_THERE)
        {
            return available - from >= NUMBER_LINE_LENGTH_MAX
                ? faulty(FrameFault.WRONG_LENGTH, "too big bulk count string")
                : incomplete(available + 1, progress);
        }
        final long bulkLength = number(buffer, offset + from + 1, end);
        if (bulkLength < 0)
        {
            return faulty(FrameFault.WRONG_LENGTH, "invalid bulk length");
        }
        final long limit = end + 1L - offset + bulkLength + CRLF_LENGTH;
        if (limit + restMin > frameLimit)
        {
            return faulty(FrameFault.FRAME_TOO_LONG, "invalid bulk length");
        }
        return limit > available ? incomplete((int) limit + restMin, progress) : (int) limit;
    }

    private static char printable(final byte found)
    {
        return found > ' ' && found <= '~' ? (char) found : '?';
    }

    private static int incomplete(final int neededLength, final ScanProgress progress)
    {
        progress.neededLength(neededLength);
        return INCOMPLETE;
    }

    private int faulty(final FrameFault fault, final String text)
    {
        faultText = text;
        return FrameScanner.fault(fault);
    }

    /** Finds a line feed. */
    private static int find(final ByteBuffer buffer, final int from, final int limit)
    {
        for (int i = from; i < limit; i++)
        {
            if (buffer.get(i) == '\n')
            {
                return i;
            }
        }
        return NOT_THERE;
    }

    /** Reads the number in a line that ends with a line feed and, before that, a carriage return. */
    private static long number(final ByteBuffer buffer, final int from, final int lineFeed)
    {
        final int limit = lineFeed > from && buffer.get(lineFeed - 1) == '\r' ? lineFeed - 1 : lineFeed;
        final boolean isNegative = from < limit && buffer.get(from) == '-';
        int at = isNegative ? from + 1 : from;
        if (at == limit)
        {
            return NOT_A_NUMBER;
        }
        long value = 0;
        for (; at < limit; at++)
        {
            final int digit = buffer.get(at) - '0';
            if (digit < 0 || digit >= RADIX || value > Integer.MAX_VALUE)
            {
                return NOT_A_NUMBER;
            }
            value = value * RADIX + digit;
        }
        return isNegative ? -value : value;
    }
}
