package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;

import org.junit.jupiter.api.Test;

/**
 * The curve by which writers are slowed, and what becomes of writers that are faster than the disk: simulated with
 * tables that are numbers and a clock that is a variable.
 */
class BacklogTest
{
    private static final long MEMTABLE_BYTES = 64L * 1024 * 1024;
    private static final int LEVEL_0_MAX = 32;
    private static final int THRESHOLD = 8;
    private static final int FROZEN_MAX = 4;
    private static final long NS_PER_MS = 1_000_000;
    private static final double MIB = 1024 * 1024;

    private final Backlog backlog = new Backlog(LEVEL_0_MAX, FROZEN_MAX, MEMTABLE_BYTES);

    @Test
    void shouldLeaveWritersAloneUntilMuchWaits()
    {
        assertEquals(0, backlog.load(0, 0, 0));
        assertTrue(backlog.load(THRESHOLD, 0, 0) < Backlog.FULL_LOAD);
        assertTrue(backlog.load(0, 1.5, 0) < Backlog.FULL_LOAD);
        assertTrue(backlog.load(0, 0, 1L << 30) < Backlog.FULL_LOAD);
        assertTrue(backlog.load(-3, 0, 0) < Backlog.FULL_LOAD);
    }

    @Test
    void shouldBeAtItsSlowestBeforeTheStop()
    {
        assertEquals(Backlog.STOP_LOAD, backlog.load(LEVEL_0_MAX * 0.75, 0, 0));
        assertEquals(Backlog.STOP_LOAD, backlog.load(0, FROZEN_MAX, 0));
        assertEquals(Backlog.STOP_LOAD, backlog.load(0, 0, 1L << 50));
        assertEquals(MIB, backlog.writerBytesPerSecond(Backlog.STOP_LOAD), 1);
    }

    @Test
    void shouldSlowDownWithoutAStep()
    {
        double previous = backlog.writerBytesPerSecond(Backlog.FULL_LOAD);
        assertEquals(8 * MEMTABLE_BYTES, previous, 1, "nobody notices the beginning");
        for (double level0 = 12; level0 <= 24; level0 += 0.1)
        {
            final double rate = backlog.writerBytesPerSecond(Math.max(1, backlog.load(level0, 0, 0)));
            assertTrue(rate <= previous && rate > 0.9 * previous, "level 0=" + level0 + ", rate=" + rate);
            previous = rate;
        }
    }

    @Test
    void shouldConvergeToTheRateOfTheDiskWithoutStops()
    {
        for (final double diskMib : new double[]{ 4, 16, 64, 200 })
        {
            final Disk disk = new Disk(diskMib * MIB);
            disk.run(600_000);
            final double before = disk.writtenBytes;
            disk.holdNsMax = 0;
            disk.run(600_000);
            final double rate = (disk.writtenBytes - before) / 600 / MIB;

            assertEquals(diskMib, rate, 0.15 * diskMib, "admitted MiB/s");
            assertEquals(0, disk.stops, "disk=" + diskMib);
            assertTrue(disk.holdNsMax <= 1_000 * NS_PER_MS, "held for " + disk.holdNsMax + " ns, disk=" + diskMib);
        }
    }

    /** Writers that always have more, a disk that flushes quickly and compacts level 0 at a fixed rate. */
    private final class Disk
    {
        private static final int COMMAND_BYTES = 4096;

        private final double compactionBytesPerSecond;
        private final StoreCounters counters = new StoreCounters();
        private final WriteThrottle throttle = new WriteThrottle(backlog, counters);
        private final Deque<Double> frozen = new ArrayDeque<>();
        private long nowNs;
        private double activeBytes;
        private double flushedBytes;
        private int level0;
        private int compacting;
        private double compactedBytes;
        private double writtenBytes;
        private long stops;
        private long heldSinceNs;
        private long holdNsMax;

        Disk(final double compactionBytesPerSecond)
        {
            this.compactionBytesPerSecond = compactionBytesPerSecond;
        }

        void run(final int milliseconds)
        {
            for (int i = 0; i < milliseconds; i++)
            {
                nowNs += NS_PER_MS;
                flush(MEMTABLE_BYTES * 8 / 1000.0);
                compact(compactionBytesPerSecond / 1000);
                write(1024 * MIB / 1000);
            }
        }

        private void flush(final double bytes)
        {
            if (!frozen.isEmpty())
            {
                flushedBytes += bytes;
                if (flushedBytes >= MEMTABLE_BYTES)
                {
                    frozen.removeLast();
                    flushedBytes = 0;
                    level0++;
                }
            }
        }

        private void compact(final double bytes)
        {
            if (compacting == 0 && level0 >= THRESHOLD)
            {
                compacting = THRESHOLD;
            }
            if (compacting > 0)
            {
                compactedBytes += bytes;
                if (compactedBytes >= (double) compacting * MEMTABLE_BYTES)
                {
                    level0 -= compacting;
                    compacting = 0;
                    compactedBytes = 0;
                }
            }
        }

        private void write(final double bytesMax)
        {
            if (frozen.size() >= FROZEN_MAX || level0 >= LEVEL_0_MAX)
            {
                stops++;
                return;
            }
            final double memtables = frozen.isEmpty()
                ? 0
                : frozen.size() + (activeBytes - flushedBytes) / MEMTABLE_BYTES;
            throttle.load(backlog.load(level0 - compactedBytes / MEMTABLE_BYTES, memtables, 0), nowNs);
            double bytes = 0;
            while (bytes < bytesMax && throttle.isOpen() && frozen.size() < FROZEN_MAX)
            {
                throttle.onCommand(COMMAND_BYTES);
                bytes += COMMAND_BYTES;
                activeBytes += COMMAND_BYTES;
                if (activeBytes >= MEMTABLE_BYTES)
                {
                    frozen.addFirst(activeBytes);
                    activeBytes = 0;
                }
            }
            writtenBytes += bytes;
            if (bytes > 0)
            {
                heldSinceNs = nowNs;
            }
            holdNsMax = Math.max(holdNsMax, nowNs - heldSinceNs);
        }
    }
}
