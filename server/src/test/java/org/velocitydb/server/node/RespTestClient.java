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
    private final ByteBuffer output = ByteBuffer.allocate(BUFFER_LENGTH);
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER_LENGTH);
    private boolean isClosed;

    RespTestClient(final SteppedNode node)
    {
        this.node = node;
        endpoint = node.connectResp();
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
        final int length = Math.min(answer.length(), input.position());
        final byte[] bytes = new byte[length];
        input.flip();
        input.get(bytes);
        input.compact();
        assertEquals(answer, new String(bytes, StandardCharsets.ISO_8859_1));
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
