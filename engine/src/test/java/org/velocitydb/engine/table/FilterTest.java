package org.velocitydb.engine.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.KeyHash;

class FilterTest
{
    private static final int KEY_COUNT = 1_000_000;
    private static final int PROBE_COUNT = 2_000_000;

    private final UnsafeBuffer key = new UnsafeBuffer(new byte[18]);

    @Test
    void shouldKeepEveryKeyAndTheRateOfFalsePositives()
    {
        for (final double rate : new double[]{ 0.01, 0.001 })
        {
            final FilterSizing sizing = new FilterSizing(rate);
            final int blockCount = sizing.blockCount(KEY_COUNT);
            final UnsafeBuffer blocks = new UnsafeBuffer(new byte[blockCount * FilterDescriptor.BLOCK_LENGTH]);
            for (int i = 0; i < KEY_COUNT; i++)
            {
                FilterDescriptor.add(blocks, blockCount, sizing.probes(), hash(i));
            }

            int positives = 0;
            for (int i = 0; i < KEY_COUNT + PROBE_COUNT; i++)
            {
                positives += FilterDescriptor.mayContain(blocks, 0, blockCount, sizing.probes(), hash(i)) ? 1 : 0;
                assertTrue(i >= KEY_COUNT || positives == i + 1);
            }

            final double measured = (double) (positives - KEY_COUNT) / PROBE_COUNT;
            System.out.printf(
                "rate=%s, measured=%.6f, probes=%d, bits for a key=%.2f%n",
                rate,
                measured,
                sizing.probes(),
                (double) blocks.capacity() * Byte.SIZE / KEY_COUNT);
            assertEquals(rate, measured, rate / 5);
        }
    }

    private long hash(final int number)
    {
        key.putStringWithoutLengthAscii(0, "user:");
        key.putNaturalPaddedIntAscii(5, 10, number);
        return KeyHash.hash(key, 0, 15);
    }
}
