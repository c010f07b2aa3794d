package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;

class TransportContextTest
{
    @Test
    void shouldConcludeWithItsDefaults()
    {
        final TransportContext context = context().conclude();

        assertEquals(65 * 1024 * 1024, context.maxFrameLength());
        assertEquals(0, context.timeouts().idleTimeoutNs());
    }

    @Test
    void shouldConcludeOnce()
    {
        final TransportContext context = context().conclude();

        assertThrows(IllegalStateException.class, context::conclude);
    }

    @Test
    void shouldQuoteRejectedValueWithItsName()
    {
        assertRejected("transport.loopCount must be at least 1: value=0", context -> context.loopCount(0));
        assertRejected(
            "transport.receiveBufferLength must be a power of two: value=5000",
            context -> context.receiveBufferLength(5_000));
        assertRejected(
            "transport.maxFrameLength must be at least 65536: value=1000", context -> context.maxFrameLength(1_000));
        assertRejected(
            "transport.bufferPoolBytes must be at least 204996608: value=1", context -> context.bufferPoolBytes(1));
        assertRejected(
            "transport.idleTimeoutNs must be at least 0: value=-1",
            context -> context.timeouts(new SessionTimeouts().idleTimeoutNs(-1)));
    }

    @Test
    void shouldNameWhatIsMissing()
    {
        final NullPointerException failure = assertThrows(
            NullPointerException.class, () -> new TransportContext().conclude());

        assertEquals("transport.bindAddress", failure.getMessage());
    }

    private static void assertRejected(final String message, final UnaryOperator<TransportContext> change)
    {
        final TransportContext context = change.apply(context());
        assertEquals(message, assertThrows(IllegalArgumentException.class, context::conclude).getMessage());
    }

    private static TransportContext context()
    {
        return new TransportContext().bindAddress(new InetSocketAddress(0))
            .errorHandler(Throwable::toString)
            .sessionHandlers(index -> new RecordingHandler());
    }
}
