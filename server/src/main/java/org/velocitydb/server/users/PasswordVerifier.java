package org.velocitydb.server.users;

/**
 * Compares a password with a hash. The seam that lets a test or a simulation do without the work.
 */
@FunctionalInterface
public interface PasswordVerifier
{
    /**
     * Compares.
     *
     * @param phc      to compare with.
     * @param password the bytes of the password alone; the caller wipes them.
     * @return true if it is the one that was hashed.
     */
    boolean matches(Argon2Phc phc, byte[] password);

    /**
     * The real one.
     *
     * @return verifies with Argon2id, refusing hashes whose memory this process cannot spare.
     */
    static PasswordVerifier argon2()
    {
        return Argon2Verifier.INSTANCE;
    }
}
