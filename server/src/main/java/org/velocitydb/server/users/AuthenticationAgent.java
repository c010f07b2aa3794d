package org.velocitydb.server.users;

import org.agrona.concurrent.Agent;

/**
 * Verifies one login in each duty cycle, which takes a tenth of a second with the default parameters. The thread it
 * runs on is its own for that reason; a simulation steps it with a quick {@link PasswordVerifier}.
 */
public final class AuthenticationAgent implements Agent
{
    private final Authenticator authenticator;
    private final String roleName;

    AuthenticationAgent(final Authenticator authenticator, final String roleName)
    {
        this.authenticator = authenticator;
        this.roleName = roleName;
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
