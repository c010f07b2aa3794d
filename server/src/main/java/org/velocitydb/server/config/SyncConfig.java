package org.velocitydb.server.config;

import java.util.Objects;

/**
 * What the section {@code [database]} says of when a write is on disk.
 *
 * @param mode       when it is.
 * @param intervalMs the interval of {@link SyncMode#INTERVAL}.
 */
public record SyncConfig(SyncMode mode, int intervalMs)
{
    /** What holds where nothing is said. */
    public static final SyncConfig DEFAULTS = new SyncConfig(
        ConfigKey.Defaults.SYNC_MODE, ConfigKey.Defaults.SYNC_INTERVAL_MS);

    /** The longest interval of a file that is forced from time to time; the audit log's, too. */
    static final int MAX_INTERVAL_MS = 60_000;

    /**
     * Checks that nothing is missing.
     *
     * @param mode       see above.
     * @param intervalMs see above.
     */
    public SyncConfig
    {
        Objects.requireNonNull(mode, "mode");
    }

    /**
     * With another mode.
     *
     * @param value to be set.
     * @return new settings.
     */
    public SyncConfig withMode(final SyncMode value)
    {
        return new SyncConfig(value, intervalMs);
    }

    SyncConfig withInterval(final int ms)
    {
        return new SyncConfig(mode, ms);
    }

    SyncConfig with(final ConfigKey key, final ConfigValue value)
    {
        return key == ConfigKey.SYNC_MODE
            ? withMode(value.mode(SyncMode::of))
            : withInterval((int) value.wholeMs(MAX_INTERVAL_MS));
    }

    String text(final ConfigKey key)
    {
        return key == ConfigKey.SYNC_MODE ? ConfigValue.quoted(mode.text()) : Integer.toString(intervalMs);
    }
}
