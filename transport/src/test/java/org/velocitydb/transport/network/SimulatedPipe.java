package org.velocitydb.transport.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One direction of a simulated connection: a ring of bytes, each of which arrives at a step. Allocation-free after it
 * was made, so that what a loop allocates over it is the loop's own.
 */
final class SimulatedPipe
{
    private final SimulatedNetwork network;
    private final byte[] ring;
    private final long[] arrivalSteps;
    private long written;
    private long read;
    private long lastArrivalStep;
    private boolean isEnded;
    private long endArrivalStep;
    /** Bytes up to here have come; later ones never overtake earlier ones. */
    private long arrived;
    private boolean isReset;
    private long resetArrivalStep;

    SimulatedPipe(final SimulatedNetwork network)
    {
        this.network = network;
        ring = new byte[network.windowBytes()];
        arrivalSteps = new long[network.windowBytes()];
    }

    int write(final ByteBuffer src) throws IOException
    {
        if (isReset)
        {
            throw new IOException("connection reset by peer");
        }
        if (isEnded)
        {
            throw new IOException("output is shut down");
        }
        final int room = ring.length - (int) (written - read);
        final int count = network.transferBytes(Math.min(room, src.remaining()));
        final int from = src.position();
        final long arrivalStep = nextArrivalStep();
        final int slot = (int) (written % ring.length);
        final int untilWrap = Math.min(count, ring.length - slot);
        src.get(ring, slot, untilWrap).get(ring, 0, count - untilWrap);
        Arrays.fill(arrivalSteps, slot, slot + untilWrap, arrivalStep);
        Arrays.fill(arrivalSteps, 0, count - untilWrap, arrivalStep);
        written += count;
        network.trace('W', count);
        network.traceBytes(src, from, from + count);
        return count;
    }

    int read(final ByteBuffer dst) throws IOException
    {
        if (isReset && resetArrivalStep <= network.nowSteps())
        {
            throw new IOException("connection reset by peer");
        }
        final int available = availableBytes(dst.remaining());
        if (available == 0)
        {
            return hasEnded() ? Connection.END_OF_STREAM : 0;
        }
        final int count = network.transferBytes(available);
        final int slot = (int) (read % ring.length);
        final int untilWrap = Math.min(count, ring.length - slot);
        dst.put(ring, slot, untilWrap).put(ring, 0, count - untilWrap);
        read += count;
        network.trace('R', count);
        return count;
    }

    void end()
    {
        if (!isEnded)
        {
            isEnded = true;
            endArrivalStep = nextArrivalStep();
            network.trace('E', endArrivalStep);
        }
    }

    void reset()
    {
        if (!isReset)
        {
            isReset = true;
            resetArrivalStep = nextArrivalStep();
            network.trace('X', resetArrivalStep);
        }
    }

    boolean isReadable()
    {
        return availableBytes(1) > 0 || hasEnded() || isReset && resetArrivalStep <= network.nowSteps();
    }

    boolean hasUnreadBytes()
    {
        return availableBytes(1) > 0;
    }

    boolean isWritable()
    {
        return written - read < ring.length || isReset;
    }

    boolean isReset()
    {
        return isReset;
    }

    private boolean hasEnded()
    {
        return isEnded && read == written && endArrivalStep <= network.nowSteps();
    }

    private int availableBytes(final int limit)
    {
        while (arrived < written && arrivalSteps[(int) (arrived % ring.length)] <= network.nowSteps())
        {
            arrived++;
        }
        return (int) Math.min(limit, arrived - read);
    }

    /** Later bytes never overtake earlier ones. */
    private long nextArrivalStep()
    {
        lastArrivalStep = Math.max(lastArrivalStep, network.nowSteps() + network.delaySteps());
        return lastArrivalStep;
    }
}
