package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;

@Timeout(30)
class PageBufferTest
{
    private static final int MAX_LENGTH = 100;
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(20);
    private static final VelocityException FAILURE = new VelocityException(
        ErrorCode.RESULT_TOO_LARGE, Outcome.NOT_DONE, "too much", null);

    private final PageBuffer<Integer> buffer = newBuffer(LONG_NS);

    @Test
    void shouldGiveThePagesInTheirOrderAndThenTheEnd()
    {
        buffer.add(List.of(1, 2), 10);
        buffer.add(List.of(), 10);
        buffer.add(List.of(3), 10);
        buffer.end(null);

        assertEquals(List.of(1, 2, 3), taken());
        assertFalse(buffer.hasNext());
        assertThrows(NoSuchElementException.class, buffer::next);
    }

    @Test
    void shouldGiveWhatCameBeforeAFailureAndThenTheFirstFailure()
    {
        buffer.add(List.of(1), 10);
        buffer.end(FAILURE);
        buffer.end(new VelocityException(ErrorCode.INTERNAL_ERROR, Outcome.UNKNOWN, "another", null));

        assertEquals(1, buffer.next());
        assertSame(FAILURE, assertThrows(VelocityException.class, buffer::hasNext));
    }

    @Test
    void shouldBeAtItsEndOnceItIsClosedAlsoWithinAPage()
    {
        buffer.add(List.of(1, 2, 3), 10);
        assertEquals(1, buffer.next());
        assertTrue(buffer.hasNext());

        buffer.close();

        assertEquals(2, buffer.next(), "what was promised before");
        assertFalse(buffer.hasNext());
        buffer.add(List.of(4), 10);
        assertFalse(buffer.hasNext());
    }

    @Test
    void shouldHaveTheReaderWaitForRoomUntilSomebodyTakesAPage() throws Exception
    {
        buffer.add(List.of(1), MAX_LENGTH);
        final Thread reader = start(() -> buffer.add(List.of(2), 1));
        awaitState(reader, Thread.State.TIMED_WAITING);

        assertEquals(1, buffer.next());
        reader.join();
        assertEquals(2, buffer.next());
    }

    @Test
    void shouldTakeAPageThatIsLongerThanTheBound()
    {
        buffer.add(List.of(1), 10 * MAX_LENGTH);
        buffer.end(null);
        assertEquals(List.of(1), taken());
    }

    @Test
    void shouldLetTheReaderGoWhenTheBoundIsRemovedAndWhenItIsClosed() throws Exception
    {
        buffer.add(List.of(1), MAX_LENGTH);
        final Thread first = start(() -> buffer.add(List.of(2), 1));
        awaitState(first, Thread.State.TIMED_WAITING);
        buffer.removeBound();
        first.join();

        final PageBuffer<Integer> other = newBuffer(LONG_NS);
        other.add(List.of(1), MAX_LENGTH);
        final Thread second = start(() -> other.add(List.of(2), 1));
        awaitState(second, Thread.State.TIMED_WAITING);
        other.close();
        second.join();

        buffer.end(null);
        assertEquals(List.of(1, 2), taken());
        assertFalse(other.hasNext());
    }

    @Test
    void shouldFailWhereNobodyMakesRoomInTime()
    {
        final PageBuffer<Integer> late = newBuffer(1);
        late.add(List.of(1), MAX_LENGTH);
        late.add(List.of(2), 1);
        late.end(null);

        assertEquals(1, late.next());
        final VelocityException failure = assertThrows(VelocityException.class, late::hasNext);
        assertEquals(ErrorCode.SERVER_OVERLOADED, failure.code());
        assertEquals(Outcome.UNKNOWN, failure.outcome());
        assertTrue(failure.getMessage().contains("nobody took numbers: bufferedLength=100, max=100"),
            failure.getMessage());
    }

    /** A page that is let go of without a word would be missing in the middle of a result. */
    @Test
    void shouldFailRatherThanLeaveAPageOutWhereTheReaderIsInterrupted() throws Exception
    {
        buffer.add(List.of(1), MAX_LENGTH);
        final Thread reader = start(() -> buffer.add(List.of(2), 1));
        awaitState(reader, Thread.State.TIMED_WAITING);
        reader.interrupt();
        reader.join();
        buffer.end(null);

        assertEquals(1, buffer.next());
        assertThrows(VelocityException.class, buffer::hasNext);
    }

    @Test
    void shouldWaitForTheEndWithoutABoundOrForWhatElseIsToCome() throws Exception
    {
        final List<String> names = new ArrayList<>();
        final Thread waiter = start(() -> buffer.awaitUntil(() -> !names.isEmpty()));
        awaitState(waiter, Thread.State.WAITING);
        synchronized (buffer)
        {
            names.add("key");
            buffer.onProgress();
        }
        waiter.join();

        final Thread atEnd = start(buffer::awaitEnd);
        awaitState(atEnd, Thread.State.WAITING);
        buffer.add(List.of(1), MAX_LENGTH);
        buffer.add(List.of(2), MAX_LENGTH);
        buffer.end(null);
        atEnd.join();
        assertEquals(List.of(1, 2), taken());
    }

    private List<Integer> taken()
    {
        final List<Integer> taken = new ArrayList<>();
        buffer.forEachRemaining(taken::add);
        return taken;
    }

    private static PageBuffer<Integer> newBuffer(final long timeoutNs)
    {
        return new PageBuffer<>("numbers", Outcome.UNKNOWN, MAX_LENGTH, timeoutNs);
    }

    private static Thread start(final Runnable work)
    {
        final Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitState(final Thread thread, final Thread.State state)
    {
        while (thread.getState() != state)
        {
            assertTrue(thread.isAlive(), "it does not wait");
            Thread.onSpinWait();
        }
    }
}
