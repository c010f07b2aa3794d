package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.server.resp.RespScanner;

/**
 * What long requests keep is bounded over all protocols: commands of the Redis protocol with a million keys are under
 * way, thousands of slices long, and leave room for no more than a short one.
 */
final class HeldRequestsNodeTest
{
    private static final int BUFFER_LENGTH = 8 * 1024 * 1024;
    /** Four such hold 60 MiB: 7 bytes of each key's part, and 8 for where it is. */
    private static final int KEY_COUNT = RespScanner.PART_COUNT_MAX - 1;
    /** Another that leaves less than half a megabyte. */
    private static final int REST_KEY_COUNT = 250_000;
    /** In which the longest request arrives, and a short part of the time in which it is worked on. */
    private static final int ARRIVAL_STEPS = 300;
    private static final String REFUSAL = "-OOM too many long commands are under way, try again\r\n";

    private final SteppedNode node = new SteppedNode(SteppedNode::withResp);
    private final RespTestClient[] holders = new RespTestClient[5];

    @BeforeEach
    void hold()
    {
        for (int i = 0; i < holders.length; i++)
        {
            holders[i] = login();
        }
        for (int i = 0; i < holders.length; i++)
        {
            holders[i].sendRaw(exists(i < holders.length - 1 ? KEY_COUNT : REST_KEY_COUNT));
            assertEquals(0, holders[i].received(ARRIVAL_STEPS));
        }
    }

    @AfterEach
    void close()
    {
        node.close();
    }

    private RespTestClient login()
    {
        final RespTestClient client = new RespTestClient(node, BUFFER_LENGTH);
        client.expect("+OK\r\n", "AUTH", SteppedNode.USER, SteppedNode.PASSWORD);
        return client;
    }

    private static String exists(final int keyCount)
    {
        return "*" + (1 + keyCount) + "\r\n$6\r\nEXISTS\r\n" + "$1\r\nk\r\n".repeat(keyCount);
    }

    @Test
    void shouldRefuseOneMoreLongCommandUntilOthersAreAnswered()
    {
        final RespTestClient client = login();
        final String longKey = "k".repeat(1024 * 1024);

        client.expect(REFUSAL, "MGET", "a", longKey);
        client.expect(REFUSAL, "KEYS", longKey);
        client.sendRaw(exists(100_000)).expectNext(REFUSAL);
        client.expect("*1\r\n$-1\r\n", "MGET", "a");
        client.expect("*0\r\n", "KEYS", "a*");
        holders[0].expectNext(":0\r\n");

        client.expect("*2\r\n$-1\r\n$-1\r\n", "MGET", "a", longKey);
        client.sendRaw(exists(100_000)).expectNext(":0\r\n");
    }

    private void assertWaits(final String verb)
    {
        final TestClient1 client = node.login1();
        assertEquals(MessageType.RESPONSE, client.command(verb + " FROM kv WHERE key > 'a'").type());
        final String furtherKey = " AND key > '" + "a".repeat(60_000) + "'";
        client.send(MessageType.COMMAND, verb + " FROM kv WHERE key > 'a'" + furtherKey.repeat(10));

        client.pump(ARRIVAL_STEPS);
        assertFalse(client.hasReceived());
        holders[0].expectNext(":0\r\n");

        assertEquals(MessageType.RESPONSE, client.take().type());
    }

    @Test
    void shouldHaveALongSelectOfVersion1Wait()
    {
        assertWaits("SELECT key");
    }

    @Test
    void shouldHaveALongDeleteOfVersion1Wait()
    {
        assertWaits("DELETE");
    }
}
