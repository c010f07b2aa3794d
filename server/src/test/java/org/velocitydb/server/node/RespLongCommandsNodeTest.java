package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.Role;
import org.velocitydb.server.users.Scope;
import org.velocitydb.server.users.UserDirectory;

/**
 * Commands of the Redis protocol that are about many keys, on a node that is stepped on one thread: they leave time for
 * others, and do what they do as a whole.
 */
class RespLongCommandsNodeTest
{
    private static final String OK = "+OK\r\n";
    private static final String NO_KEY = "-NOPERM No permissions to access a key\r\n";
    private static final int KEY_COUNT = 3000;

    private SteppedNode node = new SteppedNode(SteppedNode::withResp);

    @AfterEach
    void close()
    {
        node.close();
    }

    private static String[] command(final String name, final int count, final String... keys)
    {
        final String[] parts = new String[1 + count];
        parts[0] = name;
        for (int i = 0; i < count; i++)
        {
            parts[1 + i] = keys[i % keys.length];
        }
        return parts;
    }

    /** How often somebody else is answered until a command is. */
    private int pingsUntilAnswered(final RespTestClient client, final RespTestClient other)
    {
        client.flush();
        int pings = 0;
        while (client.received(1) == 0)
        {
            assertTrue(pings < 5000, "never answered");
            other.expect("+PONG\r\n", "PING");
            pings++;
        }
        return pings;
    }

    /** A command that is refused at once, and takes as long to arrive, is the measure. */
    @Test
    void shouldAnswerOthersWhileItCountsManyKeys()
    {
        final RespTestClient client = RespTestClient.login(node);
        final RespTestClient other = RespTestClient.login(node);
        client.expect(OK, "MSET", "a", "v", "b", "v");
        client.send(command("STRLEN", 99_999, "a", "b", "c"));
        final int pingsOfNothing = pingsUntilAnswered(client, other);
        client.expectNext("-ERR wrong number of arguments for 'strlen' command\r\n");
        for (final String name : List.of("EXISTS", "TOUCH"))
        {
            client.send(command(name, 99_999, "a", "b", "c"));
            final int pings = pingsUntilAnswered(client, other);
            assertTrue(pings > pingsOfNothing + 50, "pings=" + pings + ", of nothing=" + pingsOfNothing);
            client.expectNext(":66666\r\n");
        }
        client.expect(":2\r\n", "EXISTS", "a", "b", "c");
    }

    @Test
    void shouldRefuseManyKeysOfWhichOneLiesOutsideTheScope()
    {
        node.close();
        node = new SteppedNode((context) ->
        {
            SteppedNode.withResp(context);
            context.users(UserDirectory.of(List.of(
                Principal.of("reader", Role.READ, List.of(Scope.parse("kv:user:")), SteppedNode.anyPhc(), false),
                Principal.of("writer", Role.WRITE, List.of(), SteppedNode.anyPhc(), false))));
        });
        RespTestClient.login(node, "writer").expect(OK, "SET", "user:1", "x");
        final RespTestClient reader = RespTestClient.login(node, "reader");
        for (final int count : new int[]{ 3, 1000 })
        {
            final String[] within = command("EXISTS", count, "user:1");
            reader.expect(":" + count + "\r\n", within);
            final String[] beyond = Arrays.copyOf(within, count + 2);
            beyond[count + 1] = "other";
            reader.expect(NO_KEY, beyond);
            within[0] = "MGET";
            reader.expect("*" + count + "\r\n" + "$1\r\nx\r\n".repeat(count), within);
            beyond[0] = "MGET";
            reader.expect(NO_KEY, beyond);
        }
        reader.expect("+PONG\r\n", "PING");
    }

    private RespTestClient fill()
    {
        final RespTestClient client = RespTestClient.login(node);
        for (int i = 0; i < KEY_COUNT; i++)
        {
            client.send("SET", "key:" + (10_000 + i), "v");
        }
        client.expectNext(OK.repeat(KEY_COUNT));
        return client;
    }

    private static boolean isThere(final RespTestClient client)
    {
        if (client.takeLine().equals("$-1\r\n"))
        {
            return false;
        }
        client.takeLine();
        return true;
    }

    @Test
    void shouldShowNobodyAPartOfWhatFlushdbDeletes()
    {
        final RespTestClient client = fill();
        final RespTestClient other = RespTestClient.login(node);
        client.send("FLUSHDB").flush();
        int looks = 0;
        while (client.received(1) == 0)
        {
            assertTrue(looks < 1000, "FLUSHDB does not end");
            assertEquals("*3\r\n", other.send("MGET", "key:10000", "key:11500", "key:12999").takeLine());
            final boolean isFirstThere = isThere(other);
            assertEquals(isFirstThere, isThere(other), "look " + looks);
            assertEquals(isFirstThere, isThere(other), "look " + looks);
            looks++;
        }
        client.expectNext(OK);
        assertTrue(looks > 2, "nobody looked meanwhile");
        other.expect(":0\r\n", "DBSIZE");
    }

    @Test
    void shouldKeepAKeyThatIsWrittenAgainWhileFlushdbLooksForKeys()
    {
        final RespTestClient client = fill();
        final RespTestClient other = RespTestClient.login(node);
        client.send("FLUSHDB").flush();
        assertEquals(0, client.received(6));
        other.expect(OK, "SET", "key:12999", "written meanwhile");
        assertEquals(0, client.received(1), "the other came too late");
        client.expectNext(OK);
        client.expect("$17\r\nwritten meanwhile\r\n", "GET", "key:12999");
        client.expect(":1\r\n", "DBSIZE");
    }

    @Test
    void shouldDeleteMoreThanABatchMayHoldInParts()
    {
        node.close();
        node = new SteppedNode((context) ->
        {
            SteppedNode.withResp(context);
            context.maxFrameLength(64 * 1024);
        });
        final RespTestClient client = fill();
        client.expect(OK, "FLUSHDB");
        client.expect(":0\r\n", "DBSIZE");
        client.expect(OK, "FLUSHALL", "ASYNC");
        client.expect("-ERR syntax error\r\n", "FLUSHDB", "LATER");
    }

    @Test
    void shouldRefuseAPatternThatWouldTakeTooLongToCompare()
    {
        final RespTestClient client = RespTestClient.login(node);
        final String longKey = "k".repeat(5000);
        client.expect(OK, "SET", longKey, "v");
        client.expect("*1\r\n$5000\r\n" + longKey + "\r\n", "KEYS", longKey);
        client.expect("*1\r\n$5000\r\n" + longKey + "\r\n", "KEYS",
            longKey.substring(0, 4000) + "*k" + "?".repeat(254));
        final String refusal = "-ERR pattern is too long from its first special byte on: max=256\r\n";
        client.expect(refusal, "KEYS", "*" + "k".repeat(256));
        client.expect(refusal, "SCAN", "0", "MATCH", "k*" + "?".repeat(256));
    }
}
