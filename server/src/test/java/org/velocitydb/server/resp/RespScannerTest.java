package org.velocitydb.server.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.velocitydb.transport.FrameFault;
import org.velocitydb.transport.FrameScanner;
import org.velocitydb.transport.ScanProgress;

class RespScannerTest
{
    private static final int LIMIT = 1024 * 1024;
    private static final int SEED_COUNT = 200;

    private final RespScanner scanner = new RespScanner();
    private final ScanProgress progress = new ScanProgress();
    private final RespRequest request = new RespRequest();

    private static ByteBuffer bytes(final String text)
    {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private int scan(final String text)
    {
        final ByteBuffer buffer = bytes(text);
        return scanner.scan(buffer, 0, buffer.capacity(), LIMIT, progress);
    }

    private void assertFault(final FrameFault fault, final String said, final String text)
    {
        progress.reset();
        assertEquals(FrameScanner.fault(fault), scan(text), text);
        assertEquals(said, scanner.faultText());
    }

    private List<String> parts(final String text)
    {
        progress.reset();
        assertEquals(text.length(), scan(text), text);
        assertTrue(request.tryWrap(bytes(text), 0, text.length()));
        final List<String> parts = new ArrayList<>();
        for (int i = 0; i < request.count(); i++)
        {
            parts.add(new String(request.bytes(i), StandardCharsets.ISO_8859_1));
        }
        return parts;
    }

    @Test
    void shouldCutARequestIntoItsParts()
    {
        assertEquals(List.of("GET", "key"), parts("*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n"));
        assertEquals(List.of("SET", "", "a\r\nb"), parts("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\na\r\nb\r\n"));
        assertEquals(List.of(), parts("*0\r\n"));
        assertEquals(List.of(), parts("*-1\r\n"));
    }

    @Test
    void shouldCutAnInlineCommandAsRedisDoes()
    {
        assertEquals(List.of("GET", "key"), parts("  GET   key \r\n"));
        assertEquals(List.of("PING"), parts("PING\n"));
        assertEquals(List.of(), parts("\r\n"));
        assertEquals(List.of("SET", "a b", "c\n\u00ff"), parts("SET \"a b\" \"c\\n\\xff\"\r\n"));
        assertEquals(List.of("SET", "it's", ""), parts("SET 'it\\'s' ''\r\n"));
        assertTrue(!request.tryWrap(bytes("SET \"a\r\n"), 0, 8), "no closing quote");
        assertTrue(!request.tryWrap(bytes("SET \"a\"b\r\n"), 0, 10), "something behind a closing quote");
    }

    @Test
    void shouldSayWhatIsWrongAsRedisDoes()
    {
        assertFault(FrameFault.WRONG_COUNT, "invalid multibulk length", "*x\r\n");
        assertFault(FrameFault.WRONG_COUNT, "invalid multibulk length", "*\r\n");
        assertFault(FrameFault.WRONG_COUNT, "invalid multibulk length", "*1048577\r\n");
        assertFault(FrameFault.WRONG_COUNT, "invalid multibulk length", "*99999999999999999999\r\n");
        assertFault(FrameFault.WRONG_COUNT, "too big mbulk count string", "*" + "1".repeat(64));
        assertFault(FrameFault.WRONG_TYPE, "expected '$', got ':'", "*1\r\n:1\r\n");
        assertFault(FrameFault.WRONG_LENGTH, "invalid bulk length", "*1\r\n$-1\r\n");
        assertFault(FrameFault.WRONG_LENGTH, "invalid bulk length", "*1\r\n$\r\n");
        assertFault(FrameFault.WRONG_LENGTH, "invalid bulk length", "*1\r\n$1x\r\n");
        assertFault(FrameFault.WRONG_LENGTH, "too big bulk count string", "*1\r\n$" + "1".repeat(64));
        assertFault(FrameFault.FRAME_TOO_LONG, "invalid bulk length", "*1\r\n$1048576\r\n");
        assertFault(FrameFault.FRAME_TOO_LONG, "invalid bulk length", "*1\r\n$4294967296\r\n");
        assertFault(FrameFault.FRAME_TOO_LONG, "invalid multibulk length", "*1048576\r\n");
        assertFault(FrameFault.LINE_TOO_LONG, "too big inline request", "a".repeat(RespScanner.INLINE_LENGTH_MAX));
    }

    @Test
    void shouldSayHowMuchIsNeededAtLeast()
    {
        assertEquals(FrameScanner.INCOMPLETE, scan("*2\r\n$3\r\nGET\r\n$1000\r\n"));
        assertEquals(20 + 1000 + 2, progress.neededLength());
    }

    @Test
    void shouldFindTheSameRequestsHoweverTheyComeInPieces()
    {
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            findInPieces(seed, new Random(seed));
        }
    }

    private void findInPieces(final int seed, final Random random)
    {
        final ByteArrayOutputStream stream = new ByteArrayOutputStream();
        final List<List<String>> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++)
        {
            sent.add(putRequest(stream, random));
        }
        final byte[] all = stream.toByteArray();
        final List<List<String>> found = new ArrayList<>();
        final ScanProgress steps = new ScanProgress();
        int head = 0;
        for (int available = 1; available <= all.length; available += 1 + random.nextInt(9))
        {
            head = findWhole(all, head, available, steps, found);
        }
        head = findWhole(all, head, all.length, steps, found);
        assertEquals(all.length, head, "seed " + seed);
        assertEquals(sent, found, "seed " + seed);
    }

    private int findWhole(
        final byte[] all, final int from, final int limit, final ScanProgress steps, final List<List<String>> found)
    {
        int head = from;
        while (head < limit)
        {
            // What has not come yet must not be looked at, and it may lie anywhere.
            final ByteBuffer buffer = ByteBuffer.wrap(Arrays.copyOf(all, limit));
            final int length = scanner.scan(buffer, head, limit - head, LIMIT, steps);
            if (length == FrameScanner.INCOMPLETE)
            {
                assertTrue(steps.neededLength() > limit - head, "nothing more is needed");
                assertTrue(steps.neededLength() <= all.length - head, "more is needed than comes");
                return head;
            }
            assertTrue(length > 0, () -> "fault: " + scanner.faultText());
            assertTrue(request.tryWrap(buffer, head, length));
            final List<String> parts = new ArrayList<>();
            for (int i = 0; i < request.count(); i++)
            {
                parts.add(new String(request.bytes(i), StandardCharsets.ISO_8859_1));
            }
            found.add(parts);
            head += length;
        }
        return head;
    }

    private static List<String> putRequest(final ByteArrayOutputStream stream, final Random random)
    {
        final boolean isInline = random.nextInt(4) == 0;
        final List<String> parts = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        final int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++)
        {
            final byte[] part = new byte[isInline ? 1 + random.nextInt(5) : random.nextInt(30)];
            random.nextBytes(part);
            for (int at = 0; isInline && at < part.length; at++)
            {
                part[at] = (byte) ('a' + (part[at] & 15));
            }
            parts.add(new String(part, StandardCharsets.ISO_8859_1));
        }
        if (isInline)
        {
            text.append(String.join(" ", parts)).append("\r\n");
        }
        else
        {
            text.append('*').append(count).append("\r\n");
            parts.forEach((part) -> text.append('$').append(part.length()).append("\r\n").append(part).append("\r\n"));
        }
        stream.writeBytes(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        return parts;
    }

    @Test
    void shouldTakeNumbersAsStrictlyAsRedisDoes()
    {
        for (final String number : new String[]{ "0", "7", "-7", "9223372036854775807", "-9223372036854775808" })
        {
            parts("X " + number + "\r\n");
            assertTrue(request.tryNumber(1), number);
            assertEquals(Long.parseLong(number), request.number());
        }
        for (final String other : new String[]{ "+1", "01", "-0", "-", "1.0", "9223372036854775808", "x", "1x" })
        {
            parts("X " + other + "\r\n");
            assertTrue(!request.tryNumber(1), other);
        }
    }

    @Test
    void shouldFindEveryCommandByItsNameInAnyCase()
    {
        for (final RespCommand command : RespCommand.values())
        {
            parts(command.name() + "\r\n");
            assertEquals(command, RespCommand.find(request, 0));
            parts(command.text() + "\r\n");
            assertEquals(command, RespCommand.find(request, 0));
        }
        parts("GETS\r\n");
        assertEquals(null, RespCommand.find(request, 0));
    }
}
