package org.velocitydb.client;

import org.velocitydb.protocol.v2.MessageType;

/**
 * What a request asks for, as a {@link PoolListener} is told.
 */
public enum RequestKind
{
    /** The value of a key. */
    GET,
    /** The values of many keys. */
    MULTI_GET,
    /** Puts, deletes, increments, alone or together. */
    WRITE,
    /** Entries in order. */
    SCAN,
    /** A statement. */
    SQL,
    /** The server's statistics. */
    STATS,
    /** Whether the server is there. */
    PING;

    static RequestKind ofType(final int messageType)
    {
        return switch (messageType)
        {
            case MessageType.GET -> GET;
            case MessageType.MULTI_GET -> MULTI_GET;
            case MessageType.WRITE -> WRITE;
            case MessageType.SCAN -> SCAN;
            case MessageType.SQL -> SQL;
            case MessageType.STATS -> STATS;
            default -> PING;
        };
    }
}
