package org.velocitydb.client.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.time.Duration;

import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityPool;

/**
 * A pool, as the README shows it.
 */
public final class PoolExample
{
    private PoolExample()
    {
    }

    /**
     * Runs against a server with a user alice.
     *
     * @param args the server's address, or nothing for <code>127.0.0.1:5432</code>.
     */
    public static void main(final String[] args)
    {
        run(args.length == 0 ? "127.0.0.1:5432" : args[0], System.out);
    }

    /**
     * Runs against a server with a user alice.
     *
     * @param address of the server.
     * @param out     to tell what was found.
     */
    public static void run(final String address, final PrintStream out)
    {
        try (VelocityPool pool = VelocityPool.connect(address, "alice", "secret123", 10))
        {
            final VelocityClient client = pool.client();
            client.put("session:1".getBytes(UTF_8), "alice".getBytes(UTF_8), Duration.ofMinutes(30));
            final long visits = client.increment("visits".getBytes(UTF_8), 1);
            client.within(Duration.ofSeconds(2))
                .select("session:1")
                .ifPresent(user -> out.println(user + " is visitor " + visits));
        }
    }
}
