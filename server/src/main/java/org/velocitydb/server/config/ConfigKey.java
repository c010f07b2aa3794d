package org.velocitydb.server.config;

import java.util.List;
import java.util.Locale;

import org.velocitydb.server.audit.AuditContext;
import org.velocitydb.server.audit.AuditFullPolicy;
import org.velocitydb.server.audit.AuditScope;

/**
 * Every key of {@code velocity.toml} beside the users, with its default and what is allowed, in the order in which they
 * are documented.
 */
public enum ConfigKey
{
    /** See {@link ServerConfig#bind()}. */
    BIND("server", "\"" + Defaults.BIND + "\"", BindAddress.ALLOWED, "where to listen"),
    /** See {@link ServerConfig#dataDir()}. */
    DATA_DIR("server", '"' + Defaults.DATA_DIR + '"', "a path", "where the data is kept"),
    /** See {@link ServerLimits#maxConnections()}. */
    MAX_CONNECTIONS("server", Integer.toString(Defaults.MAX_CONNECTIONS), "1 to 1000000",
        "connections at a time; further ones are refused"),
    /** See {@link ServerLimits#rateLimitPerSecond()}. */
    RATE_LIMIT_PER_SECOND("server", "unlimited", "1 to 1000000000", "requests a second for each connection"),
    /** See {@link ServerLimits#rateLimitPerUser()}. */
    RATE_LIMIT_PER_USER("server", "unlimited", "1 to 1000000000", "requests a second for all connections of a user"),
    /** See {@link ServerLimits#globalRateLimitPerSecond()}. */
    GLOBAL_RATE_LIMIT_PER_SECOND("server", "unlimited", "1 to 1000000000", "requests a second for the whole server"),
    /** See {@link ServerLimits#maxConnectionsPerAddress()}. */
    MAX_CONNECTIONS_PER_ADDRESS("server", "unlimited", "1 to 1000000",
        "connections at a time from one address, or IPv6 network of 64 bits; further ones are refused"),
    /** See {@link ServerLimits#loginTimeoutMs()}. */
    LOGIN_TIMEOUT("server", "\"30s\"", "a time: \"1s\" to \"10m\"",
        "how long a connection may take from connecting to being logged in"),
    /** See {@link ServerLimits#maxConcurrentLogins()}. */
    MAX_CONCURRENT_LOGINS("server", "half the processors, 2 to 4", "1 to 64",
        "passwords that are verified at a time, each on a thread of its own with 64 MiB of the heap"),
    /** See {@link ServerLimits#maxOutstandingRequests()}. */
    MAX_OUTSTANDING_REQUESTS("server", "1024", "1 to 65536",
        "requests of one connection that are under way; it is not read while there are as many"),
    /** See {@link ServerLimits#maxFrameLength()}. */
    MAX_FRAME_SIZE("server", "\"65MiB\"", "bytes: \"1MiB\" to \"65MiB\"",
        "the longest message in either direction; with it goes the longest value, 1 MiB shorter"),
    /** See {@link ServerLimits#maxResultRows()}. */
    MAX_RESULT_ROWS("server", "unlimited", "1 to 1000000000", "rows that the result of an SQL statement may have"),
    /** See {@link ServerLimits#maxResultBytes()}. */
    MAX_RESULT_SIZE("server", "\"64MiB\"", "bytes: \"1KiB\" to \"1TiB\"",
        "bytes of keys and values that the result of an SQL statement may have; scans of version 2 have no bound"),
    /** See {@link ServerLimits#connectionTimeoutSeconds()}. */
    CONNECTION_TIMEOUT_SECONDS("server", Integer.toString(Defaults.CONNECTION_TIMEOUT_SECONDS), "1 to 86400",
        "how long a connection may be idle"),
    /** See {@link ServerLimits#pingIntervalMs()}. */
    PING_INTERVAL("server", "\"15s\"", "\"off\", or a time: \"1s\" to \"1h\"",
        "how long a client may be silent until it is asked for a sign of life, and then until it is taken for gone"),
    /** See {@link ServerLimits#maxAuthFailures()}. */
    MAX_AUTH_FAILURES("server", Integer.toString(Defaults.MAX_AUTH_FAILURES), "1 to 1000000",
        "failed logins of a user from one address that lead to a ban; four times as many ban the address"),
    /** See {@link ServerLimits#authBanSeconds()}. */
    AUTH_BAN_DURATION("server", "\"5m\"", "seconds: 1 to 86400, or a time: \"1s\" to \"24h\"",
        "how long a ban lasts, and within what time failed logins count"),
    /** See {@link ServerConfig#allowPlaintextPasswords()}. */
    ALLOW_PLAINTEXT_PASSWORDS("server", Boolean.toString(Defaults.ALLOW_PLAINTEXT_PASSWORDS), "true, false",
        "whether passwords are taken from other machines without TLS"),
    /** See {@link ServerConfig#eventLoops()}. */
    EVENT_LOOPS("server", "half the processors, 1 to 8", "1 to 64", "threads that serve connections"),
    /** See {@link OperatorConfig#slowLogThresholdNs()}. */
    SLOW_LOG_THRESHOLD("server", "\"off\"", "\"off\", or a time: \"100us\" to \"1h\"",
        "requests that take longer are kept for SHOW SLOW, and logged"),
    /** See {@link OperatorConfig#shutdownTimeoutNs()}. */
    SHUTDOWN_TIMEOUT("server", "\"10s\"", "a time: \"100ms\" to \"10m\"",
        "how long a server that is told to end waits for requests under way and for clients to take their answers"),

    /** See {@link OperatorConfig#adminBind()}. */
    ADMIN_BIND("admin", "\"off\"", "\"off\", or HOST:PORT like 127.0.0.1:8432",
        "where health and metrics are told over HTTP, to everybody who can reach it"),
    /** See {@link OperatorConfig#isRemoteAllowed()}. */
    ADMIN_ALLOW_REMOTE("admin", "false", "true, false", "whether admin.bind may be reached from other machines"),

    /** See {@link RespConfig#bind()}. */
    RESP_BIND("resp", "\"off\"", "\"off\", or HOST:PORT like 127.0.0.1:6379", "where the Redis protocol is spoken"),
    /** See {@link RespConfig#table()}. */
    RESP_TABLE("resp", "\"kv\"", "a table's name", "the table that the commands of the Redis protocol are about"),

    /** See {@link MemoryConfig#budgetBytes()}. */
    MEMORY_BUDGET("database", "a quarter of the machine's memory", "bytes: \"32MiB\" to \"1TiB\"",
        "what the database may take of memory, files that the system keeps in memory apart"),
    /** See {@link MemoryConfig#memtable()}. */
    MAX_MEMTABLE_SIZE("database", "64MiB, or a sixteenth of memory_budget if that is less",
        "entries: 100 to 1000000000, or bytes: \"1MiB\" to \"1GiB\"", "what is held in memory before it is flushed"),
    /** See {@link MemoryConfig#cache()}. */
    CACHE_SIZE("database", Defaults.CACHE.toString(),
        "entries: 1 to 3000000, or bytes: \"1MiB\" to \"1GiB\"",
        "rows found in tables that are kept at hand, over all event loops"),
    /** See {@link MemoryConfig#targetCacheHitRate()}. */
    TARGET_CACHE_HIT_RATE("database", Double.toString(Defaults.TARGET_CACHE_HIT_RATE), "0.01 to 1.0",
        "of the looks into compressed blocks, the part that finds them in memory; the cache becomes as large as that" +
            " needs, within its bound"),
    /** See {@link TableConfig#compression()}. */
    COMPRESSION("database", BlockCompression.text(Defaults.COMPRESSION), BlockCompression.ALLOWED,
        "how tables are compressed, for all levels or for each"),
    /** See {@link TableConfig#bloomFalsePositiveRate()}. */
    BLOOM_FALSE_POSITIVE_RATE("database", Double.toString(Defaults.BLOOM_FALSE_POSITIVE_RATE), "0.000001 to 0.5",
        "of the reads of absent keys, the part that looks into a table for nothing"),
    /** See {@link TableConfig#compactionThreshold()}. */
    COMPACTION_THRESHOLD("database", Integer.toString(Defaults.COMPACTION_THRESHOLD), "2 to 64",
        "flushed tables that set off a compaction"),
    /** See {@link TableConfig#compactionBytesPerSecond()}. */
    COMPACTION_RATE("database", "unlimited", "bytes a second: \"1MiB\" to \"64GiB\"",
        "what compactions copy at most; too little for what is written makes writes wait"),
    /** See {@link SyncConfig#mode()}. */
    SYNC_MODE("database", '"' + Defaults.SYNC_MODE.text() + '"', SyncMode.ALLOWED,
        "when a write is on disk: before it is acknowledged, once in an interval, or when the system gets to it"),
    /** See {@link SyncConfig#intervalMs()}. */
    SYNC_INTERVAL_MS("database", Integer.toString(Defaults.SYNC_INTERVAL_MS),
        "1 to 60000, or a time: \"1ms\" to \"1m\"", "the interval of sync_mode \"interval\""),

    /** See {@link AuditConfig#isEnabled()}. */
    AUDIT_ENABLED("audit", "false", "true, false", "whether there is an audit log"),
    /** See {@link AuditConfig#path()}. */
    AUDIT_PATH("audit", "audit in the data directory", "a path", "directory of the log, with nothing else in it"),
    /** See {@link AuditConfig#what()}. */
    AUDIT_WHAT("audit", '"' + AuditContext.Defaults.SCOPE.text() + '"', AuditScope.ALLOWED,
        "how much is logged; each includes the one before"),
    /** See {@link AuditConfig#whenFull()}. */
    AUDIT_WHEN_FULL("audit", '"' + AuditContext.Defaults.WHEN_FULL.text() + '"', AuditFullPolicy.ALLOWED,
        "what happens to requests while the log cannot keep up: they wait, or go on without being logged"),
    /** See {@link AuditConfig#maxFileBytes()}. */
    AUDIT_MAX_FILE_BYTES("audit", '"' + Lengths.format(AuditContext.Defaults.MAX_FILE_BYTES) + '"',
        "bytes: \"1MiB\" to \"1GiB\"", "length at which a file is ended and the next one begun"),
    /** See {@link AuditConfig#filesKept()}. */
    AUDIT_FILES_KEPT("audit", Integer.toString(AuditContext.Defaults.FILES_KEPT), "2 to 100000",
        "files that are kept; older ones are deleted"),
    /** See {@link AuditConfig#syncIntervalMs()}. */
    AUDIT_SYNC_INTERVAL_MS("audit", Integer.toString(AuditContext.Defaults.SYNC_INTERVAL_MS),
        "1 to 60000, or a time: \"1ms\" to \"1m\"", "how long a line may wait until it is forced to disk"),

    /** See {@link TlsConfig#mode()}. */
    TLS_MODE("tls", "\"off\"", TlsConfig.Mode.ALLOWED, "whether connections are encrypted, with TLS 1.3"),
    /** See {@link TlsConfig#certificate()}. */
    TLS_CERTIFICATE("tls", "made of the host key", "a path", "the server's certificate and its chain, PEM"),
    /** See {@link TlsConfig#key()}. */
    TLS_KEY("tls", "the host key", "a path", "the certificate's private key, PKCS#8 in PEM, not readable by everybody"),
    /** See {@link TlsConfig#clientCa()}. */
    TLS_CLIENT_CA("tls", "none", "a path", "the authorities whose client certificates are good, PEM"),
    /** See {@link TlsConfig#clientAuth()}. */
    TLS_CLIENT_AUTH("tls", "\"none\"", TlsConfig.ClientAuth.ALLOWED,
        "whether clients are asked for a certificate, which logs in the user that its common name (CN) names"),

    /** See {@link AeronConfig#isIpc()}. */
    AERON_IPC("aeron", "false", "true, false", "whether services on this machine connect through shared memory"),
    /** See {@link AeronConfig#bind()}. */
    AERON_BIND("aeron", "\"off\"", "\"off\", " + BindAddress.ALLOWED, "where clients connect over Aeron's UDP"),
    /** See {@link AeronConfig#isRemoteAllowed()}. */
    AERON_ALLOW_REMOTE("aeron", "false", "true, false",
        "whether aeron.bind may be an address that others can reach; nothing encrypts what they send"),
    /** See {@link AeronConfig#isDriverEmbedded()}. */
    AERON_DRIVER("aeron", '"' + AeronConfig.EMBEDDED + '"', "\"embedded\", \"external\"",
        "whether Aeron's media driver runs in the server, or elsewhere on this machine"),
    /** See {@link AeronConfig#directory()}. */
    AERON_DIRECTORY("aeron", "velocitydb-USER in shared memory", "a path",
        "directory of the media driver; an embedded one deletes what it finds there"),
    /** See {@link AeronConfig#streamId()}. */
    AERON_STREAM("aeron", Integer.toString(AeronConfig.OFF.streamId()), "1 to 2147483647",
        "stream id on which clients connect");

    /** The values that hold where nothing is said. */
    public static final class Defaults
    {
        /** Loopback: a server is opened to others on purpose or not at all. */
        public static final BindAddress BIND = BindAddress.parse("127.0.0.1:5432");
        /** Typing errors and a forgotten old password fit in; a list of common passwords does not. */
        public static final int MAX_AUTH_FAILURES = 10;
        /** Of a list of a million passwords it lets one through every half minute. */
        public static final int AUTH_BAN_SECONDS = 300;
        /** Whoever reads a network reads what logs in over it. */
        public static final boolean ALLOW_PLAINTEXT_PASSWORDS = false;
        /** Below the working directory. */
        public static final String DATA_DIR = "velocitydb";
        /** Fits the 1024 open files that systems grant unasked. */
        public static final int MAX_CONNECTIONS = 1000;
        /** Five minutes, the time after which most firewalls forget a connection. */
        public static final int CONNECTION_TIMEOUT_SECONDS = 300;
        /** Modest; tables are mapped and the system caches their pages beside it. */
        public static final Capacity CACHE = Capacity.ofBytes(64L << 20);
        /** Nine in ten: what is asked for once is no reason to take more memory. */
        public static final double TARGET_CACHE_HIT_RATE = 0.9;
        /** Reading in place needs no memory of our own and no time. */
        public static final List<BlockCompression> COMPRESSION = List.of(BlockCompression.NONE);
        /** One in a thousand. */
        public static final double BLOOM_FALSE_POSITIVE_RATE = 0.001;
        /** A read looks into at most this many flushed tables before the levels. */
        public static final int COMPACTION_THRESHOLD = 8;
        /** Acknowledged means durable. */
        public static final SyncMode SYNC_MODE = SyncMode.GROUP;
        /** Used by {@link SyncMode#INTERVAL} alone. */
        public static final int SYNC_INTERVAL_MS = 10;
        /** More event loops than this wait for the one writer. */
        public static final int MAX_EVENT_LOOPS = 8;

        private Defaults()
        {
        }

        /**
         * Half the processors: the writer and the background need the others.
         *
         * @return 1 to {@link #MAX_EVENT_LOOPS}.
         */
        public static int eventLoops()
        {
            return Math.max(1, Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors() / 2));
        }
    }

    private final String section;
    private final String defaultText;
    private final String allowed;
    private final String meaning;

    ConfigKey(final String section, final String defaultText, final String allowed, final String meaning)
    {
        this.section = section;
        this.defaultText = defaultText;
        this.allowed = allowed;
        this.meaning = meaning;
    }

    /**
     * The whole key.
     *
     * @return section and name.
     */
    public List<String> path()
    {
        final String name = name().toLowerCase(Locale.ROOT);
        // Two sections may have a key of the same name; the constant then begins with its section.
        return List.of(section, name.startsWith(section + "_") ? name.substring(section.length() + 1) : name);
    }

    /**
     * Whether a reload changes it; other keys need a restart.
     *
     * @return true if a running server can change it.
     */
    public boolean isChangeable()
    {
        return switch (this)
        {
            case MAX_CONNECTIONS, RATE_LIMIT_PER_SECOND, RATE_LIMIT_PER_USER, GLOBAL_RATE_LIMIT_PER_SECOND,
                MAX_CONNECTIONS_PER_ADDRESS, LOGIN_TIMEOUT, MAX_OUTSTANDING_REQUESTS, MAX_RESULT_ROWS, MAX_RESULT_SIZE,
                CONNECTION_TIMEOUT_SECONDS, PING_INTERVAL, MAX_AUTH_FAILURES, AUTH_BAN_DURATION,
                ALLOW_PLAINTEXT_PASSWORDS, SLOW_LOG_THRESHOLD, SHUTDOWN_TIMEOUT, TLS_CERTIFICATE, TLS_KEY,
                TLS_CLIENT_CA, TLS_CLIENT_AUTH -> true;
            default -> false;
        };
    }

    /**
     * The whole key as one would write it.
     *
     * @return with a dot.
     */
    public String key()
    {
        return String.join(".", path());
    }

    /**
     * What holds where nothing is said, in words or as a file would have it.
     *
     * @return the default.
     */
    public String defaultText()
    {
        return defaultText;
    }

    /**
     * What may be written, in words.
     *
     * @return the allowed values.
     */
    public String allowed()
    {
        return allowed;
    }

    /**
     * What the value is about, in words.
     *
     * @return the meaning.
     */
    public String meaning()
    {
        return meaning;
    }
}
