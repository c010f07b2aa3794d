package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.server.config.TlsConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.tls.ServerCertificate;
import org.velocitydb.server.tls.TestAuthority;
import org.velocitydb.server.tls.TlsSetup;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.network.NioNetwork;

/**
 * Client certificates that end while a TLS session can still be resumed: the clock by which the node judges them is the
 * test's, that of TLS the machine's.
 */
@Timeout(120)
class CertificateNodeTest
{
    private static final int FRAME_LENGTH_MAX = 16 * 1024;

    @TempDir
    private Path directory;
    private volatile long nowMs = Instant.now().toEpochMilli();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @Test
    void shouldNotLogInWithASessionOfACertificateThatHasExpiredSince() throws Exception
    {
        final TestAuthority authority = new TestAuthority("Clients");
        final TestAuthority.Issued alice = authority.issue(directory, "CN=alice", "EC");
        final HostKey hostKey = HostKey.loadOrCreate(directory);
        final TlsConfig tls = TlsConfig.OFF.withMode(TlsConfig.Mode.REQUIRED)
            .withClientCa(authority.write(directory.resolve("clients.pem")))
            .withClientAuth(TlsConfig.ClientAuth.REQUIRED);
        final ServerCertificate certificate = TlsSetup.certificate(tls, hostKey);
        try (VelocityNode node = launch(new NodeContext().tls(TlsSetup.settings(tls, certificate))))
        {
            final SSLContext client = clientContext(alice, certificate.chain().get(0));
            final List<Long> sessions = new ArrayList<>();
            assertEquals("type " + MessageType.SERVER_HELLO, hello(node, client, sessions));
            assertEquals("type " + MessageType.SERVER_HELLO, hello(node, client, sessions));
            assertEquals(sessions.get(0), sessions.get(1), "the session was not resumed");

            nowMs = alice.parsed().getNotAfter().getTime();
            assertEquals("type " + MessageType.SERVER_HELLO, hello(node, client, sessions));
            nowMs++;
            final String refusal = hello(node, client, sessions);
            assertTrue(refusal.startsWith(
                ErrorCode.INVALID_CREDENTIALS + " client certificate has expired: subject=CN=alice"), refusal);
            assertEquals(sessions.get(0), sessions.get(3), "the session was not resumed");
        }
        assertEquals(List.of(), errors);
    }

    private VelocityNode launch(final NodeContext context)
    {
        return VelocityNode.launch(context
            .store(new StoreContext().storage(new FileStorage(directory.resolve("data"))).epochClock(() -> nowMs)
                .errorHandler(errors::add))
            .network(new NioNetwork())
            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .identity(new SteppedNode.FixedIdentity())
            .entropy((bytes) ->
            {
            })
            .users(UserDirectory.of(Map.of("alice", SteppedNode.anyPhc()), Set.of()))
            .passwordVerifier((phc, password) -> false)
            .errorHandler(errors::add));
    }

    private static SSLContext clientContext(final TestAuthority.Issued own, final X509Certificate trusted)
        throws Exception
    {
        final KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", own.privateKey(), new char[0], new X509Certificate[]{ own.parsed() });
        final KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(keys, new char[0]);
        final KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("server", trusted);
        final TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trust);
        final SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    /** Connects and greets; tells when the TLS session began, and what was answered. */
    private static String hello(final VelocityNode node, final SSLContext context, final List<Long> sessions)
        throws IOException
    {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(
            "127.0.0.1", node.localAddress().getPort()))
        {
            final ByteBuffer buffer = ByteBuffer.allocate(FRAME_LENGTH_MAX).order(ByteOrder.LITTLE_ENDIAN);
            final int limit = HelloRequest.put(
                buffer, FrameCodec.begin(buffer, 0, MessageType.HELLO, 1), new byte[32], new byte[0]);
            socket.getOutputStream().write(buffer.array(), 0, new FrameCodec(new Crc()).seal(buffer, 0, limit));
            final DataInputStream in = new DataInputStream(socket.getInputStream());
            final FrameDecoder decoder = FrameDecoder.ofResponses(new Crc(), FRAME_LENGTH_MAX);
            int length = 0;
            while (decoder.tryWrap(buffer, 0, length) != Fault.NONE)
            {
                final int count = in.read(buffer.array(), length, FRAME_LENGTH_MAX - length);
                assertNotEquals(-1, count, "closed without a word");
                length += count;
            }
            sessions.add(socket.getSession().getCreationTime());
            if (decoder.type() != MessageType.ERROR)
            {
                return "type " + decoder.type();
            }
            final ErrorMessage error = new ErrorMessage();
            assertEquals(Fault.NONE, error.tryWrap(buffer, decoder.messageOffset(), decoder.messageLength()));
            return error.code() + " " + error.text();
        }
    }
}
