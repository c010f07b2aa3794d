package org.velocitydb.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.server.audit.AuditScope;
import org.velocitydb.server.toml.TomlException;

class VelocityConfigTest
{
    /** As the original system's README has it, dots included. */
    private static final String ORIGINAL = """
        [server]
        max_connections = 1000
        rate_limit_per_second = 1000
        connection_timeout_seconds = 300

        [users]
        admin = "$argon2id$v=19$m=65536,t=3,p=4$..."
        alice = "$argon2id$v=19$m=65536,t=3,p=4$..."

        [database]
        max_memtable_size = 10000
        cache_size = 5000
        bloom_false_positive_rate = 0.001
        compaction_threshold = 8
        """;

    private static final String HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA";

    @TempDir
    private Path directory;

    @Test
    void shouldLoadTheOriginalFileUnchangedAndWarnOfItsPlaceholders()
    {
        final VelocityConfig config = VelocityConfig.parse("velocity.toml", ORIGINAL);

        assertEquals(1000, config.server().limits().maxConnections());
        assertEquals(1000, config.server().limits().rateLimitPerSecond());
        assertEquals(300, config.server().limits().connectionTimeoutSeconds());
        assertEquals(Capacity.ofEntries(10_000), config.memory().memtable());
        assertEquals(Capacity.ofEntries(5000), config.memory().cache());
        assertEquals(0.001, config.tables().bloomFalsePositiveRate());
        assertEquals(8, config.tables().compactionThreshold());
        assertEquals(Set.of("admin", "alice"), config.users().disabledNames());
        assertTrue(config.users().isEmpty());
        assertEquals(2, config.warnings().size());
        assertTrue(config.warnings().get(0).toString().startsWith("velocity.toml:7: "));
        assertTrue(config.warnings().get(1).toString().startsWith("velocity.toml:8: "));
    }

    @Test
    void shouldLoadTheOriginalFileWithRealHashes()
    {
        final String toml = ORIGINAL.replace("$argon2id$v=19$m=65536,t=3,p=4$...", HASH);

        final VelocityConfig config = VelocityConfig.parse("velocity.toml", toml);

        assertEquals(Set.of("admin", "alice"), config.users().names());
        assertEquals(0, config.warnings().size());
    }

    @Test
    void shouldCountBytesWhereALengthIsQuoted()
    {
        final VelocityConfig config = VelocityConfig.parse("velocity.toml",
            "[database]\nmax_memtable_size = \"64MiB\"\ncache_size = \"1GiB\"\n");

        assertEquals(Capacity.ofBytes(64L << 20), config.memory().memtable());
        assertEquals(Capacity.ofBytes(1L << 30), config.memory().cache());
    }

    @Test
    void shouldHaveTheDocumentedDefaultsWhereNothingIsSaid()
    {
        final VelocityConfig config = VelocityConfig.parse("velocity.toml", "");

        assertNull(config.memory().memtable());
        assertEquals(MemoryConfig.NO_BUDGET, config.memory().budgetBytes());
        for (final ConfigKey key : ConfigKey.values())
        {
            // Those two follow from the machine and from who runs it.
            if (key != ConfigKey.EVENT_LOOPS && key != ConfigKey.AERON_DIRECTORY)
            {
                assertEquals(key.defaultText(), config.text(key), key.key());
            }
        }
        final int eventLoops = config.server().eventLoops();
        assertTrue(eventLoops >= 1 && eventLoops <= ConfigKey.Defaults.MAX_EVENT_LOOPS);
    }

    @Test
    void shouldReadBackWhatItPrints()
    {
        final VelocityConfig config = VelocityConfig.builder()
            .memory(MemoryConfig.DEFAULTS.withCache(Capacity.ofBytes(96L << 20))
                .withBudget(6L << 30)
                .withMemtable(Capacity.ofEntries(12345)))
            .sync(new SyncConfig(SyncMode.INTERVAL, 20))
            .tables(TableConfig.DEFAULTS.withCompactionRate(48L << 20))
            .tls(TlsConfig.OFF.withMode(TlsConfig.Mode.REQUIRED)
                .withCertificate(Path.of("/server.pem"))
                .withKey(Path.of("/server.key"))
                .withClientCa(Path.of("/ca.pem"))
                .withClientAuth(TlsConfig.ClientAuth.OPTIONAL))
            .audit(AuditConfig.DEFAULT.enabled(true).path(Path.of("/audit")).what(AuditScope.ALL).filesKept(3))
            .server(ServerConfig.DEFAULTS.withBind(BindAddress.parse("[::1]:5433"))
                .withDataDir(Path.of("/data"))
                .withLimits(ServerLimits.DEFAULTS.with(ConfigKey.RATE_LIMIT_PER_SECOND, 7)
                    .with(ConfigKey.RATE_LIMIT_PER_USER, 8)
                    .with(ConfigKey.GLOBAL_RATE_LIMIT_PER_SECOND, 9)
                    .with(ConfigKey.MAX_CONNECTIONS_PER_ADDRESS, 10)
                    .with(ConfigKey.LOGIN_TIMEOUT, 1_500)
                    .with(ConfigKey.MAX_CONCURRENT_LOGINS, 3)
                    .with(ConfigKey.MAX_FRAME_SIZE, 2 << 20)
                    .with(ConfigKey.MAX_RESULT_ROWS, 11)))
            .build();

        final String printed = config.toString();
        final String keysAlone = printed.substring(0, printed.lastIndexOf('\n') + 1);

        assertEquals(printed, VelocityConfig.parse("printed", keysAlone).toString());
    }

    @Test
    void shouldReadWhatClientsAreAllowed()
    {
        final VelocityConfig config = VelocityConfig.parse("velocity.toml",
            "[server]\nrate_limit_per_user = 5\nlogin_timeout = \"1500ms\"\nmax_frame_size = \"2MiB\"\n");
        final ServerLimits limits = config.server().limits();

        assertEquals(5, limits.rateLimitPerUser());
        assertEquals(ServerLimits.NOT_SET, limits.globalRateLimitPerSecond());
        assertEquals(1_500, limits.loginTimeoutMs());
        assertEquals(2 << 20, limits.maxFrameLength());
        assertEquals(1024, limits.maxOutstandingRequests());
    }

    @Test
    void shouldNotPrintHashes()
    {
        final VelocityConfig config = VelocityConfig.parse("velocity.toml",
            ORIGINAL.replace("$argon2id$v=19$m=65536,t=3,p=4$...", HASH));

        assertTrue(config.toString().contains("users=[admin (admin), alice (write)]"), config.toString());
        assertFalse(config.toString().contains("argon2id"), config.toString());
    }

    @Test
    void shouldChangeNothingElseWhenBuiltAgain()
    {
        final VelocityConfig config = VelocityConfig.parse("velocity.toml", ORIGINAL);

        final VelocityConfig same = config.toBuilder().build();

        assertEquals(config.toString(), same.toString());
        assertEquals(config.warnings(), same.warnings());
    }

    @Test
    void shouldNameTheLineOfBytesThatAreNoText() throws Exception
    {
        final Path file = directory.resolve("velocity.toml");
        Files.write(file, new byte[]{ '#', '\n', '#', (byte) 0xC3, '\n' });

        final TomlException ex = assertThrows(TomlException.class, () -> VelocityConfig.load(file));

        assertEquals(file + ":2: not UTF-8: offset=3", ex.getMessage());
    }

    @Test
    void shouldTakeFilesWithByteOrderMarkAndCarriageReturns() throws Exception
    {
        final Path file = directory.resolve("velocity.toml");
        Files.writeString(file, "\uFEFF[server]\r\nmax_connections = 5\r\n# end\r\n");

        assertEquals(5, VelocityConfig.load(file).server().limits().maxConnections());
    }
}
