package org.velocitydb.server.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostKeyTest
{
    /** RFC 8410, section 10.3, and the public key of section 10.1 that belongs to it. */
    private static final String KNOWN_PEM = "-----BEGIN PRIVATE KEY-----\n" +
        "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n" +
        "-----END PRIVATE KEY-----\n";
    private static final String KNOWN_PUBLIC_KEY = "302a300506032b6570032100" +
        "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void before()
    {
        file = directory.resolve(HostKey.FILE_NAME);
    }

    @Test
    void shouldMakeTheKeyOnceAndFindItAgain() throws IOException
    {
        final Path deep = directory.resolve("made/too");

        final HostKey made = HostKey.loadOrCreate(deep);
        final HostKey found = HostKey.loadOrCreate(deep);

        assertEquals(made.fingerprint(), found.fingerprint());
        assertEquals("rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.resolve(HostKey.FILE_NAME))));
        assertNotEquals(made.fingerprint(), HostKey.loadOrCreate(directory).fingerprint());
    }

    @Test
    void shouldHaveTheFingerprintOfItsPublicKey() throws Exception
    {
        final HostKey key = HostKey.loadOrCreate(directory);

        assertTrue(key.fingerprint().matches("[0-9a-f]{64}"), key.fingerprint());
        assertEquals(
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.publicKey())), key.fingerprint());
    }

    @Test
    void shouldSignSoThatThePublicKeyVerifies() throws Exception
    {
        final HostKey key = HostKey.loadOrCreate(directory);
        final byte[] message = "both sides' nonces".getBytes(StandardCharsets.UTF_8);

        final byte[] signature = key.sign(message);

        final PublicKey publicKey = KeyFactory.getInstance("Ed25519")
            .generatePublic(new X509EncodedKeySpec(key.publicKey()));
        final Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(publicKey);
        verifier.update(message);
        assertTrue(verifier.verify(signature));
    }

    @Test
    void shouldReadAKeyThatAnotherProgramMade() throws IOException
    {
        write(KNOWN_PEM);

        assertArrayEquals(HexFormat.of().parseHex(KNOWN_PUBLIC_KEY), HostKey.load(directory).publicKey());
    }

    @ParameterizedTest
    @ValueSource(strings = { "rw-r-----", "rw----r--", "rw-rw-rw-" })
    void shouldRefuseAKeyThatOthersCanRead(final String permissions) throws IOException
    {
        HostKey.loadOrCreate(directory);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        final HostKeyException ex = assertThrows(HostKeyException.class, () -> HostKey.loadOrCreate(directory));

        assertTrue(ex.getMessage().endsWith("close it: chmod 600 " + file), ex.getMessage());
    }

    @Test
    void shouldSayThatThereIsNoKeyYet()
    {
        final HostKeyException ex = assertThrows(HostKeyException.class, () -> HostKey.load(directory));

        assertTrue(ex.getMessage().startsWith("no host key yet: file=" + file), ex.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "not a key", "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY----------BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nM\n-----END PRIVATE KEY-----\n" })
    void shouldRefuseADamagedKeyAndNotReplaceIt(final String content) throws IOException
    {
        write(content);

        assertThrows(HostKeyException.class, () -> HostKey.loadOrCreate(directory));

        assertEquals(content, Files.readString(file));
    }

    @Test
    void shouldNotReadAFileWithoutEnd() throws IOException
    {
        write("x".repeat(5000));

        final HostKeyException ex = assertThrows(HostKeyException.class, () -> HostKey.load(directory));

        assertTrue(ex.getMessage().contains("length=5000"), ex.getMessage());
    }

    private void write(final String content) throws IOException
    {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
