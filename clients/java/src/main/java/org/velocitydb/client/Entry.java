package org.velocitydb.client;

import java.nio.charset.StandardCharsets;

/**
 * A key with its value, as a scan finds it.
 *
 * @param key     the array is the caller's.
 * @param value   empty where keys alone were asked for.
 * @param version sequence of the write that stored it.
 */
public record Entry(byte[] key, byte[] value, long version)
{
    /**
     * The key as text.
     *
     * @return decoded as UTF-8.
     */
    public String keyText()
    {
        return new String(key, StandardCharsets.UTF_8);
    }

    /**
     * The value as text.
     *
     * @return decoded as UTF-8.
     */
    public String valueText()
    {
        return new String(value, StandardCharsets.UTF_8);
    }
}
