package org.velocitydb.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.HexFormat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.FingerprintChangedException;
import org.velocitydb.server.tls.TestAuthority;

/**
 * The driver over TLS: how it knows a server, and how it logs in with a certificate.
 */
@Timeout(120)
class JdbcTlsTest
{
    private static final String LOGIN = "?user=" + ServerProcess.USER + "&password=correct%20horse";

    /** With a certificate of an authority, and users who may have one of another authority. */
    @TempDir
    private static Path directory;
    private static TestAuthority authority;
    private static TestAuthority.Issued certificate;
    private static TestAuthority clients;
    private static ServerProcess server;

    @TempDir
    private Path own;

    @BeforeAll
    static void startServer()
    {
        authority = new TestAuthority("Authority");
        authority.write(directory.resolve("ca.pem"));
        certificate = authority.issue(directory, "CN=db.example", "EC");
        clients = new TestAuthority("Clients");
        clients.write(directory.resolve("clients.pem"));
        server = ServerProcess.start(
            directory, "127.0.0.1:0",
            "[tls]\nmode = \"required\"\ncertificate = \"" + certificate.certificate().getFileName() + "\"\nkey = \"" +
                certificate.key().getFileName() + "\"\nclient_ca = \"clients.pem\"\nclient_auth = \"optional\"\n");
    }

    @AfterAll
    static void stopServer()
    {
        server.close();
    }

    @Test
    void shouldConnectToTheServerWhoseFingerprintItIsGivenAndToNoOther() throws Exception
    {
        final String fingerprint = HexFormat.of().formatHex(
            MessageDigest.getInstance("SHA-256").digest(certificate.parsed().getPublicKey().getEncoded()));
        writeAndRead(LOGIN + "&tls=true&fingerprint=" + fingerprint);

        final SQLException refusal = refusal(LOGIN + "&tls=true&fingerprint=" + "0123456789abcdef".repeat(4));
        assertInstanceOf(SQLNonTransientConnectionException.class, refusal);
        assertEquals("08001", refusal.getSQLState());
        assertInstanceOf(FingerprintChangedException.class, refusal.getCause());
        assertTrue(refusal.getMessage().contains("found=" + fingerprint), refusal.getMessage());
    }

    @Test
    void shouldRememberAServerAndAskForOneThatItKnows() throws Exception
    {
        final Path known = own.resolve("known_servers");
        final String strict = LOGIN + "&tls=true&knownServersOnly=true&knownServers=" + known;
        final SQLException unknown = refusal(strict);
        assertTrue(unknown.getMessage().contains(known.toString()), unknown.getMessage());

        writeAndRead(LOGIN + "&tls=true&knownServers=" + known);

        assertTrue(Files.readString(known).startsWith(server.address() + " "), Files.readString(known));
        writeAndRead(strict);
    }

    @Test
    void shouldConnectToAServerThatAnAuthorityVouchesForAndToNoOther() throws Exception
    {
        writeAndRead(LOGIN + "&ca=" + directory.resolve("ca.pem"));

        final SQLException refusal = refusal(LOGIN + "&ca=" + directory.resolve("clients.pem"));
        assertTrue(refusal.getMessage().contains("server's certificate is not to be trusted"), refusal.getMessage());
    }

    @Test
    void shouldLogInWithACertificateInThePlaceOfAPassword() throws Exception
    {
        writeAndRead("?ca=" + directory.resolve("ca.pem") + certificateOf(clients, "CN=" + ServerProcess.USER));

        final SQLException stranger = refusal(
            "?ca=" + directory.resolve("ca.pem") + certificateOf(new TestAuthority("Others"), "CN=tester"));
        assertEquals("28000", stranger.getSQLState(), stranger.toString());
        final SQLException nobody = refusal(
            "?ca=" + directory.resolve("ca.pem") + certificateOf(clients, "CN=nobody"));
        assertTrue(nobody.getSQLState().startsWith("08") || nobody.getSQLState().equals("28000"), nobody.toString());
    }

    /** A certificate has no more rights than its user. */
    @Test
    void shouldHaveTheRightsOfTheUserThatTheCertificateNames() throws Exception
    {
        final String url = server.bareUrl() + "?ca=" + directory.resolve("ca.pem") +
            certificateOf(clients, "CN=reader");
        try (Connection connection = DriverManager.getConnection(url);
            Statement statement = connection.createStatement())
        {
            assertTrue(connection.isValid(10));
            assertEquals("42501", assertThrows(
                SQLException.class,
                () -> statement.executeUpdate("INSERT INTO kv (key, value) VALUES ('a', 1)")).getSQLState());
        }
    }

    @Test
    void shouldSayThatAServerSpeaksTlsOnlyOrIsAskedForAPasswordThatIsWrong()
    {
        final SQLException plain = refusal(LOGIN);
        assertTrue(plain.getMessage().contains("TLS"), plain.getMessage());

        assertInstanceOf(
            SQLInvalidAuthorizationSpecException.class,
            refusal("?user=" + ServerProcess.USER + "&password=wrong&ca=" + directory.resolve("ca.pem")));
    }

    private String certificateOf(final TestAuthority issuer, final String subject)
    {
        final TestAuthority.Issued issued = issuer.issue(own, subject, "EC");
        return "&clientCertificate=" + issued.certificate() + "&clientKey=" + issued.key();
    }

    private static SQLException refusal(final String parameters)
    {
        return assertThrows(SQLException.class, () -> DriverManager.getConnection(server.bareUrl() + parameters));
    }

    private static void writeAndRead(final String parameters) throws SQLException, IOException
    {
        try (Connection connection = DriverManager.getConnection(server.bareUrl() + parameters);
            Statement statement = connection.createStatement())
        {
            assertEquals(1, statement.executeUpdate("INSERT INTO kv (key, value) VALUES ('tls', 'yes')"));
            final ResultSet result = statement.executeQuery("SELECT value FROM kv WHERE key = 'tls'");
            assertTrue(result.next());
            assertEquals("yes", result.getString(1));
        }
    }
}
