package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Limits;
import org.velocitydb.server.system.RawConnection.Answer;

/**
 * The limits of {@code velocity.toml} that {@link LimitsTest} leaves out: on users, strangers, addresses and results.
 */
class StrangerLimitsTest
{
    private static final int USER_RATE = 40;

    @TempDir
    private static Path directory;
    private static VelocityProcess server;

    @BeforeAll
    static void startServer() throws IOException
    {
        ServerFiles.write(directory,
            "[server]\nrate_limit_per_user = " + USER_RATE + "\nmax_connections_per_address = 4\n" +
                "login_timeout = \"5s\"\nmax_result_rows = 2\nmax_frame_size = \"1MiB\"\n");
        server = VelocityProcess.startServer(directory);
    }

    @AfterAll
    static void stopServer()
    {
        server.close();
    }

    @Test
    void shouldEndConnectionsThatDoNotLogInAndKeepThoseThatDid() throws IOException
    {
        try (RawConnection friend = new RawConnection(server.port());
            RawConnection stranger = new RawConnection(server.port());
            RawConnection silent = new RawConnection(server.port()))
        {
            friend.login2(ServerFiles.USER, ServerFiles.PASSWORD);
            assertEquals(0x81, stranger.ask2(RawConnection.V2_HELLO, 1, RawConnection.helloBody()).type());
            final Answer error = stranger.read2();
            assertEquals(ErrorCode.NOT_AUTHENTICATED.code(), error.errorCode(), error.message());
            assertEquals(0, error.correlationId());
            assertArrayEquals(new byte[0], stranger.readToEnd());
            assertArrayEquals(new byte[0], silent.readToEnd());
            assertEquals(0x83, friend.ask2(RawConnection.V2_PING, 9, new byte[0]).type());
        }
    }

    @Test
    void shouldTakeNoLongFrameFromAStranger() throws IOException
    {
        try (RawConnection stranger = new RawConnection(server.port()))
        {
            final Answer error = stranger.ask2(
                RawConnection.V2_HELLO, 1, new byte[Limits.MAX_FRAME_LENGTH_BEFORE_LOGIN]);
            assertEquals(ErrorCode.FRAME_TOO_LARGE.code(), error.errorCode(), error.message());
        }
    }

    @Test
    void shouldTakeNoFrameLongerThanConfigured() throws IOException
    {
        try (RawConnection friend = new RawConnection(server.port()))
        {
            friend.login2(ServerFiles.USER, ServerFiles.PASSWORD);
            final byte[] put = RawConnection.frame2(
                RawConnection.V2_WRITE, 5, RawConnection.putBody(new byte[1], new byte[1 << 20]));
            // The header alone: the rest would not be read.
            friend.send(java.util.Arrays.copyOf(put, 24));
            final Answer error = friend.read2();
            assertEquals(ErrorCode.FRAME_TOO_LARGE.code(), error.errorCode(), error.message());
        }
    }

    @Test
    void shouldRefuseLargeResultsWithATypedError()
    {
        try (VelocityClient client = server.login())
        {
            for (final String key : new String[]{ "a", "b", "c" })
            {
                client.insert(key, key);
            }
            final VelocityException rows = assertThrows(VelocityException.class,
                () -> client.query("SELECT * FROM kv"));
            assertEquals(ErrorCode.RESULT_TOO_LARGE, rows.code(), rows.toString());
            assertEquals(2, client.query("SELECT * FROM kv LIMIT 2").rows().size());
        }
    }

    @Test
    void shouldLimitAUserOverSeveralClients()
    {
        try (VelocityClient first = server.login(); VelocityClient second = server.login())
        {
            // Without waiting for answers, so that they come faster than the limit however slow the machine is.
            final byte[] key = "a".getBytes(StandardCharsets.UTF_8);
            final CompletableFuture<?>[] reads = new CompletableFuture<?>[4 * USER_RATE];
            Arrays.setAll(reads, (i) -> (i % 2 == 0 ? first : second).async().get(key));
            final VelocityException limited = assertInstanceOf(
                VelocityException.class,
                assertThrows(CompletionException.class, CompletableFuture.allOf(reads)::join).getCause());
            assertEquals(ErrorCode.RATE_LIMITED, limited.code(), limited.toString());
            assertTrue(limited.retryAfterMs() >= 1, limited.toString());
            assertTrue(limited.getMessage().contains("user"), limited.toString());
        }
    }
}
