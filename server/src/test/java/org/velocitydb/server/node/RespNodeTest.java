package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.Role;
import org.velocitydb.server.users.Scope;
import org.velocitydb.server.users.UserDirectory;

/**
 * A node that speaks the Redis protocol, stepped on one thread.
 */
class RespNodeTest
{
    private static final String OK = "+OK\r\n";
    private static final String NOAUTH = "-NOAUTH Authentication required.\r\n";
    private static final int MIB = 1024 * 1024;

    private SteppedNode node = new SteppedNode(SteppedNode::withResp);

    @AfterEach
    void close()
    {
        node.close();
    }

    @Test
    void shouldAnswerOnlyWhoHasLoggedIn()
    {
        final RespTestClient client = new RespTestClient(node);
        client.expect(NOAUTH, "GET", "k");
        client.expect(NOAUTH, "NOSUCH");
        client.expect("-WRONGPASS invalid username-password pair or user is disabled.\r\n", "AUTH", "alice", "no");
        client.expect("-WRONGPASS invalid username-password pair or user is disabled.\r\n", "AUTH", "secret123");
        client.expect(OK, "AUTH", SteppedNode.USER, SteppedNode.PASSWORD);
        client.expect("$-1\r\n", "GET", "k");
        client.expect("+RESET\r\n", "RESET");
        client.expect(NOAUTH, "GET", "k");
    }

    @Test
    void shouldTakeAPasswordAloneForThatOfTheUserNamedDefault()
    {
        node.close();
        node = new SteppedNode((context) ->
        {
            SteppedNode.withResp(context);
            context.users(UserDirectory.of(Map.of("default", SteppedNode.anyPhc()), Set.of()));
        });
        final RespTestClient client = new RespTestClient(node);
        client.expect(OK, "AUTH", SteppedNode.PASSWORD);
        client.expect("+PONG\r\n", "PING");
    }

    @Test
    void shouldAnswerPipelinedRequestsInTheirOrder()
    {
        final RespTestClient client = RespTestClient.login(node);
        client.send("SET", "a", "1").send("GET", "a").send("INCR", "a").send("PING").send("GET", "a")
            .send("NOSUCH").send("SET", "a").send("DEL", "a", "a", "b").send("EXISTS", "a").sendRaw("PING\r\n")
            .sendRaw("\r\n*0\r\n");
        client.expectNext(OK + "$1\r\n1\r\n:2\r\n+PONG\r\n$1\r\n2\r\n" +
            "-ERR unknown command 'NOSUCH', with args beginning with: \r\n" +
            "-ERR wrong number of arguments for 'set' command\r\n:1\r\n:0\r\n+PONG\r\n");
    }

    @Test
    void shouldAnswerAWriteOnlyWhenItIsDurable()
    {
        final RespTestClient client = RespTestClient.login(node);
        node.holdWriter(true);
        client.send("SET", "a", "1").send("GET", "a").send("PING");
        assertEquals(0, client.received(50));
        node.holdWriter(false);
        client.expectNext(OK + "$1\r\n1\r\n+PONG\r\n");
    }

    @Test
    void shouldDoATransactionAsOne()
    {
        final RespTestClient client = RespTestClient.login(node);
        client.expect(OK, "MULTI");
        client.expect("+QUEUED\r\n", "SET", "t", "x");
        client.expect("+QUEUED\r\n", "INCR", "t");
        client.expect("+QUEUED\r\n", "APPEND", "t", "y");
        client.expect("+QUEUED\r\n", "GET", "t");
        client.expect("+QUEUED\r\n", "PING");
        client.expect(
            "*5\r\n+OK\r\n-ERR value is not an integer or out of range\r\n:2\r\n$2\r\nxy\r\n+PONG\r\n", "EXEC");
        client.expect(OK, "MULTI");
        client.expect("-ERR wrong number of arguments for 'get' command\r\n", "GET");
        client.expect("-EXECABORT Transaction discarded because of previous errors.\r\n", "EXEC");
    }

    @Test
    void shouldNotDoATransactionWhoseKeysHaveChanged()
    {
        final RespTestClient client = RespTestClient.login(node);
        final RespTestClient other = RespTestClient.login(node);
        client.expect(OK, "WATCH", "k", "absent");
        other.expect(OK, "SET", "absent", "1");
        client.expect(OK, "MULTI");
        client.expect("+QUEUED\r\n", "SET", "k", "mine");
        client.expect("*-1\r\n", "EXEC");
        client.expect("$-1\r\n", "GET", "k");
        client.expect(OK, "WATCH", "k", "absent");
        client.expect(OK, "MULTI");
        client.expect("+QUEUED\r\n", "SET", "k", "mine");
        client.expect("*1\r\n+OK\r\n", "EXEC");
        other.expect("$4\r\nmine\r\n", "GET", "k");
    }

    @Test
    void shouldCountEachOfManyIncrementsFromMoreThanOneConnection()
    {
        final RespTestClient one = RespTestClient.login(node);
        final RespTestClient other = RespTestClient.login(node);
        for (int i = 0; i < 50; i++)
        {
            one.send("INCR", "n");
            other.send("INCRBY", "n", "2");
        }
        one.received(200);
        other.received(200);
        RespTestClient.login(node).expect("$3\r\n150\r\n", "GET", "n");
    }

    @Test
    void shouldWalkAllKeysOnceAndDeleteThem()
    {
        final RespTestClient client = RespTestClient.login(node);
        for (int i = 0; i < 300; i++)
        {
            client.expect(OK, "SET", "key:" + (1000 + i), "v");
        }
        client.expect(":300\r\n", "DBSIZE");
        client.expect("*1\r\n$8\r\nkey:1007\r\n", "KEYS", "key:10[0]7");
        client.expect(
            "*2\r\n$1\r\n1\r\n*2\r\n$8\r\nkey:1000\r\n$8\r\nkey:1001\r\n", "SCAN", "0", "COUNT", "2");
        client.expect("*2\r\n$1\r\n2\r\n*1\r\n$8\r\nkey:1002\r\n", "SCAN", "1", "COUNT", "1");
        client.expect(
            "*2\r\n$1\r\n0\r\n*1\r\n$8\r\nkey:1299\r\n", "SCAN", "0", "MATCH", "key:1299", "COUNT", "9");
        client.expect("-ERR invalid cursor\r\n", "SCAN", "999");
        client.expect(OK, "FLUSHDB");
        client.expect(":0\r\n", "DBSIZE");
    }

    @Test
    void shouldKeepUsersToTheirRolesAndScopes()
    {
        node.close();
        node = new SteppedNode((context) ->
        {
            SteppedNode.withResp(context);
            context.users(UserDirectory.of(List.of(
                Principal.of("reader", Role.READ, List.of(Scope.parse("kv:user:")), SteppedNode.anyPhc(), false),
                Principal.of("writer", Role.WRITE, List.of(), SteppedNode.anyPhc(), false))));
        });
        final RespTestClient writer = RespTestClient.login(node, "writer");
        writer.expect(OK, "MSET", "user:1", "x", "other", "y");
        final RespTestClient reader = RespTestClient.login(node, "reader");
        reader.expect("$1\r\nx\r\n", "GET", "user:1");
        reader.expect("-NOPERM No permissions to access a key\r\n", "GET", "other");
        reader.expect("-NOPERM No permissions to access a key\r\n", "MGET", "user:1", "other");
        reader.expect("-NOPERM No permissions to access a key\r\n", "KEYS", "*");
        reader.expect("*1\r\n$6\r\nuser:1\r\n", "KEYS", "user:*");
        reader.expect("-NOPERM this user has no permissions to run the 'set' command\r\n", "SET", "user:1", "z");
        reader.expect("-NOPERM this user has no permissions to run the 'flushdb' command\r\n", "FLUSHDB");
    }

    @Test
    void shouldNotDoATransactionThatWasQueuedWithRightsThatAreGone()
    {
        final Argon2Phc password = SteppedNode.anyPhc();
        node.close();
        node = new SteppedNode((context) ->
        {
            SteppedNode.withResp(context);
            context.users(
                UserDirectory.of(List.of(Principal.of("writer", Role.WRITE, List.of(), password, false))));
        });
        final RespTestClient client = RespTestClient.login(node, "writer");
        client.expect(OK, "MULTI");
        client.expect("+QUEUED\r\n", "SET", "k", "v");
        node.node().users(UserDirectory.of(List.of(Principal.of("writer", Role.READ, List.of(), password, false))));
        assertEquals(0, client.received(3));
        client.expect("-EXECABORT Transaction discarded because of previous errors.\r\n", "EXEC");
        client.expect("$-1\r\n", "GET", "k");
    }

    @Test
    void shouldBoundTheKeysThatAConnectionWatches()
    {
        final RespTestClient client = RespTestClient.login(node);
        final String text = "-ERR too many keys are watched: max=1024, bytes_max=524288\r\n";
        for (int i = 0; i < 8; i++)
        {
            client.expect(OK, "WATCH", i + "x".repeat(64 * 1024 - 1));
        }
        client.expect(text, "WATCH", "k");
        client.expect(OK, "UNWATCH");
        for (int i = 0; i < 1024; i++)
        {
            client.send("WATCH", "k");
            client.expectNext(OK);
        }
        client.expect(text, "WATCH", "k");
        client.expect(OK, "MULTI");
        client.expect("+QUEUED\r\n", "PING");
        client.expect(OK, "DISCARD");
        client.expect(OK, "WATCH", "k");
    }

    @Test
    void shouldRefuseToTellAboutMoreCommandsThanThereAre()
    {
        final String[] parts = new String[1025];
        Arrays.fill(parts, "get");
        parts[0] = "COMMAND";
        parts[1] = "INFO";
        RespTestClient.login(node).expect("-ERR too many arguments for 'command' command: max=1023\r\n", parts);
    }

    @Test
    void shouldEndAConnectionThatSendsWhatIsNoRequest()
    {
        final RespTestClient negative = RespTestClient.login(node);
        negative.sendRaw("*1\r\n$-5\r\n").expectNext("-ERR Protocol error: invalid bulk length\r\n");
        negative.expectEnd();
        final RespTestClient huge = RespTestClient.login(node);
        huge.sendRaw("*2\r\n$3\r\nGET\r\n$2147483647\r\n")
            .expectNext("-ERR Protocol error: invalid bulk length\r\n");
        huge.expectEnd();
        final RespTestClient stranger = new RespTestClient(node);
        stranger.sendRaw("*2\r\n$4\r\nAUTH\r\n$1000000\r\n")
            .expectNext("-ERR Protocol error: unauthenticated bulk length\r\n");
        stranger.expectEnd();
        final RespTestClient quotes = RespTestClient.login(node);
        quotes.sendRaw("SET \"a\r\n").expectNext("-ERR Protocol error: unbalanced quotes in request\r\n");
        quotes.expectEnd();
    }

    /** Its answers are 100,000 times as long as its requests. */
    @Test
    void shouldBoundWhatItHoldsForAPeerThatReadsNothing()
    {
        final RespTestClient client = RespTestClient.login(node);
        client.expect(OK, "SET", "big", "x".repeat(100_000));
        final String get = RespTestClient.request("GET", "big");
        for (int i = 0; i < 100_000; i++)
        {
            client.sendRaw(get);
        }
        final RespTestClient other = RespTestClient.login(node);
        for (int i = 0; i < 200; i++)
        {
            client.flush();
            node.step();
        }
        other.expect("+PONG\r\n", "PING");
        assertTrue(node.node().statistics().poolBytesUsed() < 8L * MIB,
            () -> "bytes held: " + node.node().statistics().poolBytesUsed());
        client.close();
        other.expect(OK, "SET", "k", "v");
    }

    @Test
    void shouldAnswerInTheVersionThatWasAskedFor()
    {
        final RespTestClient client = RespTestClient.login(node);
        client.expect(
            "%7\r\n$6\r\nserver\r\n$10\r\nvelocitydb\r\n$7\r\nversion\r\n$5\r\n7.2.0\r\n$5\r\nproto\r\n:3\r\n",
            "HELLO", "3");
        client.expect(
            "$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n" +
                "$7\r\nmodules\r\n*0\r\n_\r\n",
            "GET", "absent");
        client.expect("-NOPROTO unsupported protocol version\r\n", "HELLO", "4");
    }
}
