package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.FingerprintChangedException;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.client.VersionedValue;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.server.config.BindAddress;
import org.velocitydb.server.config.TlsConfig;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.tls.TestAuthority;
import org.velocitydb.server.tls.TlsFileException;
import org.velocitydb.server.tls.TlsSetup;
import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.UserDirectory;

/**
 * A whole server that speaks TLS, on threads of its own.
 */
@Timeout(120)
class TlsServerTest
{
    private static final Argon2Phc HASH = Argon2Phc.hash("secret123".getBytes(StandardCharsets.UTF_8),
        new SecureRandom());
    private static final TlsConfig REQUIRED = TlsConfig.OFF.withMode(TlsConfig.Mode.REQUIRED);
    private static final TlsConfig OPTIONAL = TlsConfig.OFF.withMode(TlsConfig.Mode.OPTIONAL);

    @TempDir
    private Path directory;
    private RunningServer server;

    @AfterEach
    void after()
    {
        if (server != null)
        {
            server.close();
        }
    }

    // --- who speaks ---

    @Test
    void shouldServeOverTlsAndShowTheHostKeysFingerprint()
    {
        launch(REQUIRED);
        try (VelocityClient client = VelocityClient.connect(options().tls()))
        {
            client.authenticate("alice", "secret123");
            client.insert("user:1", "alice");

            assertEquals("alice", client.select("user:1").orElseThrow());
            assertEquals(HostKey.load(directory).fingerprint(), client.fingerprint());
        }
        assertTrue(knownServers().endsWith(HostKey.load(directory).fingerprint()), knownServers());
    }

    @Test
    void shouldTellAPeerWithoutTlsThatItIsRequired()
    {
        launch(REQUIRED);

        final VelocityException refusal = assertThrows(
            VelocityException.class, () -> VelocityClient.connect(options()));

        assertEquals(ErrorCode.UNSUPPORTED, cause(refusal).code());
        assertTrue(cause(refusal).getMessage().contains("TLS only"), refusal.getMessage());
    }

    @Test
    void shouldServePeersWithAndWithoutTlsAtOnce()
    {
        launch(OPTIONAL);
        try (VelocityClient plain = VelocityClient.connect(options());
            VelocityClient encrypted = VelocityClient.connect(options().tls()))
        {
            plain.authenticate("alice", "secret123");
            encrypted.authenticate("alice", "secret123");
            plain.insert("k", "v");

            assertEquals("v", encrypted.select("k").orElseThrow());
            assertEquals(plain.fingerprint(), encrypted.fingerprint());
        }
    }

    @Test
    void shouldRefuseOlderTlsAndGoOnServing() throws Exception
    {
        launch(REQUIRED);
        try (VelocityClient client = VelocityClient.connect(options().tls()))
        {
            client.authenticate("alice", "secret123");
            for (final String protocol : List.of("TLSv1.2", "TLSv1.3"))
            {
                try (SSLSocket socket = trustingSocket(protocol))
                {
                    if (protocol.equals("TLSv1.2"))
                    {
                        assertThrows(SSLException.class, socket::startHandshake);
                    }
                    else
                    {
                        socket.startHandshake();
                        assertEquals(protocol, socket.getSession().getProtocol());
                    }
                }
            }
            client.insert("k", "v");
            assertEquals("1", stat(client, "tls_failures"));
            assertEquals("1", stat(client, "closed_tls_failed"));
        }
    }

    @Test
    void shouldOutliveTruncatedHandshakesAndGarbage() throws Exception
    {
        launch(REQUIRED);
        try (VelocityClient client = VelocityClient.connect(options().tls()))
        {
            client.authenticate("alice", "secret123");
            final List<byte[]> openings = List.of(
                new byte[]{ 0x16 },
                HexFormat.of().parseHex("1603010200010001fc0303"),
                HexFormat.of().parseHex("160301ffff"),
                HexFormat.of().parseHex("1603010005" + "0100000100"),
                HexFormat.of().parseHex("16030100050000000000"),
                HexFormat.of().parseHex("16030100020100"));
            for (final byte[] opening : openings)
            {
                try (Socket socket = new Socket("127.0.0.1", server.localAddress().getPort()))
                {
                    socket.getOutputStream().write(opening);
                    socket.shutdownOutput();
                    readToEnd(socket);
                }
            }
            client.insert("k", "v");
            assertEquals(Integer.toString(openings.size()), stat(client, "tls_failures"));
        }
    }

    // --- what is said ---

    @Test
    void shouldCarryLongValuesAcrossRecords()
    {
        launch(REQUIRED);
        final byte[] value = new byte[9_000_001];
        new Random(1).nextBytes(value);
        try (VelocityClient client = VelocityClient.connect(options().tls()))
        {
            client.authenticate("alice", "secret123");
            client.put(bytes("long"), value);

            assertArrayEquals(value, client.get(bytes("long")).orElseThrow().value());
        }
    }

    @Test
    void shouldAnswerManySmallRequestsThatWereSentAtOnce() throws Exception
    {
        launch(REQUIRED);
        try (VelocityClient client = VelocityClient.connect(options().tls()))
        {
            client.authenticate("alice", "secret123");
            final List<CompletableFuture<?>> writes = new ArrayList<>();
            for (int i = 0; i < 5_000; i++)
            {
                writes.add(client.async().put(bytes("k" + i), bytes("v" + i)));
            }
            CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).get();
            final List<CompletableFuture<java.util.Optional<VersionedValue>>> reads = new ArrayList<>();
            for (int i = 0; i < 5_000; i++)
            {
                reads.add(client.async().get(bytes("k" + i)));
            }
            for (int i = 0; i < 5_000; i++)
            {
                assertArrayEquals(bytes("v" + i), reads.get(i).get().orElseThrow().value());
            }
        }
    }

    /** What an idle client sends is the answer to the server's PING and nothing else. */
    @Test
    void shouldAnswerPingsWhileIdleWithAndWithoutTls()
    {
        launch(VelocityConfig.parse("test", "[server]\nping_interval = \"1s\"\n"), OPTIONAL);
        try (VelocityClient plain = VelocityClient.connect(options());
            VelocityClient encrypted = VelocityClient.connect(options().tls());
            VelocityClient operator = VelocityClient.connect(options()))
        {
            plain.authenticate("alice", "secret123");
            encrypted.authenticate("alice", "secret123");
            operator.authenticate("admin", "secret123");
            final List<Integer> before = framesOfOthers(operator);
            List<Integer> now = before;
            while (now.stream().anyMatch((frames) -> frames < before.get(0) + 3))
            {
                now = framesOfOthers(operator);
                assertEquals(2, now.size());
            }
            plain.insert("k", "v");
            assertEquals("v", encrypted.select("k").orElseThrow());
            assertEquals("0", stat(operator, "closed_ping_timeout"));
        }
    }

    private static List<Integer> framesOfOthers(final VelocityClient operator)
    {
        final QueryResult connections = operator.query("SHOW CONNECTIONS");
        final int user = connections.columns().indexOf("user");
        final int frames = connections.columns().indexOf("requests");
        return connections.rows().stream()
            .filter((row) -> row.text(user).equals("alice"))
            .map((row) -> Integer.parseInt(row.text(frames)))
            .toList();
    }

    // --- who the server is ---

    @Test
    void shouldRefuseAServerWhoseKeyHasChanged()
    {
        launch(REQUIRED);
        VelocityClient.connect(options().tls()).close();
        final String before = knownServers().split(" ")[1];
        rewriteKnownServers(line -> line.replace(before, "0123456789abcdef".repeat(4)));

        final FingerprintChangedException refusal = assertThrows(
            FingerprintChangedException.class, () -> VelocityClient.connect(options().tls()));

        assertEquals(before, refusal.found());
        assertTrue(refusal.getMessage().contains("remove that line"), refusal.getMessage());
        assertThrows(
            FingerprintChangedException.class,
            () -> VelocityClient.connect(options().tls().trustFingerprint("0123456789abcdef".repeat(4))));
        VelocityClient.connect(options().tls().trustFingerprint(before)).close();
    }

    @Test
    void shouldShowItsOwnCertificateOfAnyKind()
    {
        final TestAuthority authority = new TestAuthority("Test Authority");
        final Path authorities = authority.write(directory.resolve("ca.pem"));
        for (final String algorithm : List.of("Ed25519", "EC", "RSA"))
        {
            final TestAuthority.Issued own = authority.issue(directory, "CN=db.example", algorithm);
            final TlsConfig tls = REQUIRED.withCertificate(own.certificate()).withKey(own.key());
            launch(tls);
            try (VelocityClient client = VelocityClient.connect(options().trustAuthorities(authorities)))
            {
                assertEquals(
                    TlsSetup.certificate(tls, HostKey.load(directory)).fingerprint(), client.fingerprint(), algorithm);
            }
            VelocityClient.connect(options().tls().knownServers(directory.resolve(algorithm))).close();
            server.close();
        }
    }

    @Test
    void shouldRefuseAServerThatOthersVouchForOrThatHasAnotherName()
    {
        final TestAuthority authority = new TestAuthority("Test Authority");
        final Path authorities = authority.write(directory.resolve("ca.pem"));
        final Path others = new TestAuthority("Another Authority").write(directory.resolve("other.pem"));
        final TestAuthority.Issued own = authority.issue(directory, "CN=db.example", "EC");
        launch(REQUIRED.withCertificate(own.certificate()).withKey(own.key()));

        final VelocityException foreign = assertThrows(
            VelocityException.class, () -> VelocityClient.connect(options().trustAuthorities(others)));
        final VelocityException misnamed = assertThrows(
            VelocityException.class, () -> VelocityClient.connect(ClientOptions
                .of("localhost:" + server.localAddress().getPort()).trustAuthorities(authorities)));

        assertEquals(ErrorCode.NOT_AUTHENTICATED, foreign.code());
        assertTrue(foreign.getMessage().contains("CN=db.example"), foreign.getMessage());
        assertEquals(ErrorCode.NOT_AUTHENTICATED, misnamed.code());
    }

    @Test
    void shouldNotStartWithACertificateThatCannotServe() throws IOException
    {
        final TestAuthority authority = new TestAuthority("Test Authority");
        final TestAuthority.Issued own = authority.issue(directory, "CN=db.example", "EC");
        final TestAuthority.Issued other = authority.issue(directory, "CN=db.example", "EC");
        final TestAuthority.Issued expired = authority.issue(
            directory, "CN=db.example", "EC", Instant.now().minus(1, ChronoUnit.DAYS));
        final Path empty = Files.createFile(directory.resolve("empty"));

        assertRefused("does not belong", REQUIRED.withCertificate(own.certificate()).withKey(other.key()));
        assertRefused("has expired", REQUIRED.withCertificate(expired.certificate()).withKey(expired.key()));
        assertRefused("no private key", REQUIRED.withCertificate(own.certificate()).withKey(own.certificate()));
        assertRefused("no certificate", REQUIRED.withCertificate(empty).withKey(own.key()));
        assertRefused("no such file", REQUIRED.withCertificate(directory.resolve("none")).withKey(own.key()));
    }

    // --- who the client is ---

    @Test
    void shouldLogInTheUserThatTheCertificateNames()
    {
        final TestAuthority authority = new TestAuthority("Client Authority");
        launch(withClients(authority, TlsConfig.ClientAuth.REQUIRED));
        final TestAuthority.Issued alice = authority.issue(directory, "O=Example,CN=alice", "EC");

        try (VelocityClient client = VelocityClient.connect(
            options().certificate(alice.certificate(), alice.key())))
        {
            client.insert("k", "v");

            assertEquals("v", client.select("k").orElseThrow());
        }
    }

    @Test
    void shouldLetAPasswordDoWhereCertificatesAreOptional()
    {
        final TestAuthority authority = new TestAuthority("Client Authority");
        launch(withClients(authority, TlsConfig.ClientAuth.OPTIONAL));

        try (VelocityClient client = VelocityClient.connect(options().tls()))
        {
            client.authenticate("alice", "secret123");
            client.insert("k", "v");
        }
    }

    @Test
    void shouldRefuseCertificatesThatAreExpiredOrForeignOrMissingAndGoOnServing()
    {
        final TestAuthority authority = new TestAuthority("Client Authority");
        launch(withClients(authority, TlsConfig.ClientAuth.REQUIRED));
        final TestAuthority.Issued alice = authority.issue(directory, "CN=alice", "Ed25519");
        final TestAuthority.Issued expired = authority.issue(
            directory, "CN=alice", "EC", Instant.now().minus(1, ChronoUnit.DAYS));
        final TestAuthority.Issued foreign = new TestAuthority("Client Authority").issue(directory, "CN=alice", "EC");
        try (VelocityClient client = VelocityClient.connect(options().certificate(alice.certificate(), alice.key())))
        {
            for (final TestAuthority.Issued bad : List.of(expired, foreign))
            {
                assertThrows(
                    VelocityException.class,
                    () -> VelocityClient.connect(options().certificate(bad.certificate(), bad.key())));
            }
            assertThrows(VelocityException.class, () -> VelocityClient.connect(options().tls()));
            client.insert("k", "v");
            assertEquals("3", stat(client, "tls_failures"));
        }
    }

    @Test
    void shouldRefuseACertificateThatNamesNoUserOrADisabledOne()
    {
        final TestAuthority authority = new TestAuthority("Client Authority");
        launch(withClients(authority, TlsConfig.ClientAuth.OPTIONAL));
        for (final String subject : List.of("CN=mallory", "CN=disabled", "O=alice", "CN=ALICE", "CN=alice\\,CN=bob"))
        {
            final TestAuthority.Issued bad = authority.issue(directory, subject, "EC");

            final VelocityException refusal = assertThrows(
                VelocityException.class,
                () -> VelocityClient.connect(options().certificate(bad.certificate(), bad.key())), subject);

            assertEquals(ErrorCode.INVALID_CREDENTIALS, refusal.code(), subject);
        }
    }

    private TlsConfig withClients(final TestAuthority authority, final TlsConfig.ClientAuth clientAuth)
    {
        return REQUIRED.withClientCa(authority.write(directory.resolve("clients.pem"))).withClientAuth(clientAuth);
    }

    private void assertRefused(final String words, final TlsConfig tls)
    {
        final TlsFileException refusal = assertThrows(TlsFileException.class, () -> launch(tls));
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
    }

    private void launch(final TlsConfig tls)
    {
        launch(VelocityConfig.builder().build(), tls);
    }

    private void launch(final VelocityConfig base, final TlsConfig tls)
    {
        final VelocityConfig config = base.toBuilder()
            .server(base.server().withBind(BindAddress.parse("127.0.0.1:0")).withDataDir(directory))
            .tls(tls)
            .users(UserDirectory.of(Map.of("alice", HASH, "admin", HASH), Set.of("disabled")))
            .build();
        server = RunningServer.launch(config, HostKey.loadOrCreate(directory), directory.resolve("velocity.toml"),
            () -> config);
    }

    private ClientOptions options()
    {
        return ClientOptions.of("127.0.0.1:" + server.localAddress().getPort())
            .knownServers(directory.resolve("known_servers"));
    }

    private String knownServers()
    {
        try
        {
            return Files.readString(directory.resolve("known_servers")).strip();
        }
        catch (final IOException ex)
        {
            throw new AssertionError(ex);
        }
    }

    private void rewriteKnownServers(final UnaryOperator<String> change)
    {
        try
        {
            Files.writeString(directory.resolve("known_servers"), change.apply(knownServers()) + "\n");
        }
        catch (final IOException ex)
        {
            throw new AssertionError(ex);
        }
    }

    private SSLSocket trustingSocket(final String protocol) throws Exception
    {
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{ new TrustingManager() }, null);
        final SSLSocket socket = (SSLSocket) context.getSocketFactory()
            .createSocket("127.0.0.1", server.localAddress().getPort());
        socket.setEnabledProtocols(new String[]{ protocol });
        return socket;
    }

    private static void readToEnd(final Socket socket) throws IOException
    {
        final InputStream in = socket.getInputStream();
        final byte[] bytes = new byte[1024];
        int count = 0;
        while (count >= 0)
        {
            count = in.read(bytes);
        }
    }

    private static VelocityException cause(final VelocityException failure)
    {
        return failure.getCause() instanceof final VelocityException cause ? cause : failure;
    }

    private static String stat(final VelocityClient client, final String name)
    {
        return client.query("SHOW STATS").rows().stream()
            .filter(row -> row.text(0).equals(name))
            .map(row -> row.text(1))
            .findFirst()
            .orElseThrow();
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Trusts everybody; what the server shows is not what these tests are about. */
    private static final class TrustingManager implements X509TrustManager
    {
        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String authType)
        {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String authType)
        {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers()
        {
            return new X509Certificate[0];
        }
    }
}
