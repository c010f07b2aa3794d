package org.velocitydb.server.config;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The section {@code [server]}, but for what {@link OperatorConfig} has of it.
 *
 * @param bind                    where to listen.
 * @param dataDir                 where the data is kept, relative to the working directory.
 * @param eventLoops              threads that serve connections.
 * @param allowPlaintextPasswords whether passwords are taken from other machines without TLS: only if the file says so
 *                                in as many words.
 * @param limits                  what clients are allowed.
 */
public record ServerConfig(
    BindAddress bind, Path dataDir, int eventLoops, boolean allowPlaintextPasswords, ServerLimits limits)
{
    /** What holds where nothing is said. */
    public static final ServerConfig DEFAULTS = new ServerConfig(
        ConfigKey.Defaults.BIND, Path.of(ConfigKey.Defaults.DATA_DIR), ConfigKey.Defaults.eventLoops(),
        ConfigKey.Defaults.ALLOW_PLAINTEXT_PASSWORDS, ServerLimits.DEFAULTS);

    private static final int MAX_EVENT_LOOPS = 64;

    /**
     * Checks that nothing is missing.
     *
     * @param bind                    see above.
     * @param dataDir                 see above.
     * @param eventLoops              see above.
     * @param allowPlaintextPasswords see above.
     * @param limits                  see above.
     */
    public ServerConfig
    {
        Objects.requireNonNull(bind, "bind");
        Objects.requireNonNull(dataDir, "dataDir");
        Objects.requireNonNull(limits, "limits");
    }

    /**
     * With another address.
     *
     * @param value to be set.
     * @return a new section.
     */
    public ServerConfig withBind(final BindAddress value)
    {
        return new ServerConfig(value, dataDir, eventLoops, allowPlaintextPasswords, limits);
    }

    /**
     * With another directory.
     *
     * @param value to be set.
     * @return a new section.
     */
    public ServerConfig withDataDir(final Path value)
    {
        return new ServerConfig(bind, value, eventLoops, allowPlaintextPasswords, limits);
    }

    ServerConfig withEventLoops(final int value)
    {
        return new ServerConfig(bind, dataDir, value, allowPlaintextPasswords, limits);
    }

    ServerConfig withPlaintextPasswords(final boolean isAllowed)
    {
        return new ServerConfig(bind, dataDir, eventLoops, isAllowed, limits);
    }

    ServerConfig withLimits(final ServerLimits value)
    {
        return new ServerConfig(bind, dataDir, eventLoops, allowPlaintextPasswords, value);
    }

    /** What a reload may change, taken from another configuration. */
    ServerConfig withChangeableOf(final ServerConfig other)
    {
        return withPlaintextPasswords(other.allowPlaintextPasswords)
            .withLimits(limits.withChangeableOf(other.limits));
    }

    ServerConfig with(final ConfigKey key, final ConfigValue value)
    {
        return switch (key)
        {
            case BIND -> withBind(value.address());
            case DATA_DIR -> withDataDir(value.path());
            case EVENT_LOOPS -> withEventLoops(value.count(1, MAX_EVENT_LOOPS));
            case ALLOW_PLAINTEXT_PASSWORDS -> withPlaintextPasswords(value.isTrue());
            default -> withLimits(limits.with(key, value));
        };
    }

    String text(final ConfigKey key)
    {
        return switch (key)
        {
            case BIND -> ConfigValue.quoted(bind);
            case DATA_DIR -> ConfigValue.quoted(dataDir);
            case EVENT_LOOPS -> Integer.toString(eventLoops);
            case ALLOW_PLAINTEXT_PASSWORDS -> Boolean.toString(allowPlaintextPasswords);
            default -> limits.text(key);
        };
    }
}
