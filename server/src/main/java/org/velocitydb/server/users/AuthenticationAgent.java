package org.velocitydb.server.users;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;
import org.velocitydb.engine.concurrent.WakeSignal;

/**
 * Verifies one login in each duty cycle, which takes a tenth of a second with the default parameters. The thread it
 * runs on is its own for that reason; a simulation steps it with a quick {@link PasswordVerifier}.
 */
public final class AuthenticationAgent implements Agent
{
    /** It has no timers, but whoever closes it waits for as long. */
    private static final long PARK_NS = 16_000_000;

    private final WakeSignal signal = new WakeSignal(0, PARK_NS);
    private final Authenticator authenticator;
    private final String roleName;

    AuthenticationAgent(final Authenticator authenticator, final String roleName)
    {
        this.authenticator = authenticator;
        this.roleName = roleName;
    }

    /**
     * How the thread sleeps that runs this.
     *
     * @return for that thread alone; it wakes up for each login that is submitted.
     */
    public IdleStrategy idleStrategy()
    {
        return signal;
    }

    /** There is a login. */
    void signal()
    {
        signal.signal();
    }

    @Override
    public void onStart()
    {
        LowPriority.LOGINS.take();
    }

    @Override
    public int doWork()
    {
        final AuthenticationRequest request = authenticator.poll();
        if (request == null)
        {
            return 0;
        }
        authenticator.process(request);
        return 1;
    }

    @Override
    public String roleName()
    {
        return roleName;
    }
}
