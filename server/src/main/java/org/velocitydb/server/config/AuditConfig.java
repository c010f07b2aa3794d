package org.velocitydb.server.config;

import java.nio.file.Path;

import org.velocitydb.server.audit.AuditContext;
import org.velocitydb.server.audit.AuditFullPolicy;
import org.velocitydb.server.audit.AuditScope;

/**
 * The section {@code [audit]}.
 *
 * @param isEnabled      whether there is an audit log.
 * @param path           its directory, relative to the working directory; null for {@link #DIRECTORY} in the data
 *                       directory.
 * @param what           how much is logged.
 * @param whenFull       what happens where the log cannot keep up.
 * @param maxFileBytes   length at which a file is ended.
 * @param filesKept      files that are kept.
 * @param syncIntervalMs how long a written line may wait until it is forced.
 */
public record AuditConfig(
    boolean isEnabled,
    Path path,
    AuditScope what,
    AuditFullPolicy whenFull,
    long maxFileBytes,
    int filesKept,
    int syncIntervalMs)
{
    /** Where the log is kept in the data directory. */
    public static final String DIRECTORY = "audit";

    static final AuditConfig DEFAULT = new AuditConfig(
        false, null, AuditContext.Defaults.SCOPE, AuditContext.Defaults.WHEN_FULL, AuditContext.Defaults.MAX_FILE_BYTES,
        AuditContext.Defaults.FILES_KEPT, AuditContext.Defaults.SYNC_INTERVAL_MS);

    private static final long MIN_FILE_BYTES = 1L << 20;
    /** Read at each start, and mapped for that. */
    private static final long MAX_FILE_BYTES = 1L << 30;
    private static final int MIN_FILES = 2;
    private static final int MAX_FILES = 100_000;

    /**
     * Where the log is kept.
     *
     * @param dataDir of the server.
     * @return the directory.
     */
    public Path directory(final Path dataDir)
    {
        return path == null ? dataDir.resolve(DIRECTORY) : path;
    }

    AuditConfig enabled(final boolean value)
    {
        return new AuditConfig(value, path, what, whenFull, maxFileBytes, filesKept, syncIntervalMs);
    }

    AuditConfig path(final Path value)
    {
        return new AuditConfig(isEnabled, value, what, whenFull, maxFileBytes, filesKept, syncIntervalMs);
    }

    AuditConfig what(final AuditScope value)
    {
        return new AuditConfig(isEnabled, path, value, whenFull, maxFileBytes, filesKept, syncIntervalMs);
    }

    AuditConfig whenFull(final AuditFullPolicy value)
    {
        return new AuditConfig(isEnabled, path, what, value, maxFileBytes, filesKept, syncIntervalMs);
    }

    AuditConfig maxFileBytes(final long value)
    {
        return new AuditConfig(isEnabled, path, what, whenFull, value, filesKept, syncIntervalMs);
    }

    AuditConfig filesKept(final int value)
    {
        return new AuditConfig(isEnabled, path, what, whenFull, maxFileBytes, value, syncIntervalMs);
    }

    AuditConfig syncIntervalMs(final int value)
    {
        return new AuditConfig(isEnabled, path, what, whenFull, maxFileBytes, filesKept, value);
    }

    AuditConfig with(final ConfigKey key, final ConfigValue value)
    {
        return switch (key)
        {
            case AUDIT_ENABLED -> enabled(value.isTrue());
            case AUDIT_PATH -> path(value.path());
            case AUDIT_WHAT -> what(value.mode(AuditScope::of));
            case AUDIT_WHEN_FULL -> whenFull(value.mode(AuditFullPolicy::of));
            case AUDIT_MAX_FILE_BYTES -> maxFileBytes(value.lengthBytes(MIN_FILE_BYTES, MAX_FILE_BYTES));
            case AUDIT_FILES_KEPT -> filesKept(value.count(MIN_FILES, MAX_FILES));
            case AUDIT_SYNC_INTERVAL_MS -> syncIntervalMs((int) value.wholeMs(SyncConfig.MAX_INTERVAL_MS));
            default -> throw new IllegalArgumentException("not a key of [audit]: key=" + key);
        };
    }

    String text(final ConfigKey key)
    {
        return switch (key)
        {
            case AUDIT_ENABLED -> Boolean.toString(isEnabled);
            case AUDIT_PATH -> path == null ? key.defaultText() : ConfigValue.quoted(path);
            case AUDIT_WHAT -> ConfigValue.quoted(what.text());
            case AUDIT_WHEN_FULL -> ConfigValue.quoted(whenFull.text());
            case AUDIT_MAX_FILE_BYTES -> ConfigValue.quoted(Lengths.format(maxFileBytes));
            case AUDIT_FILES_KEPT -> Integer.toString(filesKept);
            case AUDIT_SYNC_INTERVAL_MS -> Integer.toString(syncIntervalMs);
            default -> throw new IllegalArgumentException("not a key of [audit]: key=" + key);
        };
    }
}
