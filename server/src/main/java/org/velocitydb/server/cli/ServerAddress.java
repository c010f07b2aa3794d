package org.velocitydb.server.cli;

import org.velocitydb.client.ClientOptions;
import org.velocitydb.server.config.BindAddress;

/**
 * Where a command finds a server.
 *
 * @param text    as the Java client takes it.
 * @param isAeron whether it is reached over Aeron, and else over TCP.
 */
record ServerAddress(String text, boolean isAeron)
{
    private static final String AERON = "aeron:";

    /**
     * Reads an address. Names are not looked up yet.
     *
     * @throws IllegalArgumentException when it is something else.
     */
    static ServerAddress parse(final String text)
    {
        if (!text.startsWith(AERON))
        {
            return new ServerAddress(BindAddress.parse(text).toString(), false);
        }
        // Refuses what Aeron's part of the client does not know.
        ClientOptions.of(text);
        return new ServerAddress(text, true);
    }

    @Override
    public String toString()
    {
        return text;
    }
}
