package org.velocitydb.client;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.HandshakeTranscript;

/**
 * Finds out who the server is: first that it holds the private half of the key it shows, then whether that key is the
 * one it should have.
 */
final class Handshake
{
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ClientOptions options;
    private final byte[] clientNonce = new byte[HandshakeTranscript.NONCE_LENGTH];

    Handshake(final ClientOptions options)
    {
        this.options = options;
        RANDOM.nextBytes(clientNonce);
    }

    /**
     * Says HELLO on a connection that is new.
     *
     * @throws VelocityException if the server does not answer, or is not to be trusted.
     */
    Identity shakeHands(final Connection connection)
    {
        final ServerIdentity said = VelocityClient.await(
            connection.send(
                Requests.hello(clientNonce, options.clientName()), new Answers.Hello(),
                options.loginTimeout().toNanos()),
            Outcome.NOT_DONE);
        final String fingerprint = verify(said, connection.fingerprint());
        if (options.tlsOptions().hasCertificate())
        {
            // That was the login.
            connection.keepAlive();
        }
        return new Identity(fingerprint, said.serverVersion());
    }

    /**
     * Verifies an answer. Over TLS the server's certificate has been judged already, and its key may be another one;
     * that identity is the stronger one, since TLS binds it to the connection.
     *
     * @param identity       what the server says.
     * @param tlsFingerprint of the key that the server has proved to hold by TLS, or null.
     * @return the server's fingerprint.
     * @throws VelocityException if the signature is wrong, or the key is not to be trusted.
     */
    private String verify(final ServerIdentity identity, final String tlsFingerprint)
    {
        final String fingerprint = HandshakeTranscript.fingerprint(identity.publicKey());
        if (!isSigned(identity))
        {
            throw new VelocityException(
                ErrorCode.PROTOCOL_ERROR, Outcome.NOT_DONE,
                "server does not prove that it holds its key: server=" + options.server() + ", claimed=" + fingerprint,
                null);
        }
        if (tlsFingerprint != null)
        {
            return tlsFingerprint;
        }
        new FingerprintTrust(options).check(fingerprint);
        return fingerprint;
    }

    private boolean isSigned(final ServerIdentity identity)
    {
        try
        {
            final PublicKey key = KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(identity.publicKey()));
            final Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(
                HandshakeTranscript.bytes(clientNonce, identity.serverNonce(), identity.publicKey()));
            return verifier.verify(identity.signature());
        }
        catch (final GeneralSecurityException ignored)
        {
            // A key that is none and a signature of the wrong form prove as little as a wrong signature.
            return false;
        }
    }

    /** Who the server is, as it has proved, and what it calls its version. */
    record Identity(String fingerprint, String version)
    {
    }

    /** What a SERVER_HELLO says. */
    record ServerIdentity(byte[] serverNonce, byte[] publicKey, byte[] signature, String serverVersion)
    {
    }
}
