package org.velocitydb.transport.network;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

import jdk.net.ExtendedSocketOptions;

/**
 * Has the system ask whether a silent peer is still there, and end the connection of one that is not. A peer whose
 * machine or network has gone without a word is found out {@link #IDLE_SECONDS} and {@link #PROBE_COUNT} times {@link
 * #INTERVAL_SECONDS} after its last word, that is, after a minute and a half; without this a server that has nothing to
 * send would wait for as long as its idle timeout.
 *
 * <p>The protocol lets the client alone ask, so the server cannot send a ping of its own. Where the system does not let
 * the times be set (Windows before JDK 19), its own hold.
 */
final class KeepAlive
{
    static final int IDLE_SECONDS = 60;
    static final int INTERVAL_SECONDS = 10;
    static final int PROBE_COUNT = 3;

    private KeepAlive()
    {
    }

    static void apply(final SocketChannel channel) throws IOException
    {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
        set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
        set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBE_COUNT);
    }

    private static void set(final SocketChannel channel, final SocketOption<Integer> option, final int value)
        throws IOException
    {
        if (channel.supportedOptions().contains(option))
        {
            channel.setOption(option, value);
        }
    }
}
