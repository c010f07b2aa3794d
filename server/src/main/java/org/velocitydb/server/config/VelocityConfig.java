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

    private final ServerConfig server;
    private final MemoryConfig memory;
    private final TableConfig tables;
    private final SyncConfig sync;
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
        server = builder.server;
        memory = builder.memory;
        tables = builder.tables;
        sync = builder.sync;
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
     * Where the server is, and what it allows its clients.
     *
     * @return the section's values.
     */
    public ServerConfig server()
    {
        return server;
    }

    /**
     * What the database has of memory.
     *
     * @return the settings.
     */
    public MemoryConfig memory()
    {
        return memory;
    }

    /**
     * How the database keeps its tables.
     *
     * @return the settings.
     */
    public TableConfig tables()
    {
        return tables;
    }

    /**
     * When a write is on disk.
     *
     * @return the settings.
     */
    public SyncConfig sync()
    {
        return sync;
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
            .server(server.withChangeableOf(found.server))
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
            case MEMORY_BUDGET, MAX_MEMTABLE_SIZE, CACHE_SIZE, TARGET_CACHE_HIT_RATE -> memory.text(key);
            case COMPRESSION, BLOOM_FALSE_POSITIVE_RATE, COMPACTION_THRESHOLD, COMPACTION_RATE -> tables.text(key);
            case SYNC_MODE, SYNC_INTERVAL_MS -> sync.text(key);
            case AUDIT_ENABLED, AUDIT_PATH, AUDIT_WHAT, AUDIT_WHEN_FULL, AUDIT_MAX_FILE_BYTES, AUDIT_FILES_KEPT,
                AUDIT_SYNC_INTERVAL_MS -> audit.text(key);
            case SLOW_LOG_THRESHOLD, SHUTDOWN_TIMEOUT, ADMIN_BIND, ADMIN_ALLOW_REMOTE -> operator.text(key);
            case AERON_IPC, AERON_BIND, AERON_ALLOW_REMOTE, AERON_DRIVER, AERON_DIRECTORY, AERON_STREAM ->
                aeron.text(key);
            case RESP_BIND, RESP_TABLE -> resp.text(key);
            case TLS_MODE, TLS_CERTIFICATE, TLS_KEY, TLS_CLIENT_CA, TLS_CLIENT_AUTH -> tls.text(key);
            default -> server.text(key);
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

    /**
     * Collects values that are known to be good; the checks of what people write are the reader's.
     */
    public static final class Builder
    {
        private ServerConfig server = ServerConfig.DEFAULTS;
        private MemoryConfig memory = MemoryConfig.DEFAULTS;
        private TableConfig tables = TableConfig.DEFAULTS;
        private SyncConfig sync = SyncConfig.DEFAULTS;
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
            server = config.server;
            memory = config.memory;
            tables = config.tables;
            sync = config.sync;
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
         * Where the server is, and what it allows its clients.
         *
         * @param value see {@link VelocityConfig#server()}.
         * @return this builder.
         */
        public Builder server(final ServerConfig value)
        {
            server = Objects.requireNonNull(value, "server");
            return this;
        }

        /**
         * What the database has of memory.
         *
         * @param value see {@link VelocityConfig#memory()}.
         * @return this builder.
         */
        public Builder memory(final MemoryConfig value)
        {
            memory = Objects.requireNonNull(value, "memory");
            return this;
        }

        /**
         * How the database keeps its tables.
         *
         * @param value see {@link VelocityConfig#tables()}.
         * @return this builder.
         */
        public Builder tables(final TableConfig value)
        {
            tables = Objects.requireNonNull(value, "tables");
            return this;
        }

        /**
         * When a write is on disk.
         *
         * @param value see {@link VelocityConfig#sync()}.
         * @return this builder.
         */
        public Builder sync(final SyncConfig value)
        {
            sync = Objects.requireNonNull(value, "sync");
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

        /** Takes over what a file says, or throws {@link RejectedValueException}. */
        void read(final ConfigKey key, final ConfigValue value)
        {
            switch (key)
            {
                case MEMORY_BUDGET, MAX_MEMTABLE_SIZE, CACHE_SIZE, TARGET_CACHE_HIT_RATE ->
                    memory = memory.with(key, value);
                case COMPRESSION, BLOOM_FALSE_POSITIVE_RATE, COMPACTION_THRESHOLD, COMPACTION_RATE ->
                    tables = tables.with(key, value);
                case SYNC_MODE, SYNC_INTERVAL_MS -> sync = sync.with(key, value);
                case AUDIT_ENABLED, AUDIT_PATH, AUDIT_WHAT, AUDIT_WHEN_FULL, AUDIT_MAX_FILE_BYTES, AUDIT_FILES_KEPT,
                    AUDIT_SYNC_INTERVAL_MS -> audit = audit.with(key, value);
                case SLOW_LOG_THRESHOLD, SHUTDOWN_TIMEOUT, ADMIN_BIND, ADMIN_ALLOW_REMOTE ->
                    operator = operator.with(key, value);
                case AERON_IPC, AERON_BIND, AERON_ALLOW_REMOTE, AERON_DRIVER, AERON_DIRECTORY, AERON_STREAM ->
                    aeron = aeron.with(key, value);
                case RESP_BIND, RESP_TABLE -> resp = resp.with(key, value);
                case TLS_MODE, TLS_CERTIFICATE, TLS_KEY, TLS_CLIENT_CA, TLS_CLIENT_AUTH -> tls = tls.with(key, value);
                default -> server = server.with(key, value);
            }
        }

        SyncConfig sync()
        {
            return sync;
        }

        OperatorConfig operator()
        {
            return operator;
        }

        AeronConfig aeron()
        {
            return aeron;
        }

        TlsConfig tls()
        {
            return tls;
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
