package org.velocitydb.server.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * The Redis protocol as a program of others speaks it: Jedis, unchanged, against the process itself.
 */
class JedisTest
{
    private static final String RESP = "[resp]\nbind = \"127.0.0.1:0\"\n";
    private static final int SCANNED_COUNT = 3_000;

    @TempDir
    private static Path sharedDirectory;
    private static VelocityProcess sharedServer;

    @BeforeAll
    static void startServer() throws IOException
    {
        ServerFiles.write(sharedDirectory, RESP + "[server]\nrate_limit_per_second = 1000000\n");
        sharedServer = VelocityProcess.startServer(sharedDirectory);
    }

    @AfterAll
    static void stopServer()
    {
        sharedServer.close();
    }

    @BeforeEach
    void clear()
    {
        try (Jedis jedis = login())
        {
            assertEquals("OK", jedis.flushDB());
        }
    }

    // --- logging in

    @Test
    void shouldLetInWhoHasThePasswordAlone()
    {
        try (Jedis jedis = new Jedis("127.0.0.1", sharedServer.respPort()))
        {
            assertTrue(assertThrows(JedisDataException.class, () -> jedis.get("k")).getMessage().startsWith("NOAUTH"));
            assertTrue(assertThrows(
                JedisAccessControlException.class, () -> jedis.auth(ServerFiles.USER, "wrong")).getMessage()
                .startsWith("WRONGPASS"));
            assertEquals("OK", jedis.auth(ServerFiles.USER, ServerFiles.PASSWORD));
            assertEquals("PONG", jedis.ping());
        }
    }

    @Test
    void shouldRefuseACommandThatItDoesNotKnowAndGoOn()
    {
        try (Jedis jedis = login())
        {
            final JedisDataException refused = assertThrows(
                JedisDataException.class, () -> jedis.sendCommand(Protocol.Command.LPUSH, "list", "a"));
            assertEquals(
                "ERR unknown command 'LPUSH', with args beginning with: 'list' 'a' ", refused.getMessage());
            assertEquals("PONG", jedis.ping());
        }
    }

    @Test
    void shouldSpeakTheThirdVersion()
    {
        try (Jedis jedis = login(sharedServer, RedisProtocol.RESP3))
        {
            jedis.set("k", "v");
            assertEquals("v", jedis.get("k"));
            assertNull(jedis.get("absent"));
            assertTrue(jedis.clientInfo().contains(" resp=3"), jedis.clientInfo());
            assertEquals("1", jedis.configGet("databases").get("databases"));
        }
    }

    @Test
    void shouldSpeakTls() throws Exception
    {
        final Path directory = sharedDirectory.resolve("tls");
        assertTrue(directory.toFile().mkdir());
        ServerFiles.write(directory, RESP + "[tls]\nmode = \"required\"\n");
        try (VelocityProcess server = VelocityProcess.startServer(directory))
        {
            final SslOptions trusting = SslOptions.builder().sslVerifyMode(SslVerifyMode.INSECURE).build();
            try (Jedis jedis = new Jedis(
                new HostAndPort("127.0.0.1", server.respPort()), config().sslOptions(trusting).build()))
            {
                assertEquals("OK", jedis.set("k", "v"));
                assertEquals("v", jedis.get("k"));
            }
            try (Jedis plain = new Jedis("127.0.0.1", server.respPort()))
            {
                assertThrows(RuntimeException.class, plain::ping);
            }
        }
    }

    // --- values and keys

    @Test
    void shouldSetOnTheConditionsOfItsOptions()
    {
        try (Jedis jedis = login())
        {
            assertEquals("OK", jedis.set("k", "1", SetParams.setParams().nx().ex(10_000)));
            assertNull(jedis.set("k", "2", SetParams.setParams().nx()));
            assertNull(jedis.set("absent", "2", SetParams.setParams().xx()));
            assertRange(9_900, 10_000, jedis.ttl("k"));
            assertEquals("OK", jedis.set("k", "2", SetParams.setParams().xx().keepTtl()));
            assertRange(9_900, 10_000, jedis.ttl("k"));
            assertEquals("2", jedis.setGet("k", "3", SetParams.setParams().px(50_000)));
            assertRange(1, 50_000, jedis.pttl("k"));
            assertEquals("3", jedis.getDel("k"));
            assertNull(jedis.get("k"));
            jedis.set("brief", "v", SetParams.setParams().px(1));
            Await.until(() -> "does not expire", () -> jedis.get("brief") == null);
        }
    }

    @Test
    void shouldReadAndWriteManyKeysAtOnce()
    {
        try (Jedis jedis = login())
        {
            assertEquals("OK", jedis.mset("a", "1", "b", "2"));
            assertEquals(Arrays.asList("1", null, "2"), jedis.mget("a", "x", "b"));
            assertEquals(0, jedis.msetnx("b", "3", "c", "3"));
            assertEquals(1, jedis.msetnx("c", "3", "d", "4"));
            assertEquals(Arrays.asList("2", "3", "4"), jedis.mget("b", "c", "d"));
            assertEquals(3, jedis.exists("a", "b", "c", "x"));
            assertEquals(2, jedis.del("a", "b", "x"));
            assertEquals(2, jedis.dbSize());
        }
    }

    @Test
    void shouldCount()
    {
        try (Jedis jedis = login())
        {
            assertEquals(1, jedis.incr("n"));
            assertEquals(11, jedis.incrBy("n", 10));
            assertEquals(10, jedis.decr("n"));
            assertEquals(-10, jedis.decrBy("n", 20));
            jedis.set("word", "one");
            assertEquals(
                "ERR value is not an integer or out of range",
                assertThrows(JedisDataException.class, () -> jedis.incr("word")).getMessage());
        }
    }

    @Test
    void shouldChangePartsOfValues()
    {
        try (Jedis jedis = login())
        {
            assertEquals(5, jedis.append("s", "Hello"));
            assertEquals(11, jedis.append("s", " World"));
            assertEquals(11, jedis.setrange("s", 6, "Redis"));
            assertEquals("Redis", jedis.getrange("s", -5, -1));
            assertEquals(5, jedis.setrange("gap", 3, "ab"));
            assertEquals("\0\0\0ab", jedis.get("gap"));
            assertEquals(11, jedis.strlen("s"));
        }
    }

    @Test
    void shouldChangeWhenKeysExpire()
    {
        try (Jedis jedis = login())
        {
            assertEquals(-2, jedis.ttl("k"));
            assertEquals(0, jedis.expire("k", 10));
            jedis.set("k", "v");
            assertEquals(-1, jedis.ttl("k"));
            assertEquals(1, jedis.expire("k", 10_000));
            assertRange(9_900, 10_000, jedis.ttl("k"));
            assertEquals(1, jedis.persist("k"));
            assertEquals(-1, jedis.pttl("k"));
            assertEquals(1, jedis.expire("k", 0));
            assertEquals("none", jedis.type("k"));
        }
    }

    @Test
    void shouldScanEachKeyThatMatchesOnce()
    {
        try (Jedis jedis = login())
        {
            final Set<String> expected = new HashSet<>();
            final Pipeline pipeline = jedis.pipelined();
            for (int i = 0; i < SCANNED_COUNT; i++)
            {
                pipeline.set("user:" + i, "v");
                pipeline.set("order:" + i, "v");
                expected.add("user:" + i);
            }
            pipeline.sync();
            final ScanParams params = new ScanParams().match("user:*").count(100);
            final List<String> found = new ArrayList<>();
            String cursor = ScanParams.SCAN_POINTER_START;
            do
            {
                final ScanResult<String> result = jedis.scan(cursor, params);
                found.addAll(result.getResult());
                cursor = result.getCursor();
            }
            while (!cursor.equals(ScanParams.SCAN_POINTER_START));
            assertEquals(SCANNED_COUNT, found.size());
            assertEquals(expected, new HashSet<>(found));
            assertEquals(1, jedis.keys("order:2999").size());
            assertEquals(2L * SCANNED_COUNT, jedis.dbSize());
        }
    }

    // --- pipelines and transactions

    @Test
    void shouldAnswerAPipelineInItsOrder()
    {
        try (Jedis jedis = login())
        {
            final Pipeline pipeline = jedis.pipelined();
            final List<Response<Long>> counts = new ArrayList<>();
            for (int i = 0; i < 1_000; i++)
            {
                counts.add(pipeline.incr("n"));
            }
            final Response<String> value = pipeline.get("n");
            pipeline.sync();
            for (int i = 0; i < counts.size(); i++)
            {
                assertEquals(i + 1L, counts.get(i).get());
            }
            assertEquals("1000", value.get());
        }
    }

    @Test
    void shouldDoATransactionOnlyWhereWhatItWatchesStayedAsItWas()
    {
        try (Jedis jedis = login(); Jedis other = login())
        {
            jedis.set("account", "10");
            assertNull(transfer(jedis, () -> other.set("account", "20")));
            assertEquals("20", jedis.get("account"));
            assertNull(jedis.get("log"));
            assertEquals(List.of(15L, "OK", "15"), transfer(jedis, () -> other.set("unrelated", "1")));
            assertEquals("15", other.get("log"));
        }
    }

    /** What a transaction answers while which something else is done. */
    private static List<Object> transfer(final Jedis jedis, final Runnable meanwhile)
    {
        jedis.watch("account");
        final Transaction transaction = jedis.multi();
        transaction.decrBy("account", 5);
        transaction.set("log", "15");
        transaction.get("account");
        meanwhile.run();
        return transaction.exec();
    }

    // --- what others see, and what stays

    @Test
    void shouldShareItsDataWithSqlAndTheJavaClient()
    {
        try (Jedis jedis = login(); VelocityClient client = sharedServer.login())
        {
            jedis.set("from:redis", "1");
            jedis.incr("from:redis");
            assertEquals("2", client.select("from:redis").orElseThrow());
            assertEquals("2", client.query("SELECT value FROM kv WHERE key = 'from:redis'").rows().get(0).values()
                .get(0));
            client.query("INSERT INTO kv (key, value) VALUES ('from:sql', 'x')");
            client.put("from:client".getBytes(UTF_8), "y".getBytes(UTF_8));
            assertEquals(List.of("x", "y"), jedis.mget("from:sql", "from:client"));
            client.query("DELETE FROM kv WHERE key = 'from:redis'");
            assertNull(jedis.get("from:redis"));
        }
    }

    @Test
    void shouldHaveWhatItAcknowledgedAfterACrash() throws Exception
    {
        final Path directory = sharedDirectory.resolve("crash");
        assertTrue(directory.toFile().mkdir());
        ServerFiles.write(directory, RESP);
        try (VelocityProcess server = VelocityProcess.startServer(directory);
            Jedis jedis = login(server, RedisProtocol.RESP2))
        {
            for (int i = 0; i < 200; i++)
            {
                assertEquals(i + 1, jedis.incr("n"));
            }
            jedis.set("long", "v", SetParams.setParams().ex(1_000));
            final Transaction transaction = jedis.multi();
            transaction.set("a", "1");
            transaction.append("a", "2");
            assertEquals(List.of("OK", 2L), transaction.exec());
            server.kill();
        }
        try (VelocityProcess server = VelocityProcess.startServer(directory);
            Jedis jedis = login(server, RedisProtocol.RESP2))
        {
            assertEquals(List.of("200", "v", "12"), jedis.mget("n", "long", "a"));
            assertRange(1, 1_000, jedis.ttl("long"));
        }
    }

    // --- helpers

    private static void assertRange(final long min, final long max, final long value)
    {
        assertTrue(value >= min && value <= max, () -> "value=" + value + ", min=" + min + ", max=" + max);
    }

    private static DefaultJedisClientConfig.Builder config()
    {
        return DefaultJedisClientConfig.builder()
            .user(ServerFiles.USER)
            .password(ServerFiles.PASSWORD)
            .timeoutMillis((int) Await.TIMEOUT_MS);
    }

    private static Jedis login()
    {
        return login(sharedServer, RedisProtocol.RESP2);
    }

    private static Jedis login(final VelocityProcess server, final RedisProtocol version)
    {
        return new Jedis(new HostAndPort("127.0.0.1", server.respPort()), config().protocol(version).build());
    }
}
