package org.velocitydb.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class RequestIdsTest
{
    private final RequestIds ids = new RequestIds();

    @Test
    void shouldNeverLetARequestPushAnotherOnesAnswerOut()
    {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final List<RequestIds.RequestId> lent = new ArrayList<>();
        final Map<String, Long> lastNumbers = new HashMap<>();
        final Set<String> occupied = new HashSet<>();
        for (int i = 0; i < 100_000; i++)
        {
            if (random.nextInt(100) < 52)
            {
                final RequestIds.RequestId id = ids.take();
                assertTrue(id.number() > 0, "seed=" + seed);
                assertTrue(occupied.add(place(id)), "place is lent twice: seed=" + seed);
                final Long last = lastNumbers.put(place(id), id.number());
                assertTrue(last == null || last < id.number(), "number goes back: seed=" + seed);
                lent.add(id);
            }
            else if (!lent.isEmpty())
            {
                final RequestIds.RequestId id = lent.remove(random.nextInt(lent.size()));
                occupied.remove(place(id));
                ids.giveBack(id);
            }
        }
    }

    @Test
    void shouldUseAsFewPlacesAsThereAreRequestsAtOnceAndAnotherClientIdWhereOneIsFull()
    {
        final RequestIds.RequestId first = ids.take();
        final long clientId = first.clientId();
        final long number = first.number();
        ids.giveBack(first);
        assertEquals(clientId, ids.take().clientId());
        assertEquals(number + RequestIds.PLACE_COUNT, first.number());

        for (int i = 1; i < RequestIds.PLACE_COUNT; i++)
        {
            assertEquals(clientId, ids.take().clientId());
        }
        assertNotEquals(clientId, ids.take().clientId());
    }

    @Test
    void shouldWaitLongerEachTimeUpToTheBoundAndNeverLessThanHalf()
    {
        final Backoff backoff = new Backoff(TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(1));
        for (int attempt = 1; attempt < 200; attempt++)
        {
            final long wholeNs = attempt > 7
                ? TimeUnit.SECONDS.toNanos(1)
                : TimeUnit.MILLISECONDS.toNanos(10) << (attempt - 1);
            for (int i = 0; i < 100; i++)
            {
                final long delayNs = backoff.delayNs(attempt);
                assertTrue(delayNs <= wholeNs && delayNs >= wholeNs / 2, "attempt=" + attempt + ", delay=" + delayNs);
            }
        }
    }

    private static String place(final RequestIds.RequestId id)
    {
        return id.clientId() + "/" + id.number() % RequestIds.PLACE_COUNT;
    }
}
