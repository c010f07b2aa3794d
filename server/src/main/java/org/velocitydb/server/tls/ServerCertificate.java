package org.velocitydb.server.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.velocitydb.server.identity.HostKey;

/**
 * What the server shows in a TLS handshake: a chain of certificates, its own first, and the private key for that.
 * Immutable; any thread.
 */
public final class ServerCertificate
{
    private static final X500Name SELF_MADE_NAME = new X500Name("CN=VelocityDB");
    /** Clocks differ; a client whose clock is behind shall not think that the certificate begins tomorrow. */
    private static final long BACKDATED_DAYS = 2;
    /** The certificate is made at every start; only a client whose user says so looks at its dates. */
    private static final long VALID_DAYS = 3650;
    private static final int SERIAL_BITS = 64;
    private static final byte[] PROBE = { 'p', 'r', 'o', 'b', 'e' };

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    private ServerCertificate(final List<X509Certificate> chain, final PrivateKey key)
    {
        this.chain = List.copyOf(chain);
        this.key = key;
    }

    /**
     * Makes a certificate of the host key that nobody but the key itself has signed. Clients know it by its
     * fingerprint, which is the host key's.
     *
     * @param hostKey who the server is.
     * @param now     the present.
     * @return the certificate.
     */
    public static ServerCertificate selfMade(final HostKey hostKey, final Instant now)
    {
        try
        {
            final X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                SELF_MADE_NAME, new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
                Date.from(now.minus(BACKDATED_DAYS, ChronoUnit.DAYS)),
                Date.from(now.plus(VALID_DAYS, ChronoUnit.DAYS)), SELF_MADE_NAME,
                SubjectPublicKeyInfo.getInstance(hostKey.publicKey()));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            final X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(
                builder.build(new JcaContentSignerBuilder("Ed25519").build(hostKey.privateKey())));
            return new ServerCertificate(List.of(certificate), hostKey.privateKey());
        }
        catch (final GeneralSecurityException | OperatorCreationException | IOException ex)
        {
            throw new IllegalStateException("certificate cannot be made of the host key", ex);
        }
    }

    /**
     * Reads a certificate that somebody gave the server.
     *
     * @param certificateFile the certificate and its chain in PEM, its own first.
     * @param keyFile         its private key, PKCS#8 in PEM.
     * @param now             the present.
     * @return the certificate.
     * @throws TlsFileException when one of them cannot be used, or they do not belong together.
     */
    public static ServerCertificate load(final Path certificateFile, final Path keyFile, final Instant now)
    {
        final List<X509Certificate> chain = PemFile.certificates(certificateFile);
        final ServerCertificate loaded = new ServerCertificate(chain, PemFile.privateKey(keyFile));
        checkDates(chain.get(0), certificateFile, now);
        if (!loaded.isKeyOfCertificate())
        {
            throw new TlsFileException(
                "private key does not belong to the certificate: certificate=" + certificateFile + ", key=" + keyFile);
        }
        return loaded;
    }

    /**
     * The chain.
     *
     * @return the server's own certificate first.
     */
    public List<X509Certificate> chain()
    {
        return chain;
    }

    /**
     * SHA-256 of the certificate's public key, by which clients know the server over TLS.
     *
     * @return 64 lower-case hexadecimal digits.
     */
    public String fingerprint()
    {
        try
        {
            return HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(chain.get(0).getPublicKey().getEncoded()));
        }
        catch (final GeneralSecurityException ex)
        {
            throw new IllegalStateException("every JDK has SHA-256", ex);
        }
    }

    PrivateKey key()
    {
        return key;
    }

    private static void checkDates(final X509Certificate certificate, final Path file, final Instant now)
    {
        try
        {
            certificate.checkValidity(Date.from(now));
        }
        catch (final CertificateExpiredException ex)
        {
            throw new TlsFileException(
                "certificate has expired: file=" + file + ", until=" + certificate.getNotAfter().toInstant());
        }
        catch (final CertificateNotYetValidException ex)
        {
            throw new TlsFileException(
                "certificate is not valid yet: file=" + file + ", from=" + certificate.getNotBefore().toInstant());
        }
    }

    /** Signs something and verifies it, which is the same question for every kind of key. */
    private boolean isKeyOfCertificate()
    {
        final PublicKey publicKey = chain.get(0).getPublicKey();
        if (!publicKey.getAlgorithm().equals(key.getAlgorithm()))
        {
            return false;
        }
        try
        {
            final Signature signature = Signature.getInstance(signatureAlgorithm(key.getAlgorithm()));
            signature.initSign(key);
            signature.update(PROBE);
            final byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        }
        catch (final GeneralSecurityException ex)
        {
            return false;
        }
    }

    private static String signatureAlgorithm(final String keyAlgorithm)
    {
        return switch (keyAlgorithm)
        {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> keyAlgorithm;
        };
    }
}
