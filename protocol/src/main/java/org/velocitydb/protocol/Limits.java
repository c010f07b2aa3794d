package org.velocitydb.protocol;

/**
 * Bounds that both ends hold each other to. A server may set its own limits lower, never higher.
 */
public final class Limits
{
    /** Longest key in bytes: 64 KiB. The shortest has one byte. */
    public static final int MAX_KEY_LENGTH = 64 * 1024;
    /** Longest value in bytes: 64 MiB. */
    public static final int MAX_VALUE_LENGTH = 64 * 1024 * 1024;
    /** Highest keyspace id; 0 is the table <code>kv</code>. */
    public static final int MAX_KEYSPACE = Integer.MAX_VALUE;
    /** Keyspace of the table <code>kv</code>. */
    public static final int DEFAULT_KEYSPACE = 0;
    /** Most operations in one write. */
    public static final int MAX_OPERATION_COUNT = 100_000;
    /** Most keys in one multi-get. */
    public static final int MAX_MULTI_GET_COUNT = 10_000;
    /** Longest user name in bytes of UTF-8. */
    public static final int MAX_USER_LENGTH = 64;
    /** Longest password in bytes of UTF-8. */
    public static final int MAX_PASSWORD_LENGTH = 128;
    /** Longest frame that is accepted by default: the largest value, and 1 MiB for what is around it. */
    public static final int DEFAULT_MAX_FRAME_LENGTH = MAX_VALUE_LENGTH + 1024 * 1024;

    /**
     * Longest frame that a server takes from a client that has not logged in: 16 KiB. With the answers that such a
     * client leaves waiting it can make the server hold less than 64 KiB.
     */
    public static final int MAX_FRAME_LENGTH_BEFORE_LOGIN = 16 * 1024;

    private Limits()
    {
    }

    /**
     * Whether a key's length is in range.
     *
     * @param lengthBytes of the key, unsigned in its low 32 bits or any long.
     * @return true for 1 to {@link #MAX_KEY_LENGTH}.
     */
    public static boolean isKeyLength(final long lengthBytes)
    {
        return lengthBytes >= 1 && lengthBytes <= MAX_KEY_LENGTH;
    }

    /**
     * Whether a keyspace id is in range.
     *
     * @param keyspace as it crossed the wire.
     * @return true for 0 to {@link #MAX_KEYSPACE}.
     */
    public static boolean isKeyspace(final int keyspace)
    {
        return keyspace >= 0;
    }
}
