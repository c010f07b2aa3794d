package org.velocitydb.engine.cache;

/**
 * Moves a cache's capacity towards the least that reaches a hit rate. It looks at a period of accesses at a time, some
 * ten for each cached block, so that a rate says something.
 *
 * <p><b>Growing.</b> Below the target a full cache gets half as much again. When that is full as well, the period after
 * it tells whether it helped: the rate must have risen by {@value #GAIN_MIN}, or by a twentieth of itself where it is
 * small. If it did not, the growth is taken back and no other is tried for a while, twice as long each time. So a load
 * whose misses no cache would spare (blocks asked for once, for ever) does not fill the memory. A cache that is not
 * full is not grown.
 *
 * <p><b>Shrinking.</b> A sixteenth goes when the rate has been clearly above the target, by a quarter of the misses
 * that it allows, for {@value #ABOVE_PERIOD_COUNT} periods. The step up is larger than the step down and the two
 * conditions are apart, so the capacity settles. A target of 1 never shrinks.
 *
 * <p>One thread uses it.
 */
final class CapacityTuner
{
    static final double GAIN_MIN = 0.005;
    static final int ABOVE_PERIOD_COUNT = 4;
    /** With fewer accesses a period's rate is off by more than {@link #GAIN_MIN} too often. */
    static final long PERIOD_MIN = 50_000;
    private static final long PERIOD_MAX = 1_000_000;
    private static final int PERIOD_FACTOR = 10;
    private static final int GAIN_DIVISOR = 20;
    private static final int GROWTH_DIVISOR = 2;
    private static final int SHRINK_DIVISOR = 16;
    private static final int MARGIN_DIVISOR = 4;
    private static final int HOLD_MIN = 8;
    private static final int HOLD_MAX = 128;

    private final double targetHitRate;
    private final long minBytesWanted;
    private long minBytes;
    private long maxBytes;
    private long capacityBytes;

    private long hitsBefore;
    private long missesBefore;
    private boolean wasFull;

    /** Capacity before the growth that is being judged; 0 if none is. */
    private long judgedFromBytes;
    private double judgedFromRate;
    private int abovePeriods;
    private int holdPeriods;
    private int nextHoldPeriods = HOLD_MIN;

    CapacityTuner(final long minBytes, final long maxBytes, final double targetHitRate)
    {
        this.targetHitRate = targetHitRate;
        minBytesWanted = minBytes;
        capacityBytes = minBytes;
        maxBytes(maxBytes);
    }

    long capacityBytes()
    {
        return capacityBytes;
    }

    /** Changes the bound; a capacity above it comes down at once, and one below the least goes up to it. */
    void maxBytes(final long newMaxBytes)
    {
        maxBytes = newMaxBytes;
        minBytes = Math.min(minBytesWanted, newMaxBytes);
        if (capacityBytes > maxBytes || capacityBytes < minBytes)
        {
            capacityBytes = Math.max(minBytes, Math.min(maxBytes, capacityBytes));
            judgedFromBytes = 0;
        }
    }

    /**
     * Looks whether a period is over, and draws the consequence.
     *
     * @param hits       counted since ever.
     * @param misses     counted since ever.
     * @param entryCount of blocks in the cache.
     * @param isFull     whether blocks had to leave for lack of room.
     * @return whether the capacity has changed.
     */
    boolean update(final long hits, final long misses, final int entryCount, final boolean isFull)
    {
        final long accesses = hits - hitsBefore + misses - missesBefore;
        if (accesses < Math.max(PERIOD_MIN, Math.min(PERIOD_MAX, (long) PERIOD_FACTOR * entryCount)))
        {
            return false;
        }
        final double hitRate = (double) (hits - hitsBefore) / accesses;
        // While the cache fills, its rate says nothing about its size.
        final boolean isSettled = isFull && wasFull;
        hitsBefore = hits;
        missesBefore = misses;
        wasFull = isFull;
        final long capacityBefore = capacityBytes;
        if (hitRate < targetHitRate)
        {
            abovePeriods = 0;
            onBelow(hitRate, isSettled);
        }
        else
        {
            judgedFromBytes = 0;
            nextHoldPeriods = HOLD_MIN;
            holdPeriods = 0;
            onReached(hitRate);
        }
        if (capacityBytes != capacityBefore)
        {
            wasFull = false;
        }
        return capacityBytes != capacityBefore;
    }

    private void onBelow(final double hitRate, final boolean isSettled)
    {
        if (holdPeriods > 0)
        {
            holdPeriods--;
            return;
        }
        if (!isSettled)
        {
            return;
        }
        if (judgedFromBytes != 0 && hitRate - judgedFromRate <= Math.min(GAIN_MIN, judgedFromRate / GAIN_DIVISOR))
        {
            capacityBytes = judgedFromBytes;
            judgedFromBytes = 0;
            holdPeriods = nextHoldPeriods;
            nextHoldPeriods = Math.min(2 * nextHoldPeriods, HOLD_MAX);
        }
        else if (capacityBytes < maxBytes)
        {
            judgedFromBytes = capacityBytes;
            judgedFromRate = hitRate;
            capacityBytes = Math.min(maxBytes, capacityBytes + capacityBytes / GROWTH_DIVISOR);
        }
        else
        {
            judgedFromBytes = 0;
        }
    }

    private void onReached(final double hitRate)
    {
        if (hitRate <= targetHitRate + (1 - targetHitRate) / MARGIN_DIVISOR)
        {
            abovePeriods = 0;
            return;
        }
        abovePeriods++;
        if (abovePeriods >= ABOVE_PERIOD_COUNT)
        {
            abovePeriods = 0;
            capacityBytes = Math.max(minBytes, capacityBytes - capacityBytes / SHRINK_DIVISOR);
        }
    }
}
