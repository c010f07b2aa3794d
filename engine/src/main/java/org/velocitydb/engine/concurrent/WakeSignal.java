package org.velocitydb.engine.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

import org.agrona.concurrent.IdleStrategy;

/**
 * Lets an agent that finds no work sleep without ever missing work, and costs a producer one fence and one load while
 * the agent is awake.
 *
 * <p>The agent's side is an {@link IdleStrategy}: it spins a little, then <em>announces</em> that it will sleep and
 * lets its duty cycle run once more, and only if that too finds nothing does it park. The producer publishes its work
 * and then looks for the announcement. Each side stores first and loads second, with a full fence between, so at least
 * one of them sees the other (Dekker): either the last duty cycle sees the work, or the producer sees the announcement
 * and unparks. The park is bounded all the same, since agents have timers: it is short after work, and doubles with
 * each duty cycle that finds none, so that an idle store costs next to nothing.
 */
public final class WakeSignal implements IdleStrategy
{
    private static final long PARK_NS_MIN = 1_000_000;
    private static final int AWAKE = 0;
    private static final int ANNOUNCED = 1;
    private static final VarHandle STATE;

    static
    {
        try
        {
            STATE = MethodHandles.lookup().findVarHandle(WakeSignal.class, "state", int.class);
        }
        catch (final ReflectiveOperationException ex)
        {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final int spinCount;
    private final long parkNsMax;
    private long parkNs = PARK_NS_MIN;
    private int spins;
    private volatile Thread sleeper;
    @SuppressWarnings("unused") // through STATE
    private volatile int state;

    /**
     * A signal for one agent.
     *
     * @param spinCount idle duty cycles before the agent sleeps; few where cores are scarce.
     * @param parkNsMax longest sleep: the grain of the timers that the agent checks in its duty cycles.
     */
    public WakeSignal(final int spinCount, final long parkNsMax)
    {
        this.spinCount = spinCount;
        this.parkNsMax = parkNsMax;
    }

    /**
     * Called by a producer after it has published work. Any thread.
     */
    public void signal()
    {
        // Store-load: the work above must be visible before the announcement is looked for; see the class comment.
        VarHandle.fullFence();
        if ((int) STATE.getOpaque(this) == ANNOUNCED && STATE.compareAndSet(this, ANNOUNCED, AWAKE))
        {
            LockSupport.unpark(sleeper);
        }
    }

    @Override
    public void idle(final int workCount)
    {
        if (workCount > 0)
        {
            parkNs = PARK_NS_MIN;
            reset();
        }
        else
        {
            idle();
        }
    }

    @Override
    public void idle()
    {
        if (spins < spinCount)
        {
            spins++;
            Thread.onSpinWait();
        }
        else if (spins == spinCount)
        {
            spins++;
            sleeper = Thread.currentThread();
            STATE.setVolatile(this, ANNOUNCED);
            VarHandle.fullFence();
        }
        else
        {
            // A producer that has seen the announcement since has set AWAKE and left a permit: park returns at once.
            if ((int) STATE.getVolatile(this) == ANNOUNCED)
            {
                LockSupport.parkNanos(this, parkNs);
                parkNs = Math.min(2 * parkNs, parkNsMax);
            }
            reset();
        }
    }

    @Override
    public void reset()
    {
        spins = 0;
        if ((int) STATE.getOpaque(this) != AWAKE)
        {
            STATE.setOpaque(this, AWAKE);
        }
    }

    @Override
    public String alias()
    {
        return "wake-signal";
    }
}
