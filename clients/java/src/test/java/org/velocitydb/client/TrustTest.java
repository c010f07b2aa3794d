package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.protocol.ErrorCode;

@Timeout(30)
class TrustTest
{
    private static final String OTHER_FINGERPRINT = "0123456789abcdef".repeat(4);

    @TempDir
    private Path directory;
    private Path file;
    private FakeServer server;

    @BeforeEach
    void startServer()
    {
        server = new FakeServer(new MapScript());
        file = directory.resolve("new").resolve("known_servers");
    }

    @AfterEach
    void stopServer()
    {
        server.close();
    }

    @Test
    void shouldAddAServerOnFirstUseForTheOwnerAlone() throws IOException
    {
        connectAndClose(options());
        connectAndClose(options());

        assertEquals(List.of(server.address() + " " + server.fingerprint()), Files.readAllLines(file));
        if (Files.getFileStore(file).supportsFileAttributeView("posix"))
        {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
    }

    @Test
    void shouldKeepOtherServersAndComments() throws IOException
    {
        write("# mine", "other:1 " + OTHER_FINGERPRINT);

        connectAndClose(options().trustFingerprint(server.fingerprint()));
        connectAndClose(options());

        assertEquals(
            List.of("# mine", "other:1 " + OTHER_FINGERPRINT, server.address() + " " + server.fingerprint()),
            Files.readAllLines(file));
    }

    @Test
    void shouldRefuseAChangedKeyAndSayWhatToDo() throws IOException
    {
        write("# mine", server.address() + " " + OTHER_FINGERPRINT);

        final FingerprintChangedException refusal = assertThrows(
            FingerprintChangedException.class, () -> VelocityClient.connect(options()));

        assertEquals(OTHER_FINGERPRINT, refusal.expected());
        assertEquals(server.fingerprint(), refusal.found());
        for (final String part : List.of(
            OTHER_FINGERPRINT, server.fingerprint(), file.toString(), "line 2", "remove that line"))
        {
            assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
        }
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void shouldRefuseAnUnknownServerWhereKnownOnesAreAsked()
    {
        final VelocityException refusal = assertThrows(
            VelocityException.class, () -> VelocityClient.connect(options().trustKnownServersOnly()));

        assertEquals(ErrorCode.NOT_AUTHENTICATED, refusal.code());
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldAcceptThePinnedFingerprintAlone()
    {
        connectAndClose(options().trustFingerprint(server.fingerprint()));
        assertFalse(Files.exists(file));
        assertThrows(
            FingerprintChangedException.class,
            () -> VelocityClient.connect(options().trustFingerprint(OTHER_FINGERPRINT)));
    }

    @Test
    void shouldRefuseAFileThatItCannotRead() throws IOException
    {
        write("other:1 abc");

        final VelocityException refusal = assertThrows(
            VelocityException.class, () -> VelocityClient.connect(options()));

        assertTrue(refusal.getMessage().contains("line=1"), refusal.getMessage());
    }

    @Test
    void shouldRefuseAServerThatDoesNotHoldItsKey()
    {
        server.signBadly();

        final VelocityException refusal = assertThrows(
            VelocityException.class, () -> VelocityClient.connect(options()));

        assertEquals(ErrorCode.PROTOCOL_ERROR, refusal.code());
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldReadAddresses()
    {
        assertEquals("[::1]:5432", ClientOptions.of("[::1]:5432").server());
        assertEquals("::1", ClientOptions.of("[::1]:5432").host());
        for (final String address : List.of("", "host", ":1", "host:", "host:0", "host:65536", "::1:5432", "a b:1"))
        {
            assertThrows(IllegalArgumentException.class, () -> ClientOptions.of(address), address);
        }
    }

    private void write(final String... lines) throws IOException
    {
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(lines));
    }

    private static void connectAndClose(final ClientOptions options)
    {
        VelocityClient.connect(options).close();
    }

    private ClientOptions options()
    {
        return ClientOptions.of(server.address()).knownServers(file);
    }
}
