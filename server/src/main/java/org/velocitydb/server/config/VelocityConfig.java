package org.velocitydb.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.velocitydb.server.toml.TomlDocument;
import org.velocitydb.server.toml.TomlException;
import org.velocitydb.server.toml.TomlProblem;
import org.velocitydb.server.users.UserDirectory;

/**
 * The concluded configuration of a server. Immutable; every value has been checked.
 */
public final class VelocityConfig
{
    /** Name of the file that is read where no other is named. */
    public static final String FILE_NAME = "velocity.toml";
    /** {@link #rateLimitPerSecond()} where there is no limit. */
    public static final int NO_RATE_LIMIT = 0;
    /** {@link #memoryBudgetBytes()} where the machine decides. */
    public static final long NO_MEMORY_BUDGET = 0;
    /** {@link #compactionBytesPerSecond()} where there is no bound. */
    public static final long NO_COMPACTION_RATE = Long.MAX_VALUE;

    private final BindAddress bind;
    private final Path dataDir;
    private final int maxConnections;
    private final int rateLimitPerSecond;
    private final int connectionTimeoutSeconds;
    private final int maxAuthFailures;
    private final int authBanSeconds;
    private final boolean allowPlaintextPasswords;
    private final int eventLoops;
    private final ServerLimits limits;
    private final long memoryBudgetBytes;
    private final Capacity memtable;
    private final Capacity cache;
    private final double targetCacheHitRate;
    private final List<BlockCompression> compression;
    private final double bloomFalsePositiveRate;
    private final int compactionThreshold;
    private final long compactionBytesPerSecond;
    private final SyncMode syncMode;
    private final int syncIntervalMs;
    private final AuditConfig audit;
    private final OperatorConfig operator;
    private final AeronConfig aeron;
    private final RespConfig resp;
    private final Map<ConfigKey, ConfigOrigin> origins;
    private final TlsConfig tls;
    private final UserDirectory users;
    private final List<TomlProblem> warnings;

    private VelocityConfig(final Builder builder)
    {
        bind = builder.bind;
        dataDir = builder.dataDir;
        maxConnections = builder.maxConnections;
        rateLimitPerSecond = builder.rateLimitPerSecond;
        connectionTimeoutSeconds = builder.connectionTimeoutSeconds;
        maxAuthFailures = builder.maxAuthFailures;
        authBanSeconds = builder.authBanSeconds;
        allowPlaintextPasswords = builder.allowPlaintextPasswords;
        eventLoops = builder.eventLoops;
        limits = builder.limits;
        memoryBudgetBytes = builder.memoryBudgetBytes;
        memtable = builder.memtable;
        cache = builder.cache;
        targetCacheHitRate = builder.targetCacheHitRate;
        compression = builder.compression;
        bloomFalsePositiveRate = builder.bloomFalsePositiveRate;
        compactionThreshold = builder.compactionThreshold;
        compactionBytesPerSecond = builder.compactionBytesPerSecond;
        syncMode = builder.syncMode;
        syncIntervalMs = builder.syncIntervalMs;
        audit = builder.audit;
        operator = builder.operator;
        aeron = builder.aeron;
        resp = builder.resp;
        origins = Map.copyOf(builder.origins);
        tls = builder.tls;
        users = builder.users;
        warnings = List.copyOf(builder.warnings);
    }

    /**
     * Reads a file.
     *
     * @param file that exists.
     * @return the configuration.
     * @throws IOException   when the file cannot be read.
     * @throws TomlException with everything that is refused in it.
     */
    public static VelocityConfig load(final Path file) throws IOException
    {
        return ConfigReader.read(TomlDocument.parse(file.toString(), Files.readAllBytes(file)));
    }

    /**
     * Reads bytes.
     *
     * @param file  name for messages.
     * @param bytes what a file holds.
     * @return the configuration.
     * @throws TomlException with everything that is refused in it.
     */
    public static VelocityConfig parse(final String file, final byte[] bytes)
    {
        return ConfigReader.read(TomlDocument.parse(file, bytes));
    }

    /**
     * Reads a text.
     *
     * @param file name for messages.
     * @param text what a file would hold.
     * @return the configuration.
     * @throws TomlException with everything that is refused in it.
     */
    public static VelocityConfig parse(final String file, final String text)
    {
        return ConfigReader.read(TomlDocument.parse(file, text));
    }

    /**
     * All defaults, to change some of them in code.
     *
     * @return a new builder.
     */
    public static Builder builder()
    {
        return new Builder();
    }

    /**
     * A builder that begins with the values of this one.
     *
     * @return a new builder.
     */
    public Builder toBuilder()
    {
        return new Builder(this);
    }

    /**
     * Where to listen.
     *
     * @return the address.
     */
    public BindAddress bind()
    {
        return bind;
    }

    /**
     * Where the data is kept.
     *
     * @return the path, relative to the working directory.
     */
    public Path dataDir()
    {
        return dataDir;
    }

    /**
     * Most connections at a time.
     *
     * @return the number.
     */
    public int maxConnections()
    {
        return maxConnections;
    }

    /**
     * Most requests a second for each connection.
     *
     * @return the number, or {@link #NO_RATE_LIMIT}.
     */
    public int rateLimitPerSecond()
    {
        return rateLimitPerSecond;
    }

    /**
     * How long a connection may be idle.
     *
     * @return seconds.
     */
    public int connectionTimeoutSeconds()
    {
        return connectionTimeoutSeconds;
    }

    /**
     * Failed logins of a user from one address that lead to a ban.
     *
     * @return the number.
     */
    public int maxAuthFailures()
    {
        return maxAuthFailures;
    }

    /**
     * How long a ban lasts.
     *
     * @return seconds.
     */
    public int authBanSeconds()
    {
        return authBanSeconds;
    }

    /**
     * Whether passwords are taken from other machines without TLS.
     *
     * @return true if the file says so in as many words.
     */
    public boolean allowPlaintextPasswords()
    {
        return allowPlaintextPasswords;
    }

    /**
     * Threads that serve connections.
     *
     * @return the number.
     */
    public int eventLoops()
    {
        return eventLoops;
    }

    /**
     * What clients are allowed beside what has an accessor of its own.
     *
     * @return the limits.
     */
    public ServerLimits limits()
    {
        return limits;
    }

    /**
     * What the database may take of memory.
     *
     * @return bytes, or {@link #NO_MEMORY_BUDGET}.
     */
    public long memoryBudgetBytes()
    {
        return memoryBudgetBytes;
    }

    /**
     * What a memtable holds before it is flushed.
     *
     * @return the capacity, or null where the memory budget decides.
     */
    public Capacity memtable()
    {
        return memtable;
    }

    /**
     * What the cache holds.
     *
     * @return the capacity.
     */
    public Capacity cache()
    {
        return cache;
    }

    /**
     * Of the looks into compressed blocks, the part that finds them in memory, if the bound of the cache allows it.
     *
     * @return more than 0, at most 1.
     */
    public double targetCacheHitRate()
    {
        return targetCacheHitRate;
    }

    /**
     * How tables are compressed.
     *
     * @return for level 0 and on; the last holds for all further levels.
     */
    public List<BlockCompression> compression()
    {
        return compression;
    }

    /**
     * Of the reads of absent keys, the part that looks into a table for nothing.
     *
     * @return more than 0, less than 1.
     */
    public double bloomFalsePositiveRate()
    {
        return bloomFalsePositiveRate;
    }

    /**
     * Flushed tables that set off a compaction.
     *
     * @return the number.
     */
    public int compactionThreshold()
    {
        return compactionThreshold;
    }

    /**
     * What compactions copy in a second at most.
     *
     * @return bytes, or {@link #NO_COMPACTION_RATE}.
     */
    public long compactionBytesPerSecond()
    {
        return compactionBytesPerSecond;
    }

    /**
     * When a write is on disk.
     *
     * @return the mode.
     */
    public SyncMode syncMode()
    {
        return syncMode;
    }

    /**
     * The interval of {@link SyncMode#INTERVAL}.
     *
     * @return milliseconds.
     */
    public int syncIntervalMs()
    {
        return syncIntervalMs;
    }

    /**
     * The audit log.
     *
     * @return the section's values.
     */
    public AuditConfig audit()
    {
        return audit;
    }

    /**
     * Where the Redis protocol is spoken, and about what.
     *
     * @return the settings.
     */
    public RespConfig resp()
    {
        return resp;
    }

    /**
     * The slow log, the end, and the admin port.
     *
     * @return what is set up.
     */
    public OperatorConfig operator()
    {
        return operator;
    }

    /**
     * Whether clients connect over Aeron, and how.
     *
     * @return the section.
     */
    public AeronConfig aeron()
    {
        return aeron;
    }

    /**
     * Where a value comes from.
     *
     * @param key any.
     * @return the origin.
     */
    public ConfigOrigin origin(final ConfigKey key)
    {
        return origins.getOrDefault(key, ConfigOrigin.DEFAULT);
    }

    /**
     * Takes over what a running server can change, but for what the command line has said.
     *
     * @param found what a file says now.
     * @return what is in force then.
     */
    public VelocityConfig withChangeableOf(final VelocityConfig found)
    {
        final Builder builder = toBuilder()
            .maxConnections(found.maxConnections)
            .rateLimitPerSecond(found.rateLimitPerSecond)
            .connectionTimeoutSeconds(found.connectionTimeoutSeconds)
            .maxAuthFailures(found.maxAuthFailures)
            .authBanSeconds(found.authBanSeconds)
            .allowPlaintextPasswords(found.allowPlaintextPasswords)
            .limits(limits.withChangeableOf(found.limits))
            .tls(found.tls.withMode(tls.mode()))
            .operator(operator.withChangeableOf(found.operator));
        for (final ConfigKey key : ConfigKey.values())
        {
            if (key.isChangeable())
            {
                builder.origin(key, found.origin(key));
            }
        }
        return builder.build();
    }

    /**
     * Whether and how connections are encrypted.
     *
     * @return the section.
     */
    public TlsConfig tls()
    {
        return tls;
    }

    /**
     * Who may log in, when the file was read.
     *
     * @return the users.
     */
    public UserDirectory users()
    {
        return users;
    }

    /**
     * What was taken but deserves a word.
     *
     * @return in the order of the file.
     */
    public List<TomlProblem> warnings()
    {
        return warnings;
    }

    /**
     * The value of a key as a file would have it.
     *
     * @param key any.
     * @return TOML, or words where a file cannot say it.
     */
    public String text(final ConfigKey key)
    {
        return switch (key)
        {
            case BIND -> quoted(bind);
            case DATA_DIR -> quoted(dataDir);
            case MAX_CONNECTIONS -> Integer.toString(maxConnections);
            case RATE_LIMIT_PER_SECOND ->
                rateLimitPerSecond == NO_RATE_LIMIT ? "unlimited" : Integer.toString(rateLimitPerSecond);
            case CONNECTION_TIMEOUT_SECONDS -> Integer.toString(connectionTimeoutSeconds);
            case MAX_AUTH_FAILURES -> Integer.toString(maxAuthFailures);
            case AUTH_BAN_DURATION -> quoted(Durations.formatSeconds(authBanSeconds));
            case ALLOW_PLAINTEXT_PASSWORDS -> Boolean.toString(allowPlaintextPasswords);
            case EVENT_LOOPS -> Integer.toString(eventLoops);
            case MEMORY_BUDGET -> memoryBudgetBytes == NO_MEMORY_BUDGET
                ? key.defaultText()
                : quoted(Lengths.format(memoryBudgetBytes));
            case MAX_MEMTABLE_SIZE -> memtable == null ? key.defaultText() : memtable.toString();
            case CACHE_SIZE -> cache.toString();
            case TARGET_CACHE_HIT_RATE -> Double.toString(targetCacheHitRate);
            case COMPRESSION -> BlockCompression.text(compression);
            case BLOOM_FALSE_POSITIVE_RATE -> Double.toString(bloomFalsePositiveRate);
            case COMPACTION_THRESHOLD -> Integer.toString(compactionThreshold);
            case COMPACTION_RATE -> compactionBytesPerSecond == NO_COMPACTION_RATE
                ? "unlimited"
                : quoted(Lengths.format(compactionBytesPerSecond));
            case SYNC_MODE -> quoted(syncMode.text());
            case SYNC_INTERVAL_MS -> Integer.toString(syncIntervalMs);
            case AUDIT_ENABLED, AUDIT_PATH, AUDIT_WHAT, AUDIT_WHEN_FULL, AUDIT_MAX_FILE_BYTES, AUDIT_FILES_KEPT,
                AUDIT_SYNC_INTERVAL_MS -> audit.text(key);
            case SLOW_LOG_THRESHOLD, SHUTDOWN_TIMEOUT, ADMIN_BIND, ADMIN_ALLOW_REMOTE -> operator.text(key);
            case AERON_IPC, AERON_BIND, AERON_ALLOW_REMOTE, AERON_DRIVER, AERON_DIRECTORY, AERON_STREAM ->
                aeron.text(key);
            case RESP_BIND, RESP_TABLE -> resp.text(key);
            case TLS_MODE -> quoted(tls.mode().text());
            case TLS_CERTIFICATE -> path(key, tls.certificate());
            case TLS_KEY -> path(key, tls.key());
            case TLS_CLIENT_CA -> path(key, tls.clientCa());
            case TLS_CLIENT_AUTH -> quoted(tls.clientAuth().text());
            default -> limits.text(key);
        };
    }

    /**
     * The whole configuration for a log: one {@code key = value} a line and the names of the users, no hashes.
     *
     * @return several lines.
     */
    @Override
    public String toString()
    {
        final StringBuilder text = new StringBuilder();
        for (final ConfigKey key : ConfigKey.values())
        {
            text.append(key.key()).append(" = ").append(text(key)).append('\n');
        }
        return text.append(users).toString();
    }

    private static String path(final ConfigKey key, final Path value)
    {
        return value == null ? key.defaultText() : quoted(value);
    }

    private static String quoted(final Object value)
    {
        return '"' + value.toString() + '"';
    }

    /**
     * Collects values that are known to be good; the checks of what people write are the reader's.
     */
    public static final class Builder
    {
        private BindAddress bind = ConfigKey.Defaults.BIND;
        private Path dataDir = Path.of(ConfigKey.Defaults.DATA_DIR);
        private int maxConnections = ConfigKey.Defaults.MAX_CONNECTIONS;
        private int rateLimitPerSecond = NO_RATE_LIMIT;
        private int connectionTimeoutSeconds = ConfigKey.Defaults.CONNECTION_TIMEOUT_SECONDS;
        private int maxAuthFailures = ConfigKey.Defaults.MAX_AUTH_FAILURES;
        private int authBanSeconds = ConfigKey.Defaults.AUTH_BAN_SECONDS;
        private boolean allowPlaintextPasswords = ConfigKey.Defaults.ALLOW_PLAINTEXT_PASSWORDS;
        private ServerLimits limits = ServerLimits.DEFAULTS;
        private int eventLoops = ConfigKey.Defaults.eventLoops();
        private long memoryBudgetBytes = NO_MEMORY_BUDGET;
        private Capacity memtable;
        private Capacity cache = ConfigKey.Defaults.CACHE;
        private double targetCacheHitRate = ConfigKey.Defaults.TARGET_CACHE_HIT_RATE;
        private List<BlockCompression> compression = ConfigKey.Defaults.COMPRESSION;
        private double bloomFalsePositiveRate = ConfigKey.Defaults.BLOOM_FALSE_POSITIVE_RATE;
        private int compactionThreshold = ConfigKey.Defaults.COMPACTION_THRESHOLD;
        private long compactionBytesPerSecond = NO_COMPACTION_RATE;
        private SyncMode syncMode = ConfigKey.Defaults.SYNC_MODE;
        private int syncIntervalMs = ConfigKey.Defaults.SYNC_INTERVAL_MS;
        private AuditConfig audit = AuditConfig.DEFAULT;
        private OperatorConfig operator = OperatorConfig.DEFAULTS;
        private AeronConfig aeron = AeronConfig.OFF;
        private RespConfig resp = RespConfig.DEFAULTS;
        private final Map<ConfigKey, ConfigOrigin> origins = new EnumMap<>(ConfigKey.class);
        private TlsConfig tls = TlsConfig.OFF;
        private UserDirectory users = UserDirectory.EMPTY;
        private List<TomlProblem> warnings = List.of();

        private Builder()
        {
        }

        private Builder(final VelocityConfig config)
        {
            bind = config.bind;
            dataDir = config.dataDir;
            maxConnections = config.maxConnections;
            rateLimitPerSecond = config.rateLimitPerSecond;
            connectionTimeoutSeconds = config.connectionTimeoutSeconds;
            maxAuthFailures = config.maxAuthFailures;
            authBanSeconds = config.authBanSeconds;
            allowPlaintextPasswords = config.allowPlaintextPasswords;
            eventLoops = config.eventLoops;
            limits = config.limits;
            memoryBudgetBytes = config.memoryBudgetBytes;
            memtable = config.memtable;
            cache = config.cache;
            targetCacheHitRate = config.targetCacheHitRate;
            compression = config.compression;
            bloomFalsePositiveRate = config.bloomFalsePositiveRate;
            compactionThreshold = config.compactionThreshold;
            compactionBytesPerSecond = config.compactionBytesPerSecond;
            syncMode = config.syncMode;
            syncIntervalMs = config.syncIntervalMs;
            audit = config.audit;
            operator = config.operator;
            aeron = config.aeron;
            resp = config.resp;
            origins.putAll(config.origins);
            tls = config.tls;
            users = config.users;
            warnings = config.warnings;
        }

        /**
         * Where to listen.
         *
         * @param value see {@link VelocityConfig#bind()}.
         * @return this builder.
         */
        public Builder bind(final BindAddress value)
        {
            bind = Objects.requireNonNull(value, "bind");
            return this;
        }

        /**
         * Where the data is kept.
         *
         * @param value see {@link VelocityConfig#dataDir()}.
         * @return this builder.
         */
        public Builder dataDir(final Path value)
        {
            dataDir = Objects.requireNonNull(value, "dataDir");
            return this;
        }

        /**
         * Most connections at a time.
         *
         * @param value see {@link VelocityConfig#maxConnections()}.
         * @return this builder.
         */
        public Builder maxConnections(final int value)
        {
            maxConnections = value;
            return this;
        }

        /**
         * Most requests a second for each connection, or {@link #NO_RATE_LIMIT}.
         *
         * @param value see {@link VelocityConfig#rateLimitPerSecond()}.
         * @return this builder.
         */
        public Builder rateLimitPerSecond(final int value)
        {
            rateLimitPerSecond = value;
            return this;
        }

        /**
         * How long a connection may be idle.
         *
         * @param value see {@link VelocityConfig#connectionTimeoutSeconds()}.
         * @return this builder.
         */
        public Builder connectionTimeoutSeconds(final int value)
        {
            connectionTimeoutSeconds = value;
            return this;
        }

        /**
         * Failed logins of a user from one address that lead to a ban.
         *
         * @param value see {@link VelocityConfig#maxAuthFailures()}.
         * @return this builder.
         */
        public Builder maxAuthFailures(final int value)
        {
            maxAuthFailures = value;
            return this;
        }

        /**
         * How long a ban lasts.
         *
         * @param value see {@link VelocityConfig#authBanSeconds()}.
         * @return this builder.
         */
        public Builder authBanSeconds(final int value)
        {
            authBanSeconds = value;
            return this;
        }

        /**
         * Whether passwords are taken from other machines without TLS.
         *
         * @param value see {@link VelocityConfig#allowPlaintextPasswords()}.
         * @return this builder.
         */
        public Builder allowPlaintextPasswords(final boolean value)
        {
            allowPlaintextPasswords = value;
            return this;
        }

        /**
         * Threads that serve connections.
         *
         * @param value see {@link VelocityConfig#eventLoops()}.
         * @return this builder.
         */
        public Builder eventLoops(final int value)
        {
            eventLoops = value;
            return this;
        }

        /**
         * What the database may take of memory, or {@link #NO_MEMORY_BUDGET}.
         *
         * @param value see {@link VelocityConfig#memoryBudgetBytes()}.
         * @return this builder.
         */
        public Builder memoryBudgetBytes(final long value)
        {
            memoryBudgetBytes = value;
            return this;
        }

        /**
         * What a memtable holds before it is flushed.
         *
         * @param value see {@link VelocityConfig#memtable()}.
         * @return this builder.
         */
        public Builder memtable(final Capacity value)
        {
            memtable = Objects.requireNonNull(value, "memtable");
            return this;
        }

        /**
         * What the cache holds.
         *
         * @param value see {@link VelocityConfig#cache()}.
         * @return this builder.
         */
        public Builder cache(final Capacity value)
        {
            cache = Objects.requireNonNull(value, "cache");
            return this;
        }

        /**
         * Of the looks into compressed blocks, the part that finds them in memory.
         *
         * @param value see {@link VelocityConfig#targetCacheHitRate()}.
         * @return this builder.
         */
        public Builder targetCacheHitRate(final double value)
        {
            targetCacheHitRate = value;
            return this;
        }

        /**
         * How tables are compressed.
         *
         * @param value see {@link VelocityConfig#compression()}.
         * @return this builder.
         */
        public Builder compression(final List<BlockCompression> value)
        {
            compression = List.copyOf(value);
            return this;
        }

        /**
         * Of the reads of absent keys, the part that looks into a table for nothing.
         *
         * @param value see {@link VelocityConfig#bloomFalsePositiveRate()}.
         * @return this builder.
         */
        public Builder bloomFalsePositiveRate(final double value)
        {
            bloomFalsePositiveRate = value;
            return this;
        }

        /**
         * Flushed tables that set off a compaction.
         *
         * @param value see {@link VelocityConfig#compactionThreshold()}.
         * @return this builder.
         */
        public Builder compactionThreshold(final int value)
        {
            compactionThreshold = value;
            return this;
        }

        /**
         * What compactions copy in a second at most.
         *
         * @param value see {@link VelocityConfig#compactionBytesPerSecond()}.
         * @return this builder.
         */
        public Builder compactionBytesPerSecond(final long value)
        {
            compactionBytesPerSecond = value;
            return this;
        }

        /**
         * When a write is on disk.
         *
         * @param value see {@link VelocityConfig#syncMode()}.
         * @return this builder.
         */
        public Builder syncMode(final SyncMode value)
        {
            syncMode = Objects.requireNonNull(value, "syncMode");
            return this;
        }

        /**
         * The interval of {@link SyncMode#INTERVAL} in milliseconds.
         *
         * @param value see {@link VelocityConfig#syncIntervalMs()}.
         * @return this builder.
         */
        public Builder syncIntervalMs(final int value)
        {
            syncIntervalMs = value;
            return this;
        }

        /**
         * The audit log.
         *
         * @param value see {@link VelocityConfig#audit()}.
         * @return this builder.
         */
        public Builder audit(final AuditConfig value)
        {
            audit = Objects.requireNonNull(value, "audit");
            return this;
        }

        AuditConfig audit()
        {
            return audit;
        }

        /**
         * Who may log in.
         *
         * @param value see {@link VelocityConfig#users()}.
         * @return this builder.
         */
        public Builder users(final UserDirectory value)
        {
            users = Objects.requireNonNull(value, "users");
            return this;
        }

        /**
         * The slow log, the end, and the admin port.
         *
         * @param value see {@link VelocityConfig#operator()}.
         * @return this builder.
         */
        public Builder operator(final OperatorConfig value)
        {
            operator = Objects.requireNonNull(value, "operator");
            return this;
        }

        /**
         * Says where a value comes from.
         *
         * @param key    of the value.
         * @param origin other than the default.
         * @return this builder.
         */
        public Builder origin(final ConfigKey key, final ConfigOrigin origin)
        {
            origins.put(key, origin);
            return this;
        }

        /**
         * Sets where the Redis protocol is spoken.
         *
         * @param value see {@link VelocityConfig#resp()}.
         * @return this.
         */
        public Builder resp(final RespConfig value)
        {
            resp = Objects.requireNonNull(value, "resp");
            return this;
        }

        RespConfig resp()
        {
            return resp;
        }

        OperatorConfig operator()
        {
            return operator;
        }

        /**
         * Whether clients connect over Aeron, and how.
         *
         * @param value see {@link VelocityConfig#aeron()}.
         * @return this builder.
         */
        public Builder aeron(final AeronConfig value)
        {
            aeron = Objects.requireNonNull(value, "aeron");
            return this;
        }

        AeronConfig aeron()
        {
            return aeron;
        }

        /**
         * Whether and how connections are encrypted.
         *
         * @param value see {@link VelocityConfig#tls()}.
         * @return this builder.
         */
        public Builder tls(final TlsConfig value)
        {
            tls = Objects.requireNonNull(value, "tls");
            return this;
        }

        TlsConfig tls()
        {
            return tls;
        }

        ServerLimits limits()
        {
            return limits;
        }

        Builder limits(final ServerLimits value)
        {
            limits = value;
            return this;
        }

        SyncMode syncMode()
        {
            return syncMode;
        }

        Builder warnings(final List<TomlProblem> value)
        {
            warnings = value;
            return this;
        }

        /**
         * Concludes.
         *
         * @return the configuration.
         */
        public VelocityConfig build()
        {
            return new VelocityConfig(this);
        }
    }
}
