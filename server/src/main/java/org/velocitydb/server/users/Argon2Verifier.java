package org.velocitydb.server.users;

/**
 * Verifies with Argon2id on the calling thread. A hash that needs more than a quarter of the largest heap is not tried:
 * two of them at once and the data that a server holds beside them must still fit.
 */
final class Argon2Verifier implements PasswordVerifier
{
    static final Argon2Verifier INSTANCE = new Argon2Verifier(Runtime.getRuntime().maxMemory() / 4);

    private final long limitBytes;

    Argon2Verifier(final long limitBytes)
    {
        this.limitBytes = limitBytes;
    }

    @Override
    public boolean matches(final Argon2Phc phc, final byte[] password)
    {
        if (phc.memoryBytes() > limitBytes)
        {
            throw new IllegalStateException(
                "password hash needs more memory than the heap can spare: neededBytes=" + phc.memoryBytes() +
                    ", limitBytes=" + limitBytes);
        }
        return phc.matches(password);
    }
}
