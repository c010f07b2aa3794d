package org.velocitydb.transport.network;

import java.io.IOException;
import java.nio.ByteBuffer;

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
        for (int i = 0; i < count; i++)
        {
            final int slot = (int) (written++ % ring.length);
            ring[slot] = src.get();
            arrivalSteps[slot] = arrivalStep;
        }
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
        for (int i = 0; i < count; i++)
        {
            dst.put(ring[(int) (read++ % ring.length)]);
        }
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
        int count = 0;
        while (count < limit && read + count < written &&
            arrivalSteps[(int) ((read + count) % ring.length)] <= network.nowSteps())
        {
            count++;
        }
        return count;
    }

    /** Later bytes never overtake earlier ones. */
    private long nextArrivalStep()
    {
        lastArrivalStep = Math.max(lastArrivalStep, network.nowSteps() + network.delaySteps());
        return lastArrivalStep;
    }
}
