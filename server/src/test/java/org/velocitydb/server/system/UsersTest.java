package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.ErrorCode;

/**
 * Users of a server process, changed by command processes.
 */
final class UsersTest
{
    @TempDir
    private Path directory;

    private VelocityProcess command(final String... args)
    {
        return VelocityProcess.run(directory, args);
    }

    private String runCommand(final String... args)
    {
        try (VelocityProcess command = command(args))
        {
            assertEquals(0, command.awaitExit(), command.toString());
            return command.out();
        }
    }

    private static VelocityClient login(final VelocityProcess server, final String user)
    {
        final VelocityClient client = server.connect();
        client.authenticate(user, "secret123");
        return client;
    }

    @Test
    void shouldServeAReaderNoWritesAndEndItsSessionWhenItIsDropped() throws IOException
    {
        ServerFiles.write(directory, "");
        runCommand("create-user", "--username", "bob", "--password", "secret123", "--role", "read",
            "--scope", "kv:user:");
        try (VelocityProcess server = VelocityProcess.startServer(directory);
            VelocityClient client = server.login();
            VelocityClient bob = login(server, "bob"))
        {
            client.insert("user:1", "alice");
            client.insert("order:1", "3 apples");

            assertEquals("alice", bob.select("user:1").orElseThrow());
            assertForbidden(() -> bob.select("order:1"));
            assertForbidden(() -> bob.insert("user:1", "bob"));
            assertForbidden(() -> bob.query("DELETE FROM kv WHERE key = 'user:1'"));
            assertForbidden(() -> bob.query("SELECT * FROM kv"));
            assertEquals(1, bob.query("SELECT * FROM kv WHERE key LIKE 'user:%'").rows().size());
            assertVersion1Forbids(server);

            runCommand("create-user", "--username", "bob", "--role", "write");
            Await.until(() -> "bob cannot write: " + server, () -> canInsert(bob));

            assertEquals("dropped user bob from velocity.toml", runCommand("drop-user", "--username", "bob").strip());
            Await.until(() -> "bob is still served: " + server, () -> !canPing(bob));
            client.ping();
            assertEquals("alice", client.select("user:1").orElseThrow());
        }
    }

    private static void assertForbidden(final Runnable request)
    {
        assertEquals(ErrorCode.FORBIDDEN, assertThrows(VelocityException.class, request::run).code());
    }

    private static void assertVersion1Forbids(final VelocityProcess server) throws IOException
    {
        try (RawConnection connection = new RawConnection(server.port()))
        {
            connection.login1("bob", "secret123");
            final RawConnection.Message answer = connection.ask1(
                RawConnection.COMMAND, "INSERT INTO kv (key, value) VALUES ('user:1', 'x')");
            assertEquals(
                "the user may not do this: it needs the role write",
                new String(answer.payload(), StandardCharsets.UTF_8));
        }
    }

    private static boolean canInsert(final VelocityClient client)
    {
        try
        {
            client.insert("user:2", "bob");
            return true;
        }
        catch (final VelocityException ex)
        {
            assertEquals(ErrorCode.FORBIDDEN, ex.code(), ex.toString());
            return false;
        }
    }

    private static boolean canPing(final VelocityClient client)
    {
        try
        {
            client.ping();
            return true;
        }
        catch (final VelocityException ex)
        {
            return false;
        }
    }

    @Test
    void shouldLoseNoUserWhenManyCommandsRunAtOnce() throws IOException
    {
        Files.writeString(directory.resolve("velocity.toml"), "# mine\n[server]\nmax_connections = 7\n");
        final List<VelocityProcess> commands = new ArrayList<>();
        for (int i = 0; i < 4; i++)
        {
            commands.add(command("create-user", "--username", "user" + i, "--password", "secret123"));
        }
        for (final VelocityProcess command : commands)
        {
            assertEquals(0, command.awaitExit(), command.toString());
            command.close();
        }

        final String users = runCommand("list-users", "--format", "csv");
        for (int i = 0; i < 4; i++)
        {
            assertTrue(users.contains("user" + i + ",write,*,enabled"), users);
        }
        assertTrue(Files.readString(directory.resolve("velocity.toml")).startsWith(
            "# mine\n[server]\nmax_connections = 7\n\n[users]\n"));
    }

    @Test
    void shouldBanAfterFailedLoginsAndSaySoInItsLog() throws IOException
    {
        ServerFiles.write(directory, "[server]\nmax_auth_failures = 2\nauth_ban_duration = \"1h\"\n");
        try (VelocityProcess server = VelocityProcess.startServer(directory); VelocityClient before = server.login())
        {
            for (int i = 0; i < 3; i++)
            {
                try (VelocityClient client = server.connect())
                {
                    final VelocityException refusal = assertThrows(
                        VelocityException.class, () -> client.authenticate(ServerFiles.USER, "wrong"));
                    assertEquals(i < 2 ? ErrorCode.INVALID_CREDENTIALS : ErrorCode.RATE_LIMITED, refusal.code());
                }
            }
            before.ping();
            Await.until(() -> "no word of the ban: " + server, () -> server.err().contains(
                "logins banned: user=" + ServerFiles.USER + ", address=127.0.0.1, failures=2, seconds=3600"));
        }
    }
}
