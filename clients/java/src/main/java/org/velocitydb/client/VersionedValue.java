package org.velocitydb.client;

import java.nio.charset.StandardCharsets;

/**
 * A value and its version.
 *
 * @param value    as stored; the array is the caller's.
 * @param version  sequence of the write that stored it, to compare with in a conditional write.
 * @param servedAt sequence of the snapshot that the read saw.
 */
public record VersionedValue(byte[] value, long version, long servedAt)
{
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
