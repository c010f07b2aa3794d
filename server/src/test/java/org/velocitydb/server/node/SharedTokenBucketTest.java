package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

/**
 * The bucket that event loops share: the same as one that is not shared, and no token given twice.
 */
class SharedTokenBucketTest
{
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldGiveTheSameTokensAsABucketOfOneThread()
    {
        for (long seed = 1; seed <= 200; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final int rate = 1 + random.nextInt(20);
            long nowNs = random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - SECOND_NS;
            final TokenBucket model = new TokenBucket(rate, nowNs);
            final SharedTokenBucket bucket = new SharedTokenBucket(rate, nowNs);
            for (int i = 0; i < 200; i++)
            {
                nowNs += random.nextLong(SECOND_NS / rate);
                final boolean isTaken = model.tryTake(nowNs);
                assertEquals(isTaken, bucket.tryTake(nowNs), "seed=" + seed + ", i=" + i);
                assertEquals(model.waitMs(nowNs), bucket.waitMs(nowNs), "seed=" + seed + ", i=" + i);
                if (isTaken && random.nextInt(4) == 0)
                {
                    model.giveBack();
                    bucket.giveBack();
                }
            }
        }
    }

    @Test
    void shouldGiveNoTokenTwiceWhereThreadsTakeAtOnce() throws InterruptedException
    {
        final int rate = 100_000;
        final SharedTokenBucket bucket = new SharedTokenBucket(rate, 0);
        final AtomicInteger taken = new AtomicInteger();
        final Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++)
        {
            threads[i] = new Thread(() ->
            {
                while (bucket.tryTake(0))
                {
                    taken.incrementAndGet();
                }
            });
            threads[i].start();
        }
        for (final Thread thread : threads)
        {
            thread.join();
        }
        assertEquals(rate, taken.get());
        assertFalse(bucket.tryTake(0));
        bucket.giveBack();
        assertTrue(bucket.tryTake(0));
    }

    @Test
    void shouldNotLimitWithoutALimit()
    {
        for (int i = 0; i < 10_000; i++)
        {
            assertTrue(SharedTokenBucket.NO_LIMIT.tryTake(i));
        }
        SharedTokenBucket.NO_LIMIT.giveBack();
        assertTrue(SharedTokenBucket.NO_LIMIT.tryTake(0));
    }
}
