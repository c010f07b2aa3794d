package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class HeldRequestsTest
{
    private static final int LONG = HeldRequests.BYTES_MAX / 2 + 1;

    private final HeldRequests held = new HeldRequests();
    private final ResultStream stream = new OverdueStream(null, "a result");

    @Test
    void shouldHaveALongRequestWaitUntilAnotherIsAnswered()
    {
        assertTrue(held.hasRoomFor(LONG));
        final ResultStream first = held.hold(stream, LONG);

        assertFalse(held.hasRoomFor(LONG));
        assertTrue(held.hasRoomFor(LONG - 2));
        first.close();
        assertTrue(held.hasRoomFor(LONG));
    }

    @Test
    void shouldLetOneInHoweverLongItIs()
    {
        final ResultStream first = held.hold(stream, Integer.MAX_VALUE);

        assertFalse(held.hasRoomFor(HeldRequests.SHORT_LENGTH_MAX + 1));
        first.close();
        first.close();
        assertTrue(held.hasRoomFor(Integer.MAX_VALUE));
    }

    @Test
    void shouldNotCountShortRequests()
    {
        held.hold(stream, Integer.MAX_VALUE);

        assertTrue(held.hasRoomFor(HeldRequests.SHORT_LENGTH_MAX));
        assertSame(stream, held.hold(stream, HeldRequests.SHORT_LENGTH_MAX));
    }
}
