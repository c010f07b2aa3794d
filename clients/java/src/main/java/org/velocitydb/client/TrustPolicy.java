package org.velocitydb.client;

/**
 * How a client decides whether a server is the one it should be.
 */
public enum TrustPolicy
{
    /** A server that is not in the file of known servers is added to it; one that is there must not change its key. */
    TRUST_ON_FIRST_USE,
    /** A server must be in the file of known servers. */
    STRICT,
    /** The server must have exactly the fingerprint that the options name; the file is not looked at. */
    PINNED
}
