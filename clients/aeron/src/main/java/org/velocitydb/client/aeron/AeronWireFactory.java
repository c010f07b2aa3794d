package org.velocitydb.client.aeron;

import java.io.IOException;
import java.time.Duration;

import org.velocitydb.client.Wire;
import org.velocitydb.client.WireFactory;

/**
 * Connects over Aeron. Addresses are written as Aeron writes its own:
 *
 * <pre>
 *   aeron:ipc                                  the server's media driver, in the directory that both default to
 *   aeron:ipc?dir=/dev/shm/store               ... in another one
 *   aeron:udp?endpoint=127.0.0.1:40456         over UDP, with a media driver in this process
 *   aeron:udp?endpoint=db-1:40456|dir=/dev/shm/aeron-app|stream=7   ... with one that runs already, on another stream
 * </pre>
 */
public final class AeronWireFactory implements WireFactory
{
    static final String SCHEME = "aeron";

    /**
     * Made by {@link java.util.ServiceLoader}.
     */
    public AeronWireFactory()
    {
    }

    @Override
    public String scheme()
    {
        return SCHEME;
    }

    @Override
    public void check(final String address)
    {
        AeronAddress.parse(address);
    }

    @Override
    public Wire open(final String address, final Duration timeout) throws IOException
    {
        return AeronWire.open(AeronAddress.parse(address), timeout.toNanos());
    }
}
