package org.velocitydb.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * Reads certificates and keys as {@code openssl} writes them.
 */
final class PemFile
{
    /** Certificates of a hundred authorities fit; nobody should name a disk image by mistake. */
    private static final long MAX_LENGTH = 1024 * 1024;
    private static final Pattern BLOCK = Pattern.compile(
        "-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    /** The one kind of key that the JDK does not know by its number. */
    private static final String EC_KEY = X9ObjectIdentifiers.id_ecPublicKey.getId();

    private PemFile()
    {
    }

    static List<X509Certificate> certificates(final Path file)
    {
        final List<X509Certificate> certificates = new ArrayList<>();
        final Matcher block = BLOCK.matcher(read(file));
        while (block.find())
        {
            if (block.group(1).equals(CERTIFICATE))
            {
                certificates.add(certificate(file, decode(file, block.group(2))));
            }
        }
        if (certificates.isEmpty())
        {
            throw new TlsFileException("no certificate in PEM: file=" + file);
        }
        return certificates;
    }

    static PrivateKey privateKey(final Path file)
    {
        final Matcher block = BLOCK.matcher(read(file));
        checkPermissions(file);
        while (block.find())
        {
            if (block.group(1).equals(PRIVATE_KEY))
            {
                return privateKey(file, decode(file, block.group(2)));
            }
            if (block.group(1).endsWith(PRIVATE_KEY))
            {
                throw new TlsFileException(
                    "private key must be PKCS#8 without a password: file=" + file + ", found=" + block.group(1) +
                        "; convert it: openssl pkcs8 -topk8 -nocrypt -in " + file);
            }
        }
        throw new TlsFileException("no private key in PEM: file=" + file);
    }

    private static X509Certificate certificate(final Path file, final byte[] encoded)
    {
        try
        {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded));
        }
        catch (final CertificateException ex)
        {
            throw new TlsFileException("certificate cannot be read: file=" + file, ex);
        }
    }

    private static PrivateKey privateKey(final Path file, final byte[] encoded)
    {
        try
        {
            final String algorithm = PrivateKeyInfo.getInstance(encoded).getPrivateKeyAlgorithm().getAlgorithm()
                .getId();
            return KeyFactory.getInstance(algorithm.equals(EC_KEY) ? "EC" : algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        }
        catch (final GeneralSecurityException | IllegalArgumentException ex)
        {
            throw new TlsFileException("private key cannot be read: file=" + file, ex);
        }
    }

    private static byte[] decode(final Path file, final String base64)
    {
        try
        {
            return Base64.getMimeDecoder().decode(base64);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new TlsFileException("not base64: file=" + file, ex);
        }
    }

    private static String read(final Path file)
    {
        try
        {
            if (Files.size(file) > MAX_LENGTH)
            {
                throw new TlsFileException(
                    "file is too long: file=" + file + ", length=" + Files.size(file) + ", max=" + MAX_LENGTH);
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
        catch (final NoSuchFileException ex)
        {
            throw new TlsFileException("no such file: " + file);
        }
        catch (final IOException ex)
        {
            throw new TlsFileException("cannot be read: file=" + file, ex);
        }
    }

    /** A group may read it, as groups made for that purpose do; everybody may not. */
    private static void checkPermissions(final Path file)
    {
        try
        {
            if (!Files.getFileStore(file).supportsFileAttributeView("posix"))
            {
                return;
            }
            final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.OTHERS_READ) ||
                permissions.contains(PosixFilePermission.OTHERS_WRITE))
            {
                throw new TlsFileException(
                    "private key is open to everybody: file=" + file + ", permissions=" +
                        PosixFilePermissions.toString(permissions) + "; close it: chmod o= " + file);
            }
        }
        catch (final IOException ex)
        {
            throw new TlsFileException("cannot be read: file=" + file, ex);
        }
    }
}
