package org.velocitydb.server.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.server.metrics.MetricsWriter;

class AdminServerTest
{
    private static final int READ_TIMEOUT_MS = 30_000;

    private volatile List<String> reasons = List.of();
    private AdminServer server;

    @BeforeEach
    void before() throws IOException
    {
        server = AdminServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false, () -> reasons,
            (metrics) -> metrics.counter("commands", "Commands.", 3));
    }

    @AfterEach
    void after()
    {
        server.close();
        server.close();
    }

    @Test
    void shouldSayThatItIsReadyUntilThereAreReasonsAgainstIt() throws IOException
    {
        assertEquals("{\"ready\":true,\"reasons\":[]}", body(200, get("/health/ready")));

        reasons = List.of("disk full", "a \"quoted\" \\ one");

        assertEquals(
            "{\"ready\":false,\"reasons\":[\"disk full\",\"a \\\"quoted\\\" \\\\ one\"]}",
            body(503, get("/health/ready")));
        assertEquals("{\"live\":true}", body(200, get("/health/live")));
    }

    @Test
    void shouldTellMetricsInTheirFormat() throws IOException
    {
        final String answer = get("/metrics");

        assertTrue(answer.contains("\r\nContent-type: " + MetricsWriter.CONTENT_TYPE + "\r\n"), answer);
        assertTrue(body(200, answer).endsWith("velocitydb_commands_total 3"), answer);
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() throws IOException
    {
        body(404, get("/"));
        body(404, get("/metrics/../../etc/passwd"));
        body(405, ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        assertTrue(ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void shouldRefuseAnAddressThatOthersCanReach()
    {
        final InetSocketAddress anywhere = new InetSocketAddress("0.0.0.0", 0);

        final IOException ex = assertThrows(
            IOException.class, () -> AdminServer.open(anywhere, false, List::of, (metrics) ->
            {
            }));

        assertEquals("not a loopback address: 0.0.0.0", ex.getMessage());
    }

    @Test
    void shouldAnswerOthersAlthoughManyClientsBeginRequestsAndDoNotEndThem() throws IOException
    {
        final List<Socket> slow = new ArrayList<>();
        try
        {
            for (int i = 0; i < 100; i++)
            {
                final Socket socket = connect();
                socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }

            String answer = "";
            while (!answer.startsWith("HTTP/1.1 200 "))
            {
                answer = get("/health/live");
            }
            assertFalse(answer.isEmpty());
        }
        finally
        {
            CloseHelper.closeAll(slow);
        }
    }

    private String get(final String path) throws IOException
    {
        return ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    /** The whole answer, or nothing where the connection was closed. */
    private String ask(final String request) throws IOException
    {
        try (Socket socket = connect(); OutputStream out = socket.getOutputStream())
        {
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return read(socket.getInputStream());
        }
    }

    private static String read(final InputStream in)
    {
        try
        {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        catch (final IOException ex)
        {
            // Closed by the server while the request was on its way: one of its bounds.
            return "";
        }
    }

    private Socket connect() throws IOException
    {
        final Socket socket = new Socket();
        socket.connect(server.localAddress());
        socket.setSoTimeout(READ_TIMEOUT_MS);
        return socket;
    }

    private static String body(final int status, final String answer)
    {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        return answer.substring(answer.indexOf("\r\n\r\n") + 4).strip();
    }
}
