package org.velocitydb.client.example;

import java.io.PrintStream;

import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.VelocityClient;

/**
 * The first steps, as the README tells them.
 */
public final class QuickStart
{
    private QuickStart()
    {
    }

    /**
     * Runs against a server with a user alice.
     *
     * @param args the server's address, or nothing for <code>127.0.0.1:5432</code>.
     */
    public static void main(final String[] args)
    {
        run(ClientOptions.of(args.length == 0 ? "127.0.0.1:5432" : args[0]), System.out);
    }

    /**
     * Runs against a server with a user alice.
     *
     * @param options that say where it is.
     * @param out     to tell what was found.
     */
    public static void run(final ClientOptions options, final PrintStream out)
    {
        try (VelocityClient client = VelocityClient.connect(options))
        {
            client.authenticate("alice", "secret123");
            client.insert("user:1", "alice");
            client.select("user:1").ifPresent(value -> out.println("Found: " + value));

            final QueryResult result = client.query("SELECT key, value FROM kv WHERE key LIKE 'user:%'");
            out.println("Found " + result.rows().size() + " rows");
        }
    }
}
