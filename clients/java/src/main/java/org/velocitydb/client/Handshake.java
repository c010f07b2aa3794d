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

    byte[] clientNonce()
    {
        return clientNonce;
    }

    /**
     * Verifies an answer.
     *
     * @return the server's fingerprint.
     * @throws VelocityException if the signature is wrong, or the key is not to be trusted.
     */
    String verify(final ServerIdentity identity)
    {
        final String fingerprint = HandshakeTranscript.fingerprint(identity.publicKey());
        if (!isSigned(identity))
        {
            throw new VelocityException(
                ErrorCode.PROTOCOL_ERROR, Outcome.NOT_DONE,
                "server does not prove that it holds its key: server=" + options.server() + ", claimed=" + fingerprint,
                null);
        }
        switch (options.trustPolicy())
        {
            case PINNED :
                if (!options.pinnedFingerprint().equals(fingerprint))
                {
                    throw new FingerprintChangedException(
                        options.server(), options.pinnedFingerprint(), fingerprint, "the client's options",
                        "compare the fingerprint with what the server prints when it starts");
                }
                break;
            case STRICT :
                new KnownServers(options.knownServers()).check(options.server(), fingerprint, false);
                break;
            default :
                new KnownServers(options.knownServers()).check(options.server(), fingerprint, true);
                break;
        }
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

    /** What a SERVER_HELLO says. */
    record ServerIdentity(byte[] serverNonce, byte[] publicKey, byte[] signature, String serverVersion)
    {
    }
}
