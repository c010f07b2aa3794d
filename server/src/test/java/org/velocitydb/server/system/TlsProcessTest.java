package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.FingerprintChangedException;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.server.cli.ExitCode;
import org.velocitydb.server.tls.TestAuthority;

/**
 * The real server and TLS: as other people's programs see it, from the command line, and with somebody in the middle.
 */
@Timeout(240)
class TlsProcessTest
{
    private static final String REQUIRED = "[tls]\nmode = \"required\"\n";
    private static final String OPTIONAL = "[tls]\nmode = \"optional\"\n";
    /** What an HTTP server would be asked; nonsense here, in a record of its own. */
    private static final byte[] NONSENSE = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path directory;

    @Test
    void shouldShowOpensslACertificateWhoseKeyHasThePrintedFingerprint() throws Exception
    {
        assumeTrue(hasOpenssl(), "there is no openssl");
        ServerFiles.write(directory, REQUIRED);
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            final Openssl session = Openssl.connect(server.address(), "-tls1_3");

            assertEquals(0, session.exitCode, session.output);
            assertTrue(session.output.contains("TLSv1.3"), session.output);
            assertEquals(server.fingerprint(), keyFingerprint(session.certificate()));
            Await.until(server::toString, () -> server.out().contains(
                "velocity: TLS required, fingerprint " + server.fingerprint()));
        }
    }

    @Test
    void shouldRefuseOlderTlsOfOpenssl() throws Exception
    {
        assumeTrue(hasOpenssl(), "there is no openssl");
        ServerFiles.write(directory, OPTIONAL);
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            final Openssl session = Openssl.connect(server.address(), "-tls1_2");

            assertNotEquals(0, session.exitCode, session.output);
            assertTrue(session.output.contains("alert protocol version"), session.output);
            assertFalse(session.output.contains("BEGIN CERTIFICATE"), session.output);
            Await.until(server::toString, () -> (server.out() + server.err()).contains("TLS failed"));
        }
    }

    @Test
    void shouldNameTheKeyOfItsOwnCertificate() throws Exception
    {
        final TestAuthority.Issued own = new TestAuthority("Authority").issue(directory, "CN=db.example", "RSA");
        ServerFiles.write(directory, REQUIRED + "certificate = \"" + own.certificate().getFileName() + "\"\nkey = \"" +
            own.key().getFileName() + "\"\n");
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            final String fingerprint = keyFingerprint(own.parsed());
            assertEquals(fingerprint + "\n", command("fingerprint", "--data-dir", "data"));
            Await.until(server::toString, () -> server.out().contains("TLS required, fingerprint " + fingerprint));
            if (hasOpenssl())
            {
                assertArrayEquals(
                    own.parsed().getEncoded(), Openssl.connect(server.address(), "-tls1_3").certificate().getEncoded());
            }
            VelocityClient.connect(ClientOptions.of(server.address()).tls().trustFingerprint(fingerprint)).close();
        }
    }

    @Test
    void shouldTakeUpARenewedCertificateWhenItIsToldToReloadAndKeepTheOldOneWhereTheNewOneIsBroken() throws Exception
    {
        final TestAuthority authority = new TestAuthority("Authority");
        final TestAuthority.Issued first = authority.issue(directory, "CN=db.example", "EC");
        final TestAuthority.Issued second = authority.issue(directory, "CN=db.example", "EC");
        install(first);
        ServerFiles.write(directory, REQUIRED + "certificate = \"server.pem\"\nkey = \"server.key\"\n");
        try (VelocityProcess server = VelocityProcess.startServer(directory);
            VelocityClient before = VelocityClient.connect(trusting(server, first)))
        {
            before.authenticate(ServerFiles.USER, ServerFiles.PASSWORD);
            install(second);
            hangUp(server);
            Await.until(server::toString, () -> server.err().contains("configuration reloaded"));
            assertTrue(server.err().contains("new certificate: file="), server.err());
            assertTrue(server.err().contains("fingerprint=" + keyFingerprint(second.parsed())), server.err());
            VelocityClient.connect(trusting(server, second)).close();
            assertThrows(FingerprintChangedException.class, () -> VelocityClient.connect(trusting(server, first)));
            before.insert("k", "v");

            Files.writeString(directory.resolve("server.pem"), "no longer a certificate");
            hangUp(server);
            Await.until(server::toString, () -> server.err().contains("configuration refused"));
            assertTrue(server.err().contains("nothing is changed: no certificate in PEM: file="), server.err());
            assertTrue(server.err().contains("server.pem"), server.err());
            VelocityClient.connect(trusting(server, second)).close();
            assertEquals("v", before.select("k").orElseThrow());
        }
    }

    @Test
    void shouldTakeUpOtherClientAuthoritiesWhenItIsToldToReload() throws Exception
    {
        final TestAuthority before = new TestAuthority("Clients");
        final TestAuthority after = new TestAuthority("Other Clients");
        final TestAuthority.Issued old = before.issue(directory, "CN=" + ServerFiles.USER, "EC");
        final TestAuthority.Issued renewed = after.issue(directory, "CN=" + ServerFiles.USER, "EC");
        before.write(directory.resolve("clients.pem"));
        ServerFiles.write(directory, REQUIRED + "client_ca = \"clients.pem\"\nclient_auth = \"required\"\n");
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            final ClientOptions options = ClientOptions.of(server.address()).tls()
                .trustFingerprint(server.fingerprint());
            VelocityClient.connect(options.certificate(old.certificate(), old.key())).close();
            assertThrows(
                VelocityException.class,
                () -> VelocityClient.connect(options.certificate(renewed.certificate(), renewed.key())));
            after.write(directory.resolve("clients.pem"));
            hangUp(server);
            Await.until(server::toString, () -> server.err().contains("configuration reloaded"));

            VelocityClient.connect(options.certificate(renewed.certificate(), renewed.key())).close();
            assertThrows(
                VelocityException.class,
                () -> VelocityClient.connect(options.certificate(old.certificate(), old.key())));
        }
    }

    private void install(final TestAuthority.Issued certificate) throws IOException
    {
        Files.copy(certificate.key(), directory.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(certificate.certificate(), directory.resolve("server.pem"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static ClientOptions trusting(final VelocityProcess server, final TestAuthority.Issued certificate)
        throws Exception
    {
        return ClientOptions.of(server.address()).tls().trustFingerprint(keyFingerprint(certificate.parsed()));
    }

    private static void hangUp(final VelocityProcess server) throws IOException, InterruptedException
    {
        assertEquals(0, new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start().waitFor());
    }

    @Test
    void shouldServeTheCommandLineOverTlsAndRememberTheServer() throws Exception
    {
        ServerFiles.write(directory, REQUIRED);
        Files.writeString(directory.resolve("password"), ServerFiles.PASSWORD + "\n");
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            final String[] login = { "--user", ServerFiles.USER, "--password-file", "password", "--host",
                server.address() };
            command("sql", login, "--tls", "INSERT INTO kv (key, value) VALUES ('k', 'v')");

            assertEquals(
                "value\nv\n",
                command("sql", login, "--tls", "--fingerprint", server.fingerprint(), "--format", "csv",
                    "SELECT value FROM kv WHERE key = 'k'").replace("\r", ""));
            assertTrue(Files.readString(directory.resolve(".velocity/known_servers")).contains(
                server.address() + " " + server.fingerprint()));
            assertTrue(command("benchmark", login, "--tls", "--operations", "100").contains("100"));
            assertFails("KEY HAS CHANGED", "sql", login, "--tls", "--fingerprint", "0123456789abcdef".repeat(4),
                "SHOW STATUS");
            assertFails("TLS only", "sql", login, "SHOW STATUS");
        }
    }

    @Test
    void shouldLogInOnTheCommandLineWithACertificate() throws Exception
    {
        final TestAuthority authority = new TestAuthority("Clients");
        authority.write(directory.resolve("clients.pem"));
        final TestAuthority.Issued tester = authority.issue(directory, "CN=" + ServerFiles.USER, "EC");
        ServerFiles.write(directory, REQUIRED + "client_ca = \"clients.pem\"\nclient_auth = \"required\"\n");
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            final String[] login = { "--host", server.address(), "--client-certificate",
                tester.certificate().toString(), "--client-key", tester.key().toString() };

            assertTrue(command("sql", login, "SHOW STATUS").contains("serving"));
        }
    }

    @Test
    void shouldSayOnTheCommandLineWhatIsWrongWithTheFilesOfACertificate() throws Exception
    {
        final TestAuthority authority = new TestAuthority("Clients");
        authority.write(directory.resolve("clients.pem"));
        final TestAuthority.Issued tester = authority.issue(directory, "CN=" + ServerFiles.USER, "EC");
        final TestAuthority.Issued other = authority.issue(directory, "CN=other", "EC");
        final Path old = Files.writeString(
            directory.resolve("old.key"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");

        ServerFiles.write(directory, REQUIRED + "client_ca = \"clients.pem\"\nclient_auth = \"required\"\n");
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            assertTrue(
                refused(server, tester.certificate(), other.key()).contains("does not belong to the certificate"));
            assertTrue(
                refused(server, tester.certificate(), old).contains(
                    "found=EC PRIVATE KEY; convert it: openssl pkcs8 "));
            assertTrue(
                refused(server, tester.key(), tester.key()).contains("expected=CERTIFICATE, found=PRIVATE KEY"));
        }
    }

    private String refused(final VelocityProcess server, final Path certificate, final Path key)
    {
        try (VelocityProcess command = VelocityProcess.run(
            directory, "sql", "--host", server.address(), "--client-certificate", certificate.toString(),
            "--client-key", key.toString(), "SHOW STATUS"))
        {
            assertEquals(ExitCode.FAILURE, command.awaitExit(), command.toString());
            return command.err();
        }
    }

    @Test
    void shouldSeeThroughAProxyThatEndsTls() throws Exception
    {
        ServerFiles.write(directory, REQUIRED);
        final Path known = directory.resolve("known");
        try (VelocityProcess server = VelocityProcess.startServer(directory);
            Middleman middleman = newMiddleman(server))
        {
            VelocityClient.connect(ClientOptions.of(middleman.address()).knownServers(known).tls()).close();
            middleman.turn(Middleman.Mode.OWN_CERTIFICATE);

            final FingerprintChangedException remembered = assertThrows(
                FingerprintChangedException.class, () -> VelocityClient.connect(
                    ClientOptions.of(middleman.address()).knownServers(known).tls()));
            assertThrows(
                FingerprintChangedException.class, () -> VelocityClient.connect(
                    ClientOptions.of(middleman.address()).trustFingerprint(server.fingerprint()).tls()));

            assertEquals(server.fingerprint(), remembered.expected());
            assertEquals(0, middleman.overheardCount());
            // Whoever takes any key is heard by him, which shows that he would have heard the others.
            VelocityClient.connect(
                ClientOptions.of(middleman.address()).knownServers(directory.resolve("naive")).tls()).close();
            assertTrue(middleman.overheardCount() > 0);
        }
    }

    @Test
    void shouldSeeThroughAProxyThatSignsForTheServerWithoutTls() throws Exception
    {
        ServerFiles.write(directory, "");
        final Path known = directory.resolve("known");
        try (VelocityProcess server = VelocityProcess.startServer(directory);
            Middleman middleman = newMiddleman(server))
        {
            VelocityClient.connect(ClientOptions.of(middleman.address()).knownServers(known)).close();
            middleman.turn(Middleman.Mode.OWN_HOST_KEY);

            final FingerprintChangedException remembered = assertThrows(
                FingerprintChangedException.class, () -> VelocityClient.connect(
                    ClientOptions.of(middleman.address()).knownServers(known)));

            assertEquals(server.fingerprint(), remembered.expected());
            assertThrows(
                FingerprintChangedException.class, () -> VelocityClient.connect(
                    ClientOptions.of(middleman.address()).trustFingerprint(server.fingerprint())));
        }
    }

    private Middleman newMiddleman(final VelocityProcess server)
    {
        final TestAuthority.Issued his = new TestAuthority("Middleman").issue(directory, "CN=VelocityDB", "EC");
        return new Middleman(server.port(), his.parsed(), his.privateKey());
    }

    private String command(final String name, final String[] login, final String... args)
    {
        final List<String> all = new ArrayList<>(List.of(name));
        Collections.addAll(all, login);
        Collections.addAll(all, args);
        return command(all.toArray(String[]::new));
    }

    private String command(final String... args)
    {
        try (VelocityProcess process = VelocityProcess.run(directory, args))
        {
            assertEquals(0, process.awaitExit(), process.toString());
            return process.out();
        }
    }

    private void assertFails(final String words, final String name, final String[] login, final String... args)
    {
        final List<String> all = new ArrayList<>(List.of(name));
        Collections.addAll(all, login);
        Collections.addAll(all, args);
        try (VelocityProcess process = VelocityProcess.run(directory, all.toArray(String[]::new)))
        {
            assertEquals(1, process.awaitExit(), process.toString());
            assertTrue(process.err().contains(words), process.toString());
        }
    }

    private static String keyFingerprint(final X509Certificate certificate) throws Exception
    {
        return HexFormat.of().formatHex(
            MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded()));
    }

    private static boolean hasOpenssl()
    {
        try
        {
            return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        }
        catch (final IOException ex)
        {
            return false;
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One run of {@code openssl s_client}, which says some nonsense and leaves. */
    private static final class Openssl
    {
        private final int exitCode;
        private final String output;

        private Openssl(final int exitCode, final String output)
        {
            this.exitCode = exitCode;
            this.output = output;
        }

        static Openssl connect(final String address, final String version) throws IOException, InterruptedException
        {
            final Process process = new ProcessBuilder(
                "openssl", "s_client", "-connect", address, version, "-showcerts").redirectErrorStream(true).start();
            try
            {
                process.getOutputStream().write(NONSENSE);
                process.getOutputStream().close();
            }
            catch (final IOException ignored)
            {
                // It had left before it was told what to say.
                assertTrue(process.waitFor(Await.TIMEOUT_MS, TimeUnit.MILLISECONDS));
            }
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Openssl(process.waitFor(), output);
        }

        X509Certificate certificate() throws Exception
        {
            final int begin = output.indexOf("-----BEGIN CERTIFICATE-----");
            assertTrue(begin >= 0, output);
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(
                new ByteArrayInputStream(output.substring(begin).getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
