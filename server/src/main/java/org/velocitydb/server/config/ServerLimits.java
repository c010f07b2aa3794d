package org.velocitydb.server.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What clients are allowed, by key: counts, lengths in bytes and times in milliseconds or seconds, each with its
 * bounds. Immutable.
 */
public final class ServerLimits
{
    /** A count or a length that is not limited, or one that the machine decides. */
    public static final long NOT_SET = 0;
    /** What {@link ConfigKey}s of this class hold where nothing is said. */
    static final ServerLimits DEFAULTS = new ServerLimits(new EnumMap<>(ConfigKey.class));

    /** How a value is written. */
    enum Kind
    {
        /** A whole number. */
        COUNT,
        /** Bytes, with a unit. */
        BYTES,
        /** Whole seconds, or a time that is as many. */
        SECONDS,
        /** A time, with a unit. */
        TIME,
        /** A time, with a unit, or {@code off}, which is {@link #NOT_SET}. */
        TIME_OR_OFF
    }

    /**
     * What may be written for a key.
     *
     * @param kind         of the value.
     * @param min          least that is allowed.
     * @param max          most that is allowed.
     * @param defaultValue {@link #NOT_SET}, or a value between them.
     */
    record Bounds(Kind kind, long min, long max, long defaultValue)
    {
    }

    private static final int MAX_COUNT = 1_000_000;
    private static final int MAX_RATE = 1_000_000_000;
    private static final int MAX_TIMEOUT_SECONDS = 86_400;
    private static final int MAX_OUTSTANDING = 65_536;
    private static final int MAX_LOGINS = 64;
    private static final long MIN_FRAME_LENGTH = 1L << 20;
    private static final long MAX_FRAME_LENGTH = 65L << 20;
    private static final long MIN_RESULT_BYTES = 1L << 10;
    private static final long MAX_RESULT_BYTES = 1L << 40;
    private static final long DEFAULT_RESULT_BYTES = 64L << 20;
    private static final long DEFAULT_LOGIN_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(30);
    private static final long MAX_LOGIN_TIMEOUT_MS = TimeUnit.MINUTES.toMillis(10);
    private static final long DEFAULT_PING_INTERVAL_MS = TimeUnit.SECONDS.toMillis(15);
    private static final long MAX_PING_INTERVAL_MS = TimeUnit.HOURS.toMillis(1);
    private static final int DEFAULT_OUTSTANDING = 1024;

    private static final Map<ConfigKey, Bounds> BOUNDS = bounds();

    private final Map<ConfigKey, Long> values;

    private ServerLimits(final Map<ConfigKey, Long> values)
    {
        this.values = values;
    }

    private static Map<ConfigKey, Bounds> bounds()
    {
        final Map<ConfigKey, Bounds> bounds = new EnumMap<>(ConfigKey.class);
        bounds.put(ConfigKey.MAX_CONNECTIONS,
            new Bounds(Kind.COUNT, 1, MAX_COUNT, ConfigKey.Defaults.MAX_CONNECTIONS));
        bounds.put(ConfigKey.MAX_CONNECTIONS_PER_ADDRESS, new Bounds(Kind.COUNT, 1, MAX_COUNT, NOT_SET));
        bounds.put(ConfigKey.RATE_LIMIT_PER_SECOND, new Bounds(Kind.COUNT, 1, MAX_RATE, NOT_SET));
        bounds.put(ConfigKey.RATE_LIMIT_PER_USER, new Bounds(Kind.COUNT, 1, MAX_RATE, NOT_SET));
        bounds.put(ConfigKey.GLOBAL_RATE_LIMIT_PER_SECOND, new Bounds(Kind.COUNT, 1, MAX_RATE, NOT_SET));
        bounds.put(ConfigKey.LOGIN_TIMEOUT,
            new Bounds(Kind.TIME, TimeUnit.SECONDS.toMillis(1), MAX_LOGIN_TIMEOUT_MS, DEFAULT_LOGIN_TIMEOUT_MS));
        bounds.put(ConfigKey.CONNECTION_TIMEOUT_SECONDS,
            new Bounds(Kind.COUNT, 1, MAX_TIMEOUT_SECONDS, ConfigKey.Defaults.CONNECTION_TIMEOUT_SECONDS));
        bounds.put(ConfigKey.PING_INTERVAL, new Bounds(
            Kind.TIME_OR_OFF, TimeUnit.SECONDS.toMillis(1), MAX_PING_INTERVAL_MS, DEFAULT_PING_INTERVAL_MS));
        bounds.put(ConfigKey.MAX_AUTH_FAILURES,
            new Bounds(Kind.COUNT, 1, MAX_COUNT, ConfigKey.Defaults.MAX_AUTH_FAILURES));
        bounds.put(ConfigKey.AUTH_BAN_DURATION,
            new Bounds(Kind.SECONDS, 1, MAX_TIMEOUT_SECONDS, ConfigKey.Defaults.AUTH_BAN_SECONDS));
        bounds.put(ConfigKey.MAX_CONCURRENT_LOGINS, new Bounds(Kind.COUNT, 1, MAX_LOGINS, NOT_SET));
        bounds.put(ConfigKey.MAX_OUTSTANDING_REQUESTS,
            new Bounds(Kind.COUNT, 1, MAX_OUTSTANDING, DEFAULT_OUTSTANDING));
        bounds.put(ConfigKey.MAX_FRAME_SIZE,
            new Bounds(Kind.BYTES, MIN_FRAME_LENGTH, MAX_FRAME_LENGTH, MAX_FRAME_LENGTH));
        bounds.put(ConfigKey.MAX_RESULT_ROWS, new Bounds(Kind.COUNT, 1, MAX_RATE, NOT_SET));
        bounds.put(ConfigKey.MAX_RESULT_SIZE,
            new Bounds(Kind.BYTES, MIN_RESULT_BYTES, MAX_RESULT_BYTES, DEFAULT_RESULT_BYTES));
        return Collections.unmodifiableMap(bounds);
    }

    /**
     * These limits with one changed.
     *
     * @param key   of a limit.
     * @param value known to be within its bounds.
     * @return new limits.
     */
    ServerLimits with(final ConfigKey key, final long value)
    {
        final Map<ConfigKey, Long> changed = new EnumMap<>(ConfigKey.class);
        changed.putAll(values);
        changed.put(key, value);
        return new ServerLimits(changed);
    }

    ServerLimits with(final ConfigKey key, final ConfigValue value)
    {
        final Bounds bounds = BOUNDS.get(key);
        return with(key, switch (bounds.kind())
        {
            case COUNT -> value.integer(bounds.min(), bounds.max());
            case BYTES -> value.lengthBytes(bounds.min(), bounds.max());
            case SECONDS -> value.wholeSeconds(bounds.max());
            case TIME -> value.timeMs(bounds.min(), bounds.max());
            case TIME_OR_OFF -> value.isOff() ? NOT_SET : value.timeMs(bounds.min(), bounds.max());
        });
    }

    /** What a reload may change, taken from other limits. */
    ServerLimits withChangeableOf(final ServerLimits other)
    {
        final Map<ConfigKey, Long> changed = new EnumMap<>(ConfigKey.class);
        for (final ConfigKey key : BOUNDS.keySet())
        {
            changed.put(key, key.isChangeable() ? other.value(key) : value(key));
        }
        return new ServerLimits(changed);
    }

    private long value(final ConfigKey key)
    {
        return values.getOrDefault(key, BOUNDS.get(key).defaultValue());
    }

    private int count(final ConfigKey key)
    {
        return Math.toIntExact(value(key));
    }

    /**
     * A value as a file would have it.
     *
     * @param key of a limit.
     * @return TOML, or words where a file cannot say it.
     */
    String text(final ConfigKey key)
    {
        final long value = value(key);
        final Kind kind = BOUNDS.get(key).kind();
        if (value == NOT_SET)
        {
            return kind == Kind.TIME_OR_OFF ? ConfigValue.quoted(ConfigValue.OFF) : key.defaultText();
        }
        return switch (kind)
        {
            case COUNT -> Long.toString(value);
            case BYTES -> ConfigValue.quoted(Lengths.format(value));
            case SECONDS -> ConfigValue.quoted(Durations.formatSeconds(value));
            case TIME, TIME_OR_OFF -> value % TimeUnit.SECONDS.toMillis(1) == 0
                ? "\"" + TimeUnit.MILLISECONDS.toSeconds(value) + "s\""
                : "\"" + value + "ms\"";
        };
    }

    /**
     * Most connections at a time.
     *
     * @return the number.
     */
    public int maxConnections()
    {
        return count(ConfigKey.MAX_CONNECTIONS);
    }

    /**
     * Most connections of one address.
     *
     * @return the number, or {@link #NOT_SET}.
     */
    public int maxConnectionsPerAddress()
    {
        return count(ConfigKey.MAX_CONNECTIONS_PER_ADDRESS);
    }

    /**
     * Most requests a second for each connection.
     *
     * @return the number, or {@link #NOT_SET}.
     */
    public int rateLimitPerSecond()
    {
        return count(ConfigKey.RATE_LIMIT_PER_SECOND);
    }

    /**
     * Most requests a second for each user.
     *
     * @return the number, or {@link #NOT_SET}.
     */
    public int rateLimitPerUser()
    {
        return count(ConfigKey.RATE_LIMIT_PER_USER);
    }

    /**
     * Most requests a second for the server.
     *
     * @return the number, or {@link #NOT_SET}.
     */
    public int globalRateLimitPerSecond()
    {
        return count(ConfigKey.GLOBAL_RATE_LIMIT_PER_SECOND);
    }

    /**
     * How long a connection may take to log in.
     *
     * @return milliseconds.
     */
    public long loginTimeoutMs()
    {
        return value(ConfigKey.LOGIN_TIMEOUT);
    }

    /**
     * Failed logins of a user from one address that lead to a ban.
     *
     * @return the number.
     */
    public int maxAuthFailures()
    {
        return count(ConfigKey.MAX_AUTH_FAILURES);
    }

    /**
     * How long a ban lasts.
     *
     * @return seconds.
     */
    public int authBanSeconds()
    {
        return count(ConfigKey.AUTH_BAN_DURATION);
    }

    /**
     * How long a connection may be idle.
     *
     * @return seconds.
     */
    public int connectionTimeoutSeconds()
    {
        return count(ConfigKey.CONNECTION_TIMEOUT_SECONDS);
    }

    /**
     * How long a client may be silent until it is asked for a sign of life, and then until it is taken for gone.
     *
     * @return milliseconds, or {@link #NOT_SET} where nobody is asked.
     */
    public long pingIntervalMs()
    {
        return value(ConfigKey.PING_INTERVAL);
    }

    /**
     * Passwords that are verified at a time.
     *
     * @return the number, or {@link #NOT_SET} where the machine decides.
     */
    public int maxConcurrentLogins()
    {
        return count(ConfigKey.MAX_CONCURRENT_LOGINS);
    }

    /**
     * Most requests of one connection that are under way.
     *
     * @return the number.
     */
    public int maxOutstandingRequests()
    {
        return count(ConfigKey.MAX_OUTSTANDING_REQUESTS);
    }

    /**
     * Longest frame in either direction.
     *
     * @return bytes.
     */
    public int maxFrameLength()
    {
        return count(ConfigKey.MAX_FRAME_SIZE);
    }

    /**
     * Most rows of a statement's result.
     *
     * @return the number, or {@link #NOT_SET}.
     */
    public long maxResultRows()
    {
        return value(ConfigKey.MAX_RESULT_ROWS);
    }

    /**
     * Most bytes of keys and values of a statement's result.
     *
     * @return bytes.
     */
    public long maxResultBytes()
    {
        return value(ConfigKey.MAX_RESULT_SIZE);
    }
}
