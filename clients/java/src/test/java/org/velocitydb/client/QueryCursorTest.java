package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;

@Timeout(30)
class QueryCursorTest
{
    private static final int VALUE_LENGTH = 1000;

    @TempDir
    private Path directory;
    private FakeServer server;

    @AfterEach
    void stopServer()
    {
        server.close();
    }

    @Test
    void shouldGiveTheRowsOfAllFramesAndWhatTheLastOneSays()
    {
        server = new FakeServer(request -> answer(request, 3));
        try (VelocityClient client = VelocityClient.connect(options()))
        {
            final QueryCursor cursor = client.queryCursor(null, "SELECT value FROM kv");

            assertEquals(List.of("value"), cursor.columns());
            assertEquals(List.of("1", "2", "3"), taken(cursor));
            assertEquals(3, cursor.rowsAffected());
            assertEquals(99, cursor.sequence());
            assertSame(Durability.SERVER_DEFAULT, cursor.durability());
        }
    }

    @Test
    void shouldGiveTheRowsBeforeAFailureAndThenTheFailure()
    {
        server = new FakeServer(request ->
        {
            page(request, 1, true);
            request.fail(ErrorCode.RESULT_TOO_LARGE, Outcome.NOT_DONE, -1, "too much");
        });
        try (VelocityClient client = VelocityClient.connect(options()))
        {
            final QueryCursor cursor = client.queryCursor(Duration.ofSeconds(20), "SELECT value FROM kv");

            assertTrue(cursor.hasNext());
            assertEquals("1", cursor.next().text(0).strip());
            final VelocityException failure = assertThrows(VelocityException.class, cursor::hasNext);
            assertEquals(ErrorCode.RESULT_TOO_LARGE, failure.code());
            assertThrows(VelocityException.class, cursor::rowsAffected);
        }
    }

    @Test
    void shouldFailWhereTheStatementIsRefused()
    {
        server = new FakeServer(request -> request.fail(ErrorCode.SQL_ERROR, Outcome.NOT_DONE, 7, "no"));
        try (VelocityClient client = VelocityClient.connect(options()))
        {
            final QueryCursor cursor = client.queryCursor(null, "SELECT");
            assertEquals(7, assertThrows(VelocityException.class, cursor::columns).position());
        }
    }

    @Test
    void shouldLetOtherRequestsPassOnceTheRestIsBuffered()
    {
        server = new FakeServer(request ->
        {
            if (request.type() == MessageType.SQL)
            {
                answer(request, 100);
            }
            else
            {
                request.answerEmpty();
            }
        });
        try (VelocityClient client = VelocityClient.connect(options().scanBufferLength(4 * VALUE_LENGTH)))
        {
            final QueryCursor cursor = client.queryCursor(null, "SELECT value FROM kv");
            final CompletableFuture<Void> ping = client.async().ping();
            assertEquals("1", cursor.next().text(0).strip());
            cursor.buffer();
            ping.join();
            assertEquals(99, taken(cursor).size());
        }
    }

    @Test
    void shouldFailWhereNobodyTakesTheRowsAndGoOnWithTheConnection()
    {
        server = new FakeServer(request ->
        {
            if (request.type() == MessageType.SQL)
            {
                answer(request, 100);
            }
            else
            {
                request.answerEmpty();
            }
        });
        final ClientOptions options = options().scanBufferLength(4 * VALUE_LENGTH)
            .requestTimeout(Duration.ofMillis(100));
        try (VelocityClient client = VelocityClient.connect(options))
        {
            final QueryCursor cursor = client.queryCursor(null, "SELECT value FROM kv");
            // An answer behind the rows comes only when the reader has given them up.
            while (client.async().ping().handle((ignored, failure) -> failure).join() != null)
            {
                assertFalse(Thread.currentThread().isInterrupted());
            }
            assertThrows(VelocityException.class, () -> taken(cursor));
        }
    }

    @Test
    void shouldEndForWhoeverWaitsWhenItIsClosed()
    {
        server = new FakeServer(request ->
        {
            if (request.type() == MessageType.SQL)
            {
                page(request, 1, true);
            }
            else
            {
                request.answerEmpty();
            }
        });
        final VelocityClient client = VelocityClient.connect(options().requestTimeout(Duration.ofSeconds(2)));
        final QueryCursor cursor = client.queryCursor(null, "SELECT value FROM kv");
        cursor.next();
        final CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(cursor::hasNext);
        cursor.close();
        assertFalse(waiter.join());
        client.close();
    }

    private static List<String> taken(final QueryCursor cursor)
    {
        final List<String> taken = new ArrayList<>();
        cursor.forEachRemaining(row -> taken.add(row.text(0).strip()));
        return taken;
    }

    private static void answer(final FakeServer.Request request, final int count) throws IOException
    {
        if (request.type() != MessageType.SQL)
        {
            request.answerEmpty();
            return;
        }
        for (int i = 1; i <= count; i++)
        {
            page(request, i, i < count);
        }
    }

    private static void page(final FakeServer.Request request, final int number, final boolean hasMore)
        throws IOException
    {
        final byte[] value = String.format("%" + VALUE_LENGTH + "d", number).getBytes(StandardCharsets.UTF_8);
        final FakeServer.Message message = (buffer, offset) ->
        {
            int next = SqlResult.put(buffer, offset, number, 99, 7, 1, 0);
            next = SqlResult.putColumn(buffer, next, "value".getBytes(StandardCharsets.UTF_8));
            next = SqlValues.putBytesHeader(buffer, SqlResult.putRowCount(buffer, next, 1), true, value.length);
            buffer.put(next, value);
            return next + value.length;
        };
        if (hasMore)
        {
            request.answerPart(MessageType.SQL_RESULT, message);
        }
        else
        {
            request.answer(MessageType.SQL_RESULT, message);
        }
    }

    private ClientOptions options()
    {
        return ClientOptions.of(server.address()).knownServers(directory.resolve("known_servers"));
    }
}
