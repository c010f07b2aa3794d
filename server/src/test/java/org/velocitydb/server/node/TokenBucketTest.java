package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * A limit of requests a second, also across the clock's wrap.
 */
final class TokenBucketTest
{
    private static final long SECOND_NS = 1_000_000_000L;

    private static int takeAll(final TokenBucket bucket, final long nowNs)
    {
        int taken = 0;
        while (taken < 10_000 && bucket.tryTake(nowNs))
        {
            taken++;
        }
        return taken;
    }

    @Test
    void shouldHoldASecondsWorthAndNoMore()
    {
        for (final long start : new long[]{ 0, 1, -SECOND_NS / 2, Long.MAX_VALUE - SECOND_NS / 2, Long.MIN_VALUE })
        {
            for (final int rate : new int[]{ 1, 3, 7, 1_000 })
            {
                final TokenBucket bucket = new TokenBucket(rate, start);
                assertEquals(rate, takeAll(bucket, start), "rate=" + rate + ", start=" + start);
                assertFalse(bucket.tryTake(start));
                assertEquals(rate, takeAll(bucket, start + SECOND_NS + 10), "rate=" + rate + ", start=" + start);
                assertEquals(rate, takeAll(bucket, start + 100 * SECOND_NS), "rate=" + rate + ", start=" + start);
            }
        }
    }

    @Test
    void shouldSayHowLongToWait()
    {
        final TokenBucket bucket = new TokenBucket(4, 0);
        takeAll(bucket, 0);
        assertEquals(250, bucket.waitMs(0));
        assertEquals(1, bucket.waitMs(249_999_999));
        assertTrue(bucket.tryTake(250_000_000));
        bucket.giveBack();
        assertTrue(bucket.tryTake(250_000_000));
        assertFalse(bucket.tryTake(250_000_000));
    }

    @Test
    void shouldNotLimitWithoutALimit()
    {
        final TokenBucket bucket = new TokenBucket(TokenBucket.UNLIMITED, 0);
        assertEquals(10_000, takeAll(bucket, 0));
        bucket.giveBack();
        assertTrue(bucket.tryTake(0));
    }
}
