package org.velocitydb.server.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.velocitydb.server.file.AtomicFile;

/**
 * A server's Ed25519 key pair. It is made once, in {@code host_key} in the data directory, and is the server's identity
 * from then on: clients remember its fingerprint and refuse a server that shows another.
 *
 * <p>The file is the private key in PKCS#8 PEM, as {@code openssl genpkey -algorithm ed25519} writes it, and readable
 * by its owner alone; one that others can read is refused. The public key follows from the private one. Immutable, any
 * thread may use it.
 */
public final class HostKey
{
    /** Name of the file in the data directory. */
    public static final String FILE_NAME = "host_key";

    private static final String ALGORITHM = "Ed25519";
    private static final String PEM_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String PEM_END = "-----END PRIVATE KEY-----";
    private static final int PEM_LINE_LENGTH = 64;
    private static final int MAX_FILE_LENGTH = 4096;
    /** What DER says before the 32 bytes of an Ed25519 public key in a SubjectPublicKeyInfo (RFC 8410). */
    private static final byte[] PUBLIC_KEY_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int PUBLIC_KEY_LENGTH = 32;
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
        PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final PrivateKey privateKey;
    private final byte[] publicKey;
    private final String fingerprint;

    private HostKey(final PrivateKey privateKey, final byte[] publicKey) throws GeneralSecurityException
    {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.fingerprint = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey));
    }

    /**
     * Reads the key of a data directory, or makes it where there is none.
     *
     * @param dataDirectory that exists or not.
     * @return the key.
     * @throws HostKeyException when it cannot be read or made, or others can read it.
     */
    public static HostKey loadOrCreate(final Path dataDirectory)
    {
        final Path file = dataDirectory.resolve(FILE_NAME);
        return Files.exists(file) ? load(dataDirectory) : create(dataDirectory);
    }

    /**
     * Reads the key of a data directory.
     *
     * @param dataDirectory where the server keeps its files.
     * @return the key.
     * @throws HostKeyException when there is none, it cannot be read, or others can read it.
     */
    public static HostKey load(final Path dataDirectory)
    {
        final Path file = dataDirectory.resolve(FILE_NAME);
        try
        {
            checkPermissions(file);
            if (Files.size(file) > MAX_FILE_LENGTH)
            {
                throw new HostKeyException(
                    "host key is no key: file=" + file + ", length=" + Files.size(file) + ", max=" + MAX_FILE_LENGTH);
            }
            return fromPem(file, Files.readString(file, StandardCharsets.ISO_8859_1));
        }
        catch (final NoSuchFileException ex)
        {
            throw new HostKeyException(
                "no host key yet: file=" + file + "; the first start of the server makes one");
        }
        catch (final IOException | GeneralSecurityException ex)
        {
            throw new HostKeyException("host key cannot be read: file=" + file, ex);
        }
    }

    /**
     * The public key as DER, a SubjectPublicKeyInfo.
     *
     * @return a copy.
     */
    public byte[] publicKey()
    {
        return publicKey.clone();
    }

    /**
     * The private key, for whoever proves the server's identity in another way than {@link #sign(byte[])}.
     *
     * @return the key.
     */
    public PrivateKey privateKey()
    {
        return privateKey;
    }

    /**
     * SHA-256 of {@link #publicKey()}.
     *
     * @return 64 lower-case hexadecimal digits.
     */
    public String fingerprint()
    {
        return fingerprint;
    }

    /**
     * Signs with the private key.
     *
     * @param message any bytes.
     * @return 64 bytes.
     */
    public byte[] sign(final byte[] message)
    {
        try
        {
            final Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        }
        catch (final GeneralSecurityException ex)
        {
            throw new HostKeyException("host key cannot sign", ex);
        }
    }

    @Override
    public String toString()
    {
        return "fingerprint=" + fingerprint;
    }

    private static HostKey create(final Path dataDirectory)
    {
        final Path file = dataDirectory.resolve(FILE_NAME);
        try
        {
            Files.createDirectories(dataDirectory);
            final PrivateKey key = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair().getPrivate();
            AtomicFile.replace(file, toPem(key).getBytes(StandardCharsets.US_ASCII));
            return load(dataDirectory);
        }
        catch (final IOException | GeneralSecurityException ex)
        {
            throw new HostKeyException("host key cannot be made: file=" + file, ex);
        }
    }

    private static void checkPermissions(final Path file) throws IOException
    {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix"))
        {
            return;
        }
        final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNERS.containsAll(permissions))
        {
            throw new HostKeyException(
                "host key is open to others: file=" + file + ", permissions=" +
                    PosixFilePermissions.toString(permissions) + "; close it: chmod 600 " + file);
        }
    }

    private static HostKey fromPem(final Path file, final String pem) throws GeneralSecurityException
    {
        final int begin = pem.indexOf(PEM_BEGIN);
        final int end = pem.indexOf(PEM_END);
        if (begin < 0 || end < begin)
        {
            throw new HostKeyException("host key is no PEM of a private key: file=" + file);
        }
        try
        {
            final byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(begin + PEM_BEGIN.length(), end));
            final PrivateKey key = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new HostKey(key, publicKeyOf((EdECPrivateKey) key));
        }
        catch (final IllegalArgumentException ex)
        {
            throw new HostKeyException("host key is not base64: file=" + file, ex);
        }
    }

    private static byte[] publicKeyOf(final EdECPrivateKey key)
    {
        final byte[] seed = key.getBytes().orElseThrow();
        final byte[] point = new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded();
        final byte[] encoded = new byte[PUBLIC_KEY_PREFIX.length + PUBLIC_KEY_LENGTH];
        System.arraycopy(PUBLIC_KEY_PREFIX, 0, encoded, 0, PUBLIC_KEY_PREFIX.length);
        System.arraycopy(point, 0, encoded, PUBLIC_KEY_PREFIX.length, PUBLIC_KEY_LENGTH);
        return encoded;
    }

    private static String toPem(final PrivateKey key)
    {
        final Base64.Encoder encoder = Base64.getMimeEncoder(PEM_LINE_LENGTH, new byte[]{ '\n' });
        return PEM_BEGIN + "\n" + encoder.encodeToString(key.getEncoded()) + "\n" + PEM_END + "\n";
    }
}
