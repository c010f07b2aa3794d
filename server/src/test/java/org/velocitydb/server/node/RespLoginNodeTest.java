package org.velocitydb.server.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Who is not logged in over the Redis protocol, or not any more, on a node that is stepped on one thread.
 */
class RespLoginNodeTest
{
    private SteppedNode node;

    @AfterEach
    void close()
    {
        node.close();
    }

    @Test
    void shouldTakeNoMoreFromWhoHasResetThanFromAStranger()
    {
        node = new SteppedNode(SteppedNode::withResp);
        final RespTestClient client = RespTestClient.login(node);
        client.expect("+OK\r\n", "SET", "k", "v".repeat(20_000));
        client.expect("+RESET\r\n", "RESET");
        client.expect("-NOAUTH Authentication required.\r\n", "GET", "k");
        client.expect("+OK\r\n", "AUTH", SteppedNode.USER, SteppedNode.PASSWORD);
        client.expect("+OK\r\n", "SET", "k", "v".repeat(20_000));
        client.expect("+RESET\r\n", "RESET");
        client.sendRaw("*2\r\n$4\r\nAUTH\r\n$20000\r\n")
            .expectNext("-ERR Protocol error: unauthenticated bulk length\r\n");
        client.expectEnd();
    }

    /** Each password takes longer than a login may, and the last one has to wait for all others. */
    @Test
    void shouldTellWhoseLoginWasNotDecidedInTime()
    {
        node = new SteppedNode((context) ->
        {
            SteppedNode.withResp(context);
            context.limits(new NodeLimits().loginTimeoutNs(TimeUnit.SECONDS.toNanos(5)).loginConcurrency(1));
            context.loopCount(1);
            context.passwordVerifier((phc, password) ->
            {
                node.advance(TimeUnit.SECONDS.toNanos(10));
                return false;
            });
        });
        final List<RespTestClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++)
        {
            final RespTestClient client = new RespTestClient(node, 1024);
            client.expect("-NOAUTH Authentication required.\r\n", "PING");
            clients.add(client);
        }
        for (int i = 0; i < 8; i++)
        {
            clients.get(i).send("AUTH", SteppedNode.USER, "password " + i).flush();
        }
        clients.get(3).expectNext("-ERR not logged in in time: max_ms=5000\r\n");
        clients.get(3).expectEnd();
    }
}
