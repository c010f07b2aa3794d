package org.velocitydb.server.node;

/**
 * What identifies this server to its clients. Any thread may call.
 */
public interface HostIdentity
{
    /**
     * The public key.
     *
     * @return X.509 SubjectPublicKeyInfo of an Ed25519 key.
     */
    byte[] publicKey();

    /**
     * What clients remember of the key.
     *
     * @return SHA-256 of the public key, 64 lower-case hex digits.
     */
    String fingerprint();

    /**
     * Signs with the private key.
     *
     * @param message to be signed.
     * @return the signature.
     */
    byte[] sign(byte[] message);
}
