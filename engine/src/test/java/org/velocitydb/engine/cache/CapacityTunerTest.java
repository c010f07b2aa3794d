package org.velocitydb.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongToDoubleFunction;

import org.junit.jupiter.api.Test;

final class CapacityTunerTest
{
    private static final long MEBIBYTE = 1 << 20;

    private final CapacityTuner tuner = new CapacityTuner(MEBIBYTE, 16 * MEBIBYTE, 0.8);
    private long hits;
    private long misses;

    @Test
    void shouldGrowUntilTheTargetIsReachedAndStay()
    {
        // The target is reached at 8 MiB.
        run(100, (capacity) -> Math.min(1, capacity / (10.0 * MEBIBYTE)));
        final long settled = tuner.capacityBytes();
        run(100, (capacity) -> Math.min(1, capacity / (10.0 * MEBIBYTE)));

        assertTrue(settled >= 8 * MEBIBYTE && settled < 9 * MEBIBYTE, () -> "capacity=" + settled);
        assertEquals(settled, tuner.capacityBytes());
    }

    @Test
    void shouldTakeBackAGrowthThatDoesNotHelp()
    {
        long most = 0;
        for (int i = 0; i < 500; i++)
        {
            run(1, (capacity) -> 0.5);
            most = Math.max(most, tuner.capacityBytes());
        }
        assertEquals(MEBIBYTE + MEBIBYTE / 2, most);
        run(2, (capacity) -> 0.5);
        assertEquals(MEBIBYTE, tuner.capacityBytes());
    }

    @Test
    void shouldGrowToTheBoundWhereItHelpsButIsNotEnough()
    {
        run(200, (capacity) -> capacity / (100.0 * MEBIBYTE));

        assertEquals(16 * MEBIBYTE, tuner.capacityBytes());
    }

    @Test
    void shouldShrinkWhenClearlyAboveTheTargetForLongAndNotBelowTheLeast()
    {
        run(200, (capacity) -> capacity / (100.0 * MEBIBYTE));
        run(CapacityTuner.ABOVE_PERIOD_COUNT - 1, (capacity) -> 0.9);
        assertEquals(16 * MEBIBYTE, tuner.capacityBytes());

        run(1, (capacity) -> 0.9);
        assertEquals(15 * MEBIBYTE, tuner.capacityBytes());

        run(500, (capacity) -> 0.9);
        assertEquals(MEBIBYTE, tuner.capacityBytes());
    }

    @Test
    void shouldStayWhenBarelyAboveTheTarget()
    {
        run(200, (capacity) -> capacity / (100.0 * MEBIBYTE));
        run(200, (capacity) -> 0.82);

        assertEquals(16 * MEBIBYTE, tuner.capacityBytes());
    }

    @Test
    void shouldNotGrowACacheThatIsNotFull()
    {
        for (int i = 0; i < 100; i++)
        {
            count(0.1);
            assertFalse(tuner.update(hits, misses, 0, false));
        }
        assertEquals(MEBIBYTE, tuner.capacityBytes());
    }

    @Test
    void shouldComeDownAtOnceWhenTheBoundIsLowered()
    {
        run(200, (capacity) -> capacity / (100.0 * MEBIBYTE));
        tuner.maxBytes(3 * MEBIBYTE);
        assertEquals(3 * MEBIBYTE, tuner.capacityBytes());

        run(200, (capacity) -> capacity / (100.0 * MEBIBYTE));
        assertEquals(3 * MEBIBYTE, tuner.capacityBytes());

        tuner.maxBytes(4 * MEBIBYTE);
        run(200, (capacity) -> capacity / (100.0 * MEBIBYTE));
        assertEquals(4 * MEBIBYTE, tuner.capacityBytes());
    }

    private void run(final int periodCount, final LongToDoubleFunction hitRate)
    {
        for (int i = 0; i < periodCount; i++)
        {
            count(hitRate.applyAsDouble(tuner.capacityBytes()));
            tuner.update(hits, misses, 0, true);
        }
    }

    private void count(final double hitRate)
    {
        final long periodHits = Math.round(hitRate * CapacityTuner.PERIOD_MIN);
        hits += periodHits;
        misses += CapacityTuner.PERIOD_MIN - periodHits;
    }
}
