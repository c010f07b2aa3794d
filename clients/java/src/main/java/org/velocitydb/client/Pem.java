package org.velocitydb.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads certificates and private keys in PEM.
 */
final class Pem
{
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final String KEY = "PRIVATE KEY";
    private static final byte[] PROBE = new byte[32];
    private static final List<String> KEY_ALGORITHMS = List.of("EdDSA", "EC", "RSA");

    private Pem()
    {
    }

    static List<X509Certificate> certificates(final Path file) throws GeneralSecurityException, IOException
    {
        final CertificateFactory factory = CertificateFactory.getInstance("X.509");
        final List<X509Certificate> certificates = new ArrayList<>();
        for (final byte[] block : blocks(file, "CERTIFICATE"))
        {
            certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
        }
        return certificates;
    }

    static PrivateKey privateKey(final Path file) throws GeneralSecurityException, IOException
    {
        final PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(blocks(file, KEY).get(0));
        for (final String algorithm : KEY_ALGORITHMS)
        {
            try
            {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            }
            catch (final InvalidKeySpecException ignored)
            {
                // It is a key of another kind.
                continue;
            }
        }
        throw new IOException("private key is of no known kind: file=" + file + ", known=" + KEY_ALGORITHMS);
    }

    /** Signs something and verifies it, which is the same question for every kind of key. */
    static boolean isPair(final X509Certificate certificate, final PrivateKey key) throws GeneralSecurityException
    {
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm()))
        {
            return false;
        }
        final Signature signature = Signature.getInstance(switch (key.getAlgorithm())
        {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        });
        signature.initSign(key);
        signature.update(PROBE);
        final byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(PROBE);
        return signature.verify(signed);
    }

    private static List<byte[]> blocks(final Path file, final String kind) throws IOException
    {
        final List<byte[]> blocks = new ArrayList<>();
        String other = "nothing";
        final Matcher block = BLOCK.matcher(read(file));
        while (block.find())
        {
            if (block.group(1).equals(kind))
            {
                blocks.add(decode(file, block.group(2)));
            }
            else
            {
                other = block.group(1);
            }
        }
        if (blocks.isEmpty())
        {
            throw new IOException(
                "not in PEM: file=" + file + ", expected=" + kind + ", found=" + other +
                    (other.endsWith(KEY) && kind.equals(KEY)
                        ? "; convert it: openssl pkcs8 -topk8 -nocrypt -in " + file
                        : ""));
        }
        return blocks;
    }

    private static String read(final Path file) throws IOException
    {
        try
        {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
        catch (final NoSuchFileException ex)
        {
            throw new IOException("no such file: " + file, ex);
        }
    }

    private static byte[] decode(final Path file, final String base64) throws IOException
    {
        try
        {
            return Base64.getMimeDecoder().decode(base64);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new IOException("not base64: file=" + file, ex);
        }
    }
}
