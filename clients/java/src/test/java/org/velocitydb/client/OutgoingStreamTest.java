package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.Outcome;

/**
 * Which frames reach the connection, and what is known of those that do not.
 */
@Timeout(60)
class OutgoingStreamTest
{
    private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
    private static final long TIMEOUT_NS = 1_000_000_000L;

    private final HeldWire wire = new HeldWire();
    private final OutgoingStream stream = new OutgoingStream(wire, ex ->
    {
        throw new UncheckedIOException(ex);
    });

    @Test
    void shouldNotSendWhatWasGivenUpBeforeItHadAPlace() throws IOException
    {
        wire.letGo();
        final PendingRequest<WriteAnswer> request = newWrite();
        assertTrue(request.withdraw());

        stream.send(ByteBuffer.allocate(100), request, true);
        stream.send(ByteBuffer.allocate(7), null, true);

        assertEquals(7, wire.written.get());
        assertEquals(Outcome.NOT_DONE, request.outcomeWhenLate());
        assertEquals(Outcome.NOT_DONE, request.outcomeWhenLost(stream.handedOverPosition()));
    }

    @Test
    void shouldNotGiveUpWithoutADoubtWhatHasAPlace() throws IOException
    {
        wire.letGo();
        final PendingRequest<WriteAnswer> request = newWrite();
        stream.send(ByteBuffer.allocate(100), request, true);

        assertFalse(request.withdraw());
        assertEquals(Outcome.UNKNOWN, request.outcomeWhenLate());
        assertEquals(Outcome.UNKNOWN, request.outcomeWhenLost(stream.handedOverPosition()));
    }

    @Test
    void shouldLetGoOfWhoeverWaitsForRoomWhenTheRequestIsGivenUp() throws Exception
    {
        final Thread writer = start(ByteBuffer.allocate(1), null);
        wire.begun.await();
        stream.send(ByteBuffer.allocate(Limits.DEFAULT_MAX_FRAME_LENGTH), null, true);
        final PendingRequest<WriteAnswer> request = newWrite();
        final Thread sender = start(ByteBuffer.allocate(100), request);
        awaitWaiting(sender);

        assertTrue(request.withdraw());
        stream.onWithdrawn();
        sender.join();
        wire.letGo();
        writer.join();

        assertEquals(1 + Limits.DEFAULT_MAX_FRAME_LENGTH, wire.written.get());
    }

    @Test
    void shouldHandNothingOverOnceItIsClosedSoThatWhatHasNotGoneIsNotDone() throws Exception
    {
        final PendingRequest<WriteAnswer> gone = newWrite();
        final Thread writer = start(ByteBuffer.allocate(1), gone);
        wire.begun.await();
        final PendingRequest<WriteAnswer> gathered = newWrite();
        stream.send(ByteBuffer.allocate(100), gathered, true);

        stream.close();
        wire.letGo();
        writer.join();

        assertEquals(1, wire.written.get());
        assertEquals(Outcome.UNKNOWN, gone.outcomeWhenLost(stream.handedOverPosition()));
        assertEquals(Outcome.NOT_DONE, gathered.outcomeWhenLost(stream.handedOverPosition()));
        assertThrows(ClosedChannelException.class, () -> stream.send(ByteBuffer.allocate(1), newWrite(), true));
    }

    @Test
    void shouldLetGoOfWhoeverWaitsForRoomWhenItIsClosed() throws Exception
    {
        final Thread writer = start(ByteBuffer.allocate(1), null);
        wire.begun.await();
        stream.send(ByteBuffer.allocate(Limits.DEFAULT_MAX_FRAME_LENGTH), null, true);
        final Thread sender = start(ByteBuffer.allocate(100), newWrite());
        awaitWaiting(sender);

        stream.close();

        sender.join();
        wire.letGo();
        writer.join();
        assertEquals(1, wire.written.get());
    }

    @Test
    void shouldBeClosedByAWriteThatFails()
    {
        wire.failure = new IllegalStateException("no memory for it");
        wire.letGo();

        assertThrows(IOException.class, () -> stream.send(ByteBuffer.allocate(1), newWrite(), true));
        assertThrows(ClosedChannelException.class, () -> stream.send(ByteBuffer.allocate(1), newWrite(), true));
    }

    private static PendingRequest<WriteAnswer> newWrite()
    {
        return new PendingRequest<>(
            1, new WriteRequest().put(KEY, KEY).message(), new Answers.Write(), TIMEOUT_NS,
            System.nanoTime() + TIMEOUT_NS);
    }

    private Thread start(final ByteBuffer frame, final PendingRequest<?> request)
    {
        final Thread thread = new Thread(() ->
        {
            try
            {
                stream.send(frame, request, true);
            }
            catch (final IOException ignored)
            {
                // Closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitWaiting(final Thread thread)
    {
        while (thread.getState() != Thread.State.WAITING)
        {
            assertTrue(thread.isAlive(), "it does not wait");
            Thread.onSpinWait();
        }
    }

    /** Takes nothing until it is let go, then everything. */
    private static final class HeldWire implements Wire
    {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch isFree = new CountDownLatch(1);
        private final AtomicLong written = new AtomicLong();
        private RuntimeException failure;

        void letGo()
        {
            isFree.countDown();
        }

        @Override
        public int read(final ByteBuffer dst)
        {
            return -1;
        }

        @Override
        public void write(final ByteBuffer src) throws IOException
        {
            begun.countDown();
            try
            {
                isFree.await();
            }
            catch (final InterruptedException ex)
            {
                throw new IOException(ex);
            }
            if (failure != null)
            {
                throw failure;
            }
            written.addAndGet(src.remaining());
            src.position(src.limit());
        }

        @Override
        public InetAddress remoteAddress()
        {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public boolean isSecure()
        {
            return false;
        }

        @Override
        public String fingerprint()
        {
            return null;
        }

        @Override
        public void close()
        {
            // Nothing is open.
        }
    }
}
