package org.velocitydb.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;

import org.velocitydb.protocol.Durability;

/**
 * A server that is put under load.
 *
 * @param protocol   it speaks.
 * @param address    it listens at.
 * @param user       who logs in.
 * @param password   null where nobody logs in, which those of ours refuse.
 * @param durability of writes, where the protocol lets a request ask for it.
 */
record LoadTarget(
    LoadProtocol protocol,
    InetSocketAddress address,
    String user,
    String password,
    Durability durability)
{
    /** Opens a connection, logged in. */
    LoadConnection connect() throws IOException
    {
        if (protocol == LoadProtocol.ECHO)
        {
            return LoadConnection.open(address);
        }
        if (protocol == LoadProtocol.RESP)
        {
            return RespHandshake.open(address, user, password);
        }
        if (password == null)
        {
            throw new LoadException("no password: give --password or set VELOCITY_PASSWORD");
        }
        return new Handshake(address, user, password).open();
    }

    Workload workload(final OperationKind kind, final Records records)
    {
        switch (protocol)
        {
            case VELOCITY :
                return new VelocityWorkload(kind, durability, records);
            case SQL :
                return new SqlWorkload(kind, records);
            case RESP :
                return new RespWorkload(kind, records);
            case ECHO :
                return new EchoWorkload(kind);
            default :
                throw new IllegalStateException("unknown protocol: protocol=" + protocol);
        }
    }
}
