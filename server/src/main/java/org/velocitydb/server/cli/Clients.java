package org.velocitydb.server.cli;

import java.time.Duration;

import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.VelocityClient;

/**
 * Connects to servers.
 */
final class Clients
{
    /** A command has nothing else to do than to wait for a long statement. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Clients()
    {
    }

    static VelocityClient connect(final ServerLogin login)
    {
        final ClientOptions options = ClientOptions.of(login.server().toString())
            .requestTimeout(PATIENCE);
        login.trust().apply(options);
        final VelocityClient client = VelocityClient
            .connect(login.isPlaintextAllowed() ? options.allowPlaintextPasswords() : options);
        try
        {
            if (!login.trust().hasCertificate())
            {
                client.authenticate(login.userName(), new String(login.password()));
            }
            return client;
        }
        catch (final RuntimeException ex)
        {
            client.close();
            throw ex;
        }
    }
}
