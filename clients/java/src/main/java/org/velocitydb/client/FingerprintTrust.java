package org.velocitydb.client;

/**
 * Whether a key that a server has proved to hold is the one that it should have.
 */
final class FingerprintTrust
{
    private final ClientOptions options;

    FingerprintTrust(final ClientOptions options)
    {
        this.options = options;
    }

    /**
     * Compares with the pinned fingerprint or the file of known servers, and adds to that as the options say.
     *
     * @throws VelocityException if the key is not to be trusted.
     */
    void check(final String fingerprint)
    {
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
    }
}
