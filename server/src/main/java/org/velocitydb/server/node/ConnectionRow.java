package org.velocitydb.server.node;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

import org.velocitydb.server.resp.RespScanner;
import org.velocitydb.transport.Session;

/**
 * A connection as its event loop saw it at one moment, for SHOW CONNECTIONS.
 *
 * @param id          of the connection.
 * @param address     of the client.
 * @param user        who has logged in, or nothing.
 * @param protocol    version, or {@link Session#NULL_VERSION}.
 * @param ageNs       since it was accepted.
 * @param idleNs      since bytes last went either way.
 * @param requests    frames taken.
 * @param bytesIn     received.
 * @param bytesOut    sent.
 * @param outstanding writes and results under way.
 * @param state       in words.
 */
record ConnectionRow(
    long id,
    InetSocketAddress address,
    String user,
    int protocol,
    long ageNs,
    long idleNs,
    long requests,
    long bytesIn,
    long bytesOut,
    int outstanding,
    String state)
{
    static final List<String> COLUMNS = List.of(
        "id", "address", "user", "protocol", "since", "idle_ms", "requests", "bytes_in", "bytes_out", "outstanding",
        "state");

    private static final long NS_PER_MS = 1_000_000;

    static ConnectionRow of(final ClientState client, final long nowNs)
    {
        final Session session = client.session();
        return new ConnectionRow(
            session.id(), session.remoteAddress(), client.principal().name(), session.protocolVersion(),
            nowNs - session.openedNs(), nowNs - session.lastActivityNs(), session.framesIn(), session.bytesIn(),
            session.bytesOut(), client.outstandingCount(),
            session.isOpen() ? client.stage().name().toLowerCase(Locale.ROOT) : "closing");
    }

    private static String protocolText(final int protocol)
    {
        return switch (protocol)
        {
            case Session.NULL_VERSION -> "";
            case RespScanner.PROTOCOL_VERSION -> "resp";
            default -> Integer.toString(protocol);
        };
    }

    List<String> texts(final long nowMs)
    {
        return List.of(
            Long.toString(id),
            address.getAddress().getHostAddress() + ":" + address.getPort(),
            user,
            protocolText(protocol),
            Instant.ofEpochMilli(nowMs - ageNs / NS_PER_MS).toString(),
            Long.toString(Math.max(0, idleNs / NS_PER_MS)),
            Long.toString(requests),
            Long.toString(bytesIn),
            Long.toString(bytesOut),
            Integer.toString(outstanding),
            state);
    }
}
