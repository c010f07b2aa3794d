package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.server.node.TestClient1.Frame;

/**
 * Results of version 1 are gathered in memory as a whole: what bounds them.
 */
final class Version1ResultTest
{
    private static final int LENGTH_MAX = 100_000;

    /** In JSON it would be four or six times as long, and only then be found to be too long. */
    @Test
    void shouldNotMakeJsonOfAValueThatIsTooLongForIt()
    {
        for (final int letter : new int[]{ 0xFF, 0x01 })
        {
            final Version1Result result = new Version1Result(LENGTH_MAX);

            final ResultTooLargeException ex = assertThrows(
                ResultTooLargeException.class, () -> put(result, letter, LENGTH_MAX / 2));

            assertEquals("result is longer than 100000 bytes: use LIMIT", ex.getMessage());
            assertTrue(result.buffer().capacity() < LENGTH_MAX / 2, "bytes=" + result.buffer().capacity());
        }
    }

    @Test
    void shouldTakeWhateverFits()
    {
        final Version1Result result = new Version1Result(LENGTH_MAX);
        put(result, 0xFF, LENGTH_MAX / 5);
        put(result, 'a', LENGTH_MAX / 7);

        assertTrue(result.lengthBytes() > 4 * (LENGTH_MAX / 5) + LENGTH_MAX / 7);
        assertThrows(ResultTooLargeException.class, () -> put(result, 'a', LENGTH_MAX / 7));
    }

    private static void put(final Version1Result result, final int letter, final int length)
    {
        final byte[] value = new byte[length];
        Arrays.fill(value, (byte) letter);
        result.beginRow();
        result.putValue(new UnsafeBuffer(value), 0, length);
        result.endRow();
    }

    @Test
    void shouldLetFewLargeResultsBeGatheredAtATime()
    {
        final SqlDesk desk = new SqlDesk();
        int begun = 0;
        while (desk.tryBeginLargeResult())
        {
            begun++;
        }
        assertEquals(4, begun);
        desk.endLargeResult();
        assertTrue(desk.tryBeginLargeResult());
        assertFalse(desk.tryBeginLargeResult());
    }

    @Test
    void shouldServeMoreLargeResultsThanAreGatheredAtATime()
    {
        try (SteppedNode node = new SteppedNode((context) ->
        {
        }))
        {
            final TestClient2 writer = node.login();
            final String value = "v".repeat(20_000);
            for (int i = 0; i < 100; i++)
            {
                writer.sql("INSERT INTO kv (key, value) VALUES (?, ?)", "key " + i, value);
                assertEquals(1, writer.take().sql().rowsAffected());
            }
            final List<TestClient1> readers = new ArrayList<>();
            for (int i = 0; i < 10; i++)
            {
                readers.add(node.login1());
            }
            for (final TestClient1 reader : readers)
            {
                reader.send(org.velocitydb.protocol.v1.MessageType.COMMAND, "SELECT * FROM kv");
                reader.exchange();
            }
            for (final TestClient1 reader : readers)
            {
                final Frame answer = reader.take();
                assertTrue(answer.text().length() > 2_000_000, answer::text);
            }
        }
    }
}
