package org.velocitydb.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Opens connections over the Redis protocol, and logs in where there is a password.
 */
final class RespHandshake
{
    private static final String OK = "+OK\r\n";

    private RespHandshake()
    {
    }

    static LoadConnection open(final InetSocketAddress address, final String user, final String password)
        throws IOException
    {
        final LoadConnection connection = LoadConnection.open(address);
        if (password != null)
        {
            final byte[] request = ("*3\r\n" + bulk("AUTH") + bulk(user) + bulk(password))
                .getBytes(StandardCharsets.UTF_8);
            connection.output().put(connection.outputOffset(), request);
            connection.appended(connection.outputOffset() + request.length);
            connection.flush();
            while (connection.available() < OK.length())
            {
                connection.receive();
            }
            final String answer = text(connection);
            if (!answer.equals(OK))
            {
                throw new LoadException("cannot log in: answer=" + answer.strip());
            }
            connection.taken(OK.length());
        }
        return connection;
    }

    private static String bulk(final String text)
    {
        return "$" + text.getBytes(StandardCharsets.UTF_8).length + "\r\n" + text + "\r\n";
    }

    private static String text(final LoadConnection connection)
    {
        final ByteBuffer input = connection.input();
        final byte[] answer = new byte[connection.available()];
        input.get(connection.inputOffset(), answer);
        return new String(answer, StandardCharsets.UTF_8);
    }
}
