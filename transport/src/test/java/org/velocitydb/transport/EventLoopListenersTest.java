package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.velocitydb.transport.TestFrames.frame;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.transport.network.NetworkException;
import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * A transport that listens at two addresses: for plain connections and TLS at one, for scanned frames at the other.
 */
class EventLoopListenersTest
{
    private static final int SCANNED_LENGTH = 5;
    private static final int SCANNED_VERSION = 9;

    private final RecordingHandler handler = new RecordingHandler()
    {
        @Override
        public FrameScanner scanner()
        {
            return new FixedScanner();
        }
    };

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3 })
    void shouldServePlainTlsAndScannedConnectionsSideBySide(final long seed) throws IOException
    {
        final byte[] plainFrame = frame(2, 1, 10);
        final byte[] tlsFrame = frame(2, 2, 20);
        final byte[] scannedFrame = { 1, 2, 3, 4, 5 };
        try (SimulatedTransport server = open(seed))
        {
            final SimulatedEndpoint scanned = server.network.connect(server.transport.scannedLocalAddress());
            final SimulatedEndpoint plain = server.connect();
            final TlsTestClient tls = new TlsTestClient(server.connect());
            tls.handshake(server);
            server.send(scanned, scannedFrame);
            server.send(plain, plainFrame);
            tls.write(tlsFrame, tlsFrame.length);
            server.until(() ->
            {
                tls.pump();
                return tls.receivedCount() == tlsFrame.length;
            });

            assertArrayEquals(tlsFrame, tls.received());
            assertArrayEquals(scannedFrame, server.receive(scanned, SCANNED_LENGTH));
            assertArrayEquals(plainFrame, server.receive(plain, plainFrame.length));
            assertEquals(1, server.counter(TransportCounter.TLS_HANDSHAKES));
            assertEquals(1, handler.sessions.stream()
                .filter((session) -> session.protocolVersion() == SCANNED_VERSION).count());
            scanned.close();
            plain.close();
            tls.endpoint.close();
            server.until(() -> server.transport.openCount() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2 })
    void shouldStopListeningAtBothAddressesAndServeThoseWhoAreThere(final long seed) throws IOException
    {
        final byte[] scannedFrame = { 5, 4, 3, 2, 1 };
        try (SimulatedTransport server = open(seed))
        {
            final SimulatedEndpoint scanned = server.network.connect(server.transport.scannedLocalAddress());
            final SimulatedEndpoint plain = server.connect();
            server.until(() -> server.transport.openCount() == 2);

            server.transport.stopAccepting();
            server.step();

            assertThrows(NetworkException.class, server::connect);
            assertThrows(
                NetworkException.class, () -> server.network.connect(server.transport.scannedLocalAddress()));
            server.send(scanned, scannedFrame);
            assertArrayEquals(scannedFrame, server.receive(scanned, SCANNED_LENGTH));
            scanned.close();
            plain.close();
            server.until(() -> server.transport.openCount() == 0);
        }
    }

    private SimulatedTransport open(final long seed)
    {
        final SimulatedTransport server = new SimulatedTransport(seed, handler);
        server.context.tls(TlsTestClient.settings(false))
            .scannedBindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return server.open();
    }

    /** Frames of one length. */
    private static final class FixedScanner implements FrameScanner
    {
        @Override
        public int protocolVersion()
        {
            return SCANNED_VERSION;
        }

        @Override
        public int scan(
            final ByteBuffer buffer,
            final int offset,
            final int available,
            final int frameLimit,
            final ScanProgress progress)
        {
            if (available < SCANNED_LENGTH)
            {
                progress.neededLength(SCANNED_LENGTH);
                return INCOMPLETE;
            }
            progress.reset();
            return SCANNED_LENGTH;
        }
    }
}
