package org.velocitydb.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.protocol.aeron.ConnectMessage;
import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.Listener;
import org.velocitydb.transport.network.Poller;

/**
 * Connections of an endpoint over IPC, polled by the test, with clients that do as the test says.
 */
@Timeout(300)
class AeronConnectionTest
{
    private static final int STREAM_ID = 7;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path parent;
    private final AtomicLong nowNs = new AtomicLong(1);
    private final List<Throwable> errors = new ArrayList<>();
    private final List<AutoCloseable> resources = new ArrayList<>();
    private AeronEndpoint endpoint;
    private Poller poller;
    private Listener listener;
    private Aeron aeron;

    @BeforeEach
    void before()
    {
        final Path directory = parent.resolve("driver");
        endpoint = AeronEndpoint.open(new AeronContext()
            .directory(directory)
            .isIpc(true)
            .streamId(STREAM_ID)
            .clientLivenessTimeoutNs(TimeUnit.MINUTES.toNanos(2))
            .nanoClock(nowNs::get)
            .errorHandler(errors::add));
        poller = endpoint.newPoller();
        listener = endpoint.listen(endpoint.address());
        poller.register(listener, listener);
        aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(directory.toString())
            .errorHandler((ex) ->
            {
            }));
    }

    @AfterEach
    void after()
    {
        CloseHelper.closeAll(resources);
        CloseHelper.closeAll(aeron, endpoint);
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldTakeABoundedNumberOfMessagesAtATime() throws IOException
    {
        final Client client = new Client(1);
        final AeronConnection connection = client.connect();
        final UnsafeBuffer nothing = new UnsafeBuffer(new byte[0]);
        final int sentCount = AeronConnection.FRAGMENTS_MAX + 10;
        for (int i = 0; i < sentCount; i++)
        {
            await(() -> client.requests.offer(nothing) > 0);
        }
        client.send(new byte[]{ 42 });
        final ByteBuffer room = ByteBuffer.allocate(10);

        assertEquals(0, connection.read(room));
        assertEquals(Poller.READ, connection.readyOps());
        assertEquals(1, connection.read(room));
        assertEquals(Poller.NONE, connection.readyOps());
    }

    @Test
    void shouldReadMessagesOfAnyLengthIntoBuffersOfAnyLength() throws IOException
    {
        final Client client = new Client(1);
        final AeronConnection connection = client.connect();
        final SplittableRandom random = new SplittableRandom(7);
        final byte[] sent = new byte[600 * 1024];
        random.nextBytes(sent);
        final ByteBuffer received = ByteBuffer.allocate(sent.length);
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        for (int from = 0; received.hasRemaining();)
        {
            assertTrue(deadlineNs - System.nanoTime() > 0, () -> "stuck: received=" + received.position());
            final int length = Math.min(sent.length - from, random.nextInt(client.requests.maxPayloadLength()));
            if (length > 0 && client.requests.offer(new UnsafeBuffer(sent, from, length)) > 0)
            {
                from += length;
            }
            // As a loop does: a term ends in padding, and who is not told of that never gets past it.
            if (connection.readyOps() == Poller.READ)
            {
                final ByteBuffer room = ByteBuffer.allocate(random.nextInt(5_000));
                connection.read(room);
                received.put(room.flip());
            }
            aeronWork();
        }
        assertArrayEquals(sent, received.array());
    }

    @Test
    void shouldReadWhatCameBeforeTheEndAndThenTheEnd() throws IOException
    {
        final Client client = new Client(1);
        final AeronConnection connection = client.connect();
        client.send(new byte[]{ 1, 2, 3 });
        client.requests.close();
        final ByteBuffer room = ByteBuffer.allocate(2);

        await(() -> connection.readyOps() == Poller.READ);
        assertEquals(2, connection.read(room));
        assertEquals(1, connection.read(room.clear()));
        // Aeron is not polled, so nothing but the stream tells of its end.
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (connection.readyOps() == Poller.NONE)
        {
            assertTrue(deadlineNs - System.nanoTime() > 0, "the end is not told");
            Thread.yield();
        }
        assertEquals(Connection.END_OF_STREAM, connection.read(room.clear()));
    }

    @Test
    void shouldWriteWhatThereIsRoomForAndTheRestWhenTheClientHasRead() throws IOException
    {
        final Client client = new Client(1);
        final AeronConnection connection = client.connect();
        final byte[] sent = new byte[1024 * 1024];
        new SplittableRandom(8).nextBytes(sent);
        final ByteBuffer rest = ByteBuffer.wrap(sent);

        final int first = connection.write(rest);
        assertTrue(first > 0 && first < sent.length, "written at once: " + first);
        assertEquals(0, connection.write(rest));
        connection.interest(Poller.READ | Poller.WRITE);
        assertEquals(Poller.NONE, connection.readyOps());

        while (client.received.position() < sent.length)
        {
            client.receive();
            if (connection.readyOps() == Poller.WRITE)
            {
                connection.write(rest);
            }
            aeronWork();
        }
        assertArrayEquals(sent, Arrays.copyOf(client.received.array(), sent.length));
    }

    @Test
    void shouldFailToWriteToAClientThatTakesPartNoMore() throws IOException
    {
        final Client client = new Client(1);
        final AeronConnection connection = client.connect();
        while (connection.write(ByteBuffer.allocate(10_000)) > 0)
        {
            aeronWork();
        }
        connection.interest(Poller.WRITE);
        client.answers.close();

        await(() -> connection.readyOps() == Poller.WRITE);

        final IOException failure = assertThrows(IOException.class, () -> connection.write(ByteBuffer.allocate(1)));
        assertTrue(failure.getMessage().contains("takes part no more"), failure::getMessage);
    }

    @Test
    void shouldFailToWriteWhenAeronHasClosedThePublication() throws IOException
    {
        final AeronConnection connection = new Client(1).connect();
        connection.interest(Poller.WRITE);
        connection.shutdownOutput();

        assertEquals(Poller.WRITE, connection.readyOps());
        final IOException failure = assertThrows(IOException.class, () -> connection.write(ByteBuffer.allocate(1)));
        assertTrue(failure.getMessage().contains("has closed the publication"), failure::getMessage);
    }

    @Test
    void shouldFailToWriteWhereTheStreamOfAnswersHasReachedItsEnd() throws IOException
    {
        final Subscription answers = keep(aeron.addSubscription("aeron:ipc", 99));
        final ExclusivePublication atEnd = keep(aeron.addExclusivePublication(
            "aeron:ipc?term-length=64k|init-term-id=0|term-id=2147483647|term-offset=65472", 99));
        await(() -> answers.imageCount() == 1 && atEnd.isConnected());
        final AeronConnection connection = new AeronConnection(
            answers.imageAtIndex(0), atEnd, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

        final IOException failure = assertThrows(IOException.class, () ->
        {
            for (int i = 0; i < 100_000; i++)
            {
                connection.write(ByteBuffer.allocate(1_000));
                aeronWork();
            }
        });

        assertTrue(failure.getMessage().contains("has reached its end"), failure::getMessage);
    }

    @Test
    void shouldTellAClientThatGoesOnThatItsConnectionIsClosed() throws IOException
    {
        final Client client = new Client(1);
        final AeronConnection connection = client.connect();

        connection.close();

        await(() -> !client.requests.isConnected());
        assertEquals(Publication.NOT_CONNECTED, client.requests.offer(new UnsafeBuffer(new byte[1])));
        await(() -> client.answers.hasNoImages() || client.answers.imageAtIndex(0).isEndOfStream());
        assertTrue(connection.isClosed());
    }

    @Test
    void shouldTurnAwayWhoeverAsksForAnswersThatSomebodyElseGets() throws IOException
    {
        final Client client = new Client(1);
        final AeronConnection connection = client.connect();
        final Client second = new Client(1);
        second.send(second.message());

        await(() -> endpoint.refusedCount() == 1 && !second.requests.isConnected());

        assertNull(listener.accept());
        connection.write(ByteBuffer.wrap(new byte[]{ 5 }));
        await(() -> client.receive() == 1);
    }

    @Test
    void shouldTurnAwayWhoeverIsNotAtTheBeginningOrAsksForAnswersOverUdp()
    {
        final ExclusivePublication inTheMiddle = keep(aeron.addExclusivePublication(
            "aeron:ipc?term-length=64k|init-term-id=0|term-id=1|term-offset=64", STREAM_ID));
        await(() -> endpoint.refusedCount() == 1 && !inTheMiddle.isConnected());

        final Client client = new Client(1);
        client.send(bytes(new ConnectMessage(1, 1, 40_000)));
        await(() -> endpoint.refusedCount() == 2 && !client.requests.isConnected());
    }

    @Test
    void shouldGiveUpAClientThatNeverSaysWhereTheAnswersAreToGo()
    {
        final Client silent = new Client(1);
        await(silent.requests::isConnected);
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(9));
        aeronWork();
        assertTrue(silent.requests.isConnected());

        await(() ->
        {
            nowNs.addAndGet(TimeUnit.SECONDS.toNanos(2));
            return endpoint.refusedCount() == 1;
        });
    }

    @Test
    void shouldGiveTheClientsThatCameFirstTheirTimeAndThenMakeRoomForOthers() throws IOException
    {
        final List<Client> silent = new ArrayList<>();
        for (int i = 0; i < AeronLink.ARRIVALS_MAX; i++)
        {
            silent.add(new Client(100 + i));
        }
        await(() -> silent.stream().allMatch((client) -> client.requests.isConnected()));
        final Client tooMany = new Client(1);
        await(() -> endpoint.refusedCount() == 1);
        await(() -> !tooMany.requests.isConnected());

        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(2));
        new Client(2).connect().close();

        assertEquals(2, endpoint.refusedCount());
        await(() -> !silent.get(0).requests.isConnected());
        assertTrue(silent.get(1).requests.isConnected());
        silent.get(1).send(silent.get(1).message());
        await(() -> !silent.get(1).answers.hasNoImages());
    }

    @Test
    void shouldTurnEverybodyAwayOnceItListensNoMoreButLeaveConnectionsAlone() throws IOException
    {
        final Client client = new Client(1);
        final AeronConnection connection = client.connect();

        listener.close();

        final Client late = new Client(2);
        await(() -> endpoint.refusedCount() == 1 && !late.requests.isConnected());
        client.send(new byte[]{ 1 });
        await(() -> connection.readyOps() == Poller.READ);
        assertFalse(connection.isClosed());
    }

    private void aeronWork()
    {
        poller.poll((attachment, readyOps) ->
        {
        });
    }

    private void await(final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean())
        {
            if (deadlineNs - System.nanoTime() < 0)
            {
                throw new AssertionError("not so in time, refused=" + endpoint.refusedCount());
            }
            aeronWork();
            Thread.yield();
        }
    }

    private <T extends AutoCloseable> T keep(final T resource)
    {
        resources.add(resource);
        return resource;
    }

    private static byte[] bytes(final ConnectMessage message)
    {
        final byte[] bytes = new byte[ConnectMessage.LENGTH];
        message.encode().get(bytes);
        return bytes;
    }

    /** With a stream and a session of one number. */
    private final class Client
    {
        private final int id;
        private final Subscription answers;
        private final ExclusivePublication requests;
        private final ByteBuffer received = ByteBuffer.allocate(2 * 1024 * 1024);
        private final FragmentHandler onAnswer;

        Client(final int id)
        {
            this.id = id;
            answers = keep(aeron.addSubscription("aeron:ipc?session-id=" + id, id));
            requests = keep(aeron.addExclusivePublication("aeron:ipc?term-length=256k", STREAM_ID));
            onAnswer = (buffer, offset, length, header) ->
            {
                buffer.getBytes(offset, received, length);
            };
        }

        byte[] message()
        {
            return bytes(new ConnectMessage(id, id, ConnectMessage.NO_PORT));
        }

        AeronConnection connect() throws IOException
        {
            send(message());
            await(() -> !answers.hasNoImages());
            final List<Connection> accepted = new ArrayList<>();
            await(() ->
            {
                accepted.add(accept());
                return accepted.get(accepted.size() - 1) != null;
            });
            final Connection connection = accepted.get(accepted.size() - 1);
            poller.register(connection, connection);
            return (AeronConnection) connection;
        }

        private Connection accept()
        {
            try
            {
                return listener.accept();
            }
            catch (final IOException ex)
            {
                throw new AssertionError(ex);
            }
        }

        void send(final byte[] message)
        {
            final UnsafeBuffer buffer = new UnsafeBuffer(message);
            await(() -> requests.offer(buffer) > 0);
        }

        int receive()
        {
            return answers.poll(onAnswer, 10);
        }
    }
}
