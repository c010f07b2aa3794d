package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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

    /** As redis-benchmark does, on a machine where each password takes two seconds and a login thirty at most. */
    @Test
    void shouldLetFiftyConnectionsInThatLogInAtOnceWithACommandBehind()
    {
        node.close();
        node = new SteppedNode((context) ->
        {
            SteppedNode.withResp(context);
            context.passwordVerifier((phc, password) ->
            {
                node.advance(TimeUnit.SECONDS.toNanos(2));
                return true;
            });
        });
        final List<RespTestClient> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++)
        {
            final RespTestClient client = new RespTestClient(node, 1024);
            client.send("AUTH", SteppedNode.USER, SteppedNode.PASSWORD).send("INCR", "n").flush();
            clients.add(client);
        }
        for (int i = 0; i < 50; i++)
        {
            clients.get(i).expectNext(OK + ':');
        }
        RespTestClient.login(node).expect("$2\r\n50\r\n", "GET", "n");
    }

    @Test
    void shouldRefuseWritesAndReadOnWhileTheDiskIsFull()
    {
        final RespTestClient client = RespTestClient.login(node);
        client.expect(OK, "SET", "before", "1");
        node.storage().capacityBytes(0);
        final String refusal = writeUntilRefused(client);
        assertTrue(refusal.startsWith("-MISCONF "), refusal);
        client.expect("$1\r\n1\r\n", "GET", "before");
        final String large = "v".repeat(10_000);
        assertEquals(refusal, client.send("SET", "k", large).takeLine());
        client.expect(OK, "MULTI");
        client.expect("+QUEUED\r\n", "SET", "before", "2");
        client.expect("+QUEUED\r\n", "SET", "k", large);
        assertEquals(refusal, client.send("EXEC").takeLine());
        client.expect("$1\r\n1\r\n", "GET", "before");
        node.takeErrors();

        node.storage().capacityBytes(Long.MAX_VALUE);
        node.stepUntil(() ->
        {
            node.advance(TimeUnit.SECONDS.toNanos(1));
            return client.send("SET", "k", large).takeLine().equals(OK);
        });
        client.expect("$1\r\n1\r\n", "GET", "k0");
        node.takeErrors();
    }

    private static String writeUntilRefused(final RespTestClient client)
    {
        String answer = OK;
        for (int i = 0; answer.equals(OK); i++)
        {
            assertTrue(i < 1000, "never refused");
            answer = client.send("SET", "k" + i, i == 0 ? "1" : "v".repeat(10_000)).takeLine();
        }
        return answer;
    }

    @Test
    void shouldDescribeTheConnectionThatAsks()
    {
        final RespTestClient client = RespTestClient.login(node);
        client.expect("$-1\r\n", "CLIENT", "GETNAME");
        client.expect(OK, "CLIENT", "SETNAME", "worker-1");
        client.expect("$8\r\nworker-1\r\n", "CLIENT", "GETNAME");
        client.expect(
            "-ERR Client names cannot contain spaces, newlines or special characters.\r\n",
            "CLIENT", "SETNAME", "a b");
        client.expect(OK, "CLIENT", "SETINFO", "LIB-NAME", "jedis");
        client.expect(OK, "CLIENT", "SETINFO", "lib-ver", "8.0.2");
        client.expect("-ERR Unrecognized option 'LIB-COLOR'\r\n", "CLIENT", "SETINFO", "LIB-COLOR", "red");
        client.expect("-ERR unknown subcommand 'KILL'. Try CLIENT HELP.\r\n", "CLIENT", "KILL");
        final String id = client.send("CLIENT", "ID").takeLine().substring(1).trim();
        final String line = client.send("CLIENT", "INFO").takeText();
        assertTrue(line.startsWith("id=" + id + " addr="), line);
        assertTrue(line.contains(" name=worker-1 "), line);
        assertTrue(line.endsWith(" user=alice lib-name=jedis lib-ver=8.0.2 resp=2\n"), line);
        RespTestClient.login(node);
        assertEquals(line.lines().count(), client.send("CLIENT", "LIST").takeText().lines().count());
    }

    @Test
    void shouldTellAboutTheServerBySection()
    {
        final RespTestClient client = RespTestClient.login(node);
        final String all = client.send("INFO").takeText();
        for (final String expected : List.of(
            "# Server\r\nredis_version:7.2.0\r\nredis_mode:standalone\r\nvelocitydb_version:",
            "# Clients\r\nconnected_clients:1\r\n", "# Memory\r\n", "# Persistence\r\nloading:0\r\naof_enabled:1\r\n",
            "# Replication\r\nrole:master\r\n", "# Cluster\r\ncluster_enabled:0\r\n"))
        {
            assertTrue(all.contains(expected), expected + " in " + all);
        }
        final String replication = client.send("INFO", "Replication").takeText();
        assertEquals("# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n", replication);
        assertEquals("", client.send("INFO", "nosuch").takeText());
        client.expect("*2\r\n$9\r\ndatabases\r\n$1\r\n1\r\n", "CONFIG", "GET", "databases");
    }

    @Test
    void shouldKeepASlowRequestWithItsKeyAndNoValue()
    {
        node.close();
        node = new SteppedNode((context) ->
        {
            SteppedNode.withResp(context);
            context.slowLogThresholdNs(1_000_000);
        });
        final RespTestClient client = RespTestClient.login(node);
        node.holdWriter(true);
        client.send("SET", "slow", "secret value").received(5);
        node.advance(7_000_000);
        node.holdWriter(false);
        client.expectNext(OK);
        client.expect(OK, "SET", "quick", "1");

        assertEquals(1, node.node().slowLog().count());
        node.node().slowLog().drain((kept) ->
        {
            assertEquals(List.of(SteppedNode.USER, "SET", "0 \"slow\""), kept.texts().subList(2, 5));
            assertFalse(kept.toString().contains("secret"), kept::toString);
        }, 1);
    }

    @Test
    void shouldDeleteWhatWasThereBeforeAndKeepWhatIsWrittenMeanwhile()
    {
        final RespTestClient client = RespTestClient.login(node);
        for (int i = 0; i < 3000; i++)
        {
            client.send("SET", "key:" + (10_000 + i), "v");
        }
        client.expectNext(OK.repeat(3000));
        final RespTestClient writer = RespTestClient.login(node);
        client.send("FLUSHDB").flush();
        int written = 0;
        // As long as it runs, somebody writes before, between and behind the keys that it walks.
        while (client.received(1) == 0)
        {
            assertTrue(written < 1000, "FLUSHDB does not end");
            writer.expect(OK, "SET", (written % 2 == 0 ? "a" : "z") + written, "v");
            written++;
        }
        client.expectNext(OK);
        assertTrue(written > 1, "nothing was written meanwhile");
        client.expect(":" + written + "\r\n", "DBSIZE");
        assertEquals("*0\r\n", client.send("KEYS", "key:*").takeLine());
    }
}
