package org.velocitydb.client;

import java.nio.charset.StandardCharsets;

/**
 * A value and its version.
 *
 * @param value    as stored; the array is the caller's.
 * @param version  sequence of the write that stored it, to compare with in a conditional write.
 * @param servedAt sequence of the snapshot that the read saw.
 * @param ttlMs    how many milliseconds the value will live from when it was read; {@link #NO_TTL} if it stays.
 */
public record VersionedValue(byte[] value, long version, long servedAt, long ttlMs)
{
    /** Time to live of a value that stays. */
    public static final long NO_TTL = 0;

    /**
     * The value as text.
     *
     * @return decoded as UTF-8.
     */
    public String text()
    {
        return new String(value, StandardCharsets.UTF_8);
    }
}
