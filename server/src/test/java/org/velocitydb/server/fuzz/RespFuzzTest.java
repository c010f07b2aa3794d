package org.velocitydb.server.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.server.resp.GlobPattern;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.resp.RespScanner;
import org.velocitydb.transport.FrameScanner;
import org.velocitydb.transport.ScanProgress;

/**
 * Whatever comes at the port of the Redis protocol, it is cut into requests, waited for or refused: nothing is thrown,
 * nothing read beyond what has come (the arrays end there), and no part lies outside of its request. The bytes come all
 * at once and one by one, with the same outcome.
 */
class RespFuzzTest
{
    private static final int LENGTH_MAX = 64 * 1024;

    @FuzzTest(maxDuration = "30s")
    void shouldCutOrRefuseAnyStream(final byte[] data)
    {
        final long atOnce = cut(data, data.length);
        final long oneByOne = cut(data, 1);
        assertTrue(atOnce == oneByOne, () -> "all at once: " + atOnce + ", one by one: " + oneByOne);
    }

    /** The number of requests and, where the stream was refused, so. */
    private static long cut(final byte[] data, final int stepLength)
    {
        final RespScanner scanner = new RespScanner();
        final ScanProgress progress = new ScanProgress();
        long requestCount = 0;
        int head = 0;
        for (int limit = Math.min(stepLength, data.length); limit <= data.length; limit += stepLength)
        {
            while (head < limit)
            {
                final ByteBuffer buffer = ByteBuffer.wrap(Arrays.copyOf(data, limit));
                final int length = scanner.scan(buffer, head, limit - head, LENGTH_MAX, progress);
                if (length < 0)
                {
                    return -requestCount - 1;
                }
                if (length == FrameScanner.INCOMPLETE)
                {
                    assertTrue(progress.neededLength() > limit - head, "it would wait for nothing");
                    break;
                }
                walk(buffer, head, length);
                head += length;
                requestCount++;
            }
            if (stepLength >= data.length)
            {
                break;
            }
        }
        return requestCount;
    }

    private static void walk(final ByteBuffer buffer, final int offset, final int length)
    {
        final RespRequest request = new RespRequest();
        if (!request.tryWrap(buffer, offset, length) || request.count() == 0)
        {
            return;
        }
        RespCommand.find(request, 0);
        for (int part = 0; part < request.count(); part++)
        {
            request.tryNumber(part);
            final byte[] bytes = request.bytes(part);
            new GlobPattern(bytes).matches(new UnsafeBuffer(bytes), 0, Math.min(bytes.length, 64));
        }
    }
}
