package org.velocitydb.server.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority for tests, which signs certificates for anybody and writes them where it is told.
 */
public final class TestAuthority
{
    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final Instant NOW = Instant.now();

    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    /** A certificate and its key, as files. */
    public record Issued(Path certificate, Path key, X509Certificate parsed, PrivateKey privateKey)
    {
    }

    public TestAuthority(final String name)
    {
        this.name = new X500Name("CN=" + name);
        keys = newKeys("EC");
        certificate = sign(this.name, keys, NOW.plus(1, ChronoUnit.DAYS), true);
    }

    /** Writes the authority's own certificate. */
    public Path write(final Path file)
    {
        return write(file, "CERTIFICATE", encoded(certificate));
    }

    /** Issues a certificate that is good until tomorrow. */
    public Issued issue(final Path directory, final String subject, final String keyAlgorithm)
    {
        return issue(directory, subject, keyAlgorithm, NOW.plus(1, ChronoUnit.DAYS));
    }

    /** Issues a certificate. */
    public Issued issue(final Path directory, final String subject, final String keyAlgorithm, final Instant until)
    {
        final KeyPair subjectKeys = newKeys(keyAlgorithm);
        final X509Certificate issued = sign(new X500Name(subject), subjectKeys, until, false);
        final String fileName = "certificate-" + SERIAL.get();
        return new Issued(
            write(directory.resolve(fileName + ".pem"), "CERTIFICATE", encoded(issued)),
            write(directory.resolve(fileName + ".key"), "PRIVATE KEY", subjectKeys.getPrivate().getEncoded()), issued,
            subjectKeys.getPrivate());
    }

    private X509Certificate sign(
        final X500Name subject, final KeyPair subjectKeys, final Instant until, final boolean isAuthority)
    {
        try
        {
            final X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, BigInteger.valueOf(SERIAL.getAndIncrement()), Date.from(NOW.minus(30, ChronoUnit.DAYS)),
                Date.from(until), subject, subjectKeys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            builder.addExtension(
                Extension.subjectAlternativeName, false,
                new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
            return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        }
        catch (final GeneralSecurityException | OperatorCreationException | IOException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private static KeyPair newKeys(final String algorithm)
    {
        try
        {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        }
        catch (final GeneralSecurityException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private static byte[] encoded(final X509Certificate certificate)
    {
        try
        {
            return certificate.getEncoded();
        }
        catch (final GeneralSecurityException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private static Path write(final Path file, final String kind, final byte[] encoded)
    {
        final String base64 = Base64.getMimeEncoder(64, new byte[]{ '\n' }).encodeToString(encoded);
        try
        {
            Files.writeString(
                file, "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n",
                StandardCharsets.US_ASCII);
            if (Files.getFileStore(file).supportsFileAttributeView("posix"))
            {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return file;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
