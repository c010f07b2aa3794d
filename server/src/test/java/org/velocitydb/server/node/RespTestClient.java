package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * Speaks the Redis protocol with a stepped node, as text.
 */
final class RespTestClient
{
    private static final int BUFFER_LENGTH = 8 * 1024 * 1024;

    private final SteppedNode node;
    private final SimulatedEndpoint endpoint;
    private final ByteBuffer output;
    private final ByteBuffer input;
    private boolean isClosed;

    RespTestClient(final SteppedNode node)
    {
        this(node, BUFFER_LENGTH);
    }

    /** For tests with many clients that say little. */
    RespTestClient(final SteppedNode node, final int bufferLength)
    {
        this.node = node;
        endpoint = node.connectResp();
        output = ByteBuffer.allocate(bufferLength);
        input = ByteBuffer.allocate(bufferLength);
    }

    static RespTestClient login(final SteppedNode node)
    {
        return login(node, SteppedNode.USER);
    }

    static RespTestClient login(final SteppedNode node, final String user)
    {
        final RespTestClient client = new RespTestClient(node);
        client.expect("+OK\r\n", "AUTH", user, SteppedNode.PASSWORD);
        return client;
    }

    /** A request as clients send it. */
    static String request(final String... parts)
    {
        final StringBuilder text = new StringBuilder().append('*').append(parts.length).append("\r\n");
        for (final String part : parts)
        {
            text.append('$').append(part.length()).append("\r\n").append(part).append("\r\n");
        }
        return text.toString();
    }

    RespTestClient send(final String... parts)
    {
        return sendRaw(request(parts));
    }

    RespTestClient sendRaw(final String text)
    {
        output.put(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends what waits to be sent, as much as the network takes, and reads nothing. */
    void flush()
    {
        try
        {
            output.flip();
            endpoint.write(output);
            output.compact();
        }
        catch (final IOException ex)
        {
            isClosed = true;
            output.clear();
        }
    }

    private void exchange()
    {
        flush();
        try
        {
            isClosed |= endpoint.read(input) < 0;
        }
        catch (final IOException ex)
        {
            isClosed = true;
        }
    }

    /** Sends a request, and waits for exactly this answer. */
    void expect(final String answer, final String... parts)
    {
        send(parts);
        expectNext(answer);
    }

    /** Waits for exactly this answer to what was sent before. */
    void expectNext(final String answer)
    {
        node.stepUntil(() ->
        {
            exchange();
            return input.position() >= answer.length() || isClosed;
        });
        assertEquals(answer, take(Math.min(answer.length(), input.position())));
    }

    /** Waits for an answer of one line, or for the first line of one. */
    String takeLine()
    {
        node.stepUntil(() ->
        {
            exchange();
            return lineLength() > 0 || isClosed;
        });
        return take(lineLength());
    }

    /** Waits for a text whose length goes before it. */
    String takeText()
    {
        final String line = takeLine();
        assertEquals('$', line.charAt(0), line);
        final int length = Integer.parseInt(line.substring(1).trim());
        node.stepUntil(() ->
        {
            exchange();
            return input.position() >= length + 2 || isClosed;
        });
        return take(length + 2).substring(0, length);
    }

    private int lineLength()
    {
        for (int i = 0; i < input.position(); i++)
        {
            if (input.get(i) == '\n')
            {
                return i + 1;
            }
        }
        return 0;
    }

    private String take(final int length)
    {
        final byte[] bytes = new byte[length];
        input.flip();
        input.get(bytes);
        input.compact();
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** How many bytes have come, after some steps. */
    int received(final int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            exchange();
            node.step();
        }
        return input.position();
    }

    /** Waits for the end of the connection. */
    void expectEnd()
    {
        node.stepUntil(() ->
        {
            exchange();
            return isClosed;
        });
    }

    void close()
    {
        endpoint.close();
    }
}
