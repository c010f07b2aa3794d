package org.velocitydb.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.velocitydb.engine.command.KeyspaceName;
import org.velocitydb.server.audit.AuditFullPolicy;
import org.velocitydb.server.audit.AuditScope;
import org.velocitydb.server.toml.TomlDocument;
import org.velocitydb.server.toml.TomlEntry;
import org.velocitydb.server.toml.TomlException;
import org.velocitydb.server.toml.TomlPath;
import org.velocitydb.server.toml.TomlProblem;
import org.velocitydb.server.toml.TomlSection;
import org.velocitydb.server.users.UserSection;

/**
 * Maps a document onto a configuration and collects everything that is wrong with it.
 */
final class ConfigReader
{
    private static final long MIN_MEMORY_BUDGET = 32L << 20;
    private static final long MAX_MEMORY_BUDGET = 1L << 40;
    private static final long MIN_MEMTABLE_ENTRIES = 100;
    private static final long MIN_CACHE_ENTRIES = 1;
    private static final long MAX_MEMTABLE_ENTRIES = 1_000_000_000;
    private static final long MIN_BYTES = 1L << 20;
    private static final long MAX_MEMTABLE_BYTES = 1L << 30;
    /** One slab each for at most 2 GiB; see EntryCache. */
    private static final long MAX_CACHE_BYTES = 1L << 30;
    /** More than any disk gives, so a larger number is a slip of the pen. */
    private static final long MAX_COMPACTION_RATE = 64L << 30;
    private static final long MAX_CACHE_ENTRIES = 3_000_000;
    private static final double MIN_FALSE_POSITIVE_RATE = 0.000001;
    private static final double MAX_FALSE_POSITIVE_RATE = 0.5;
    private static final double MIN_HIT_RATE = 0.01;
    private static final int MAX_COMPRESSION_LEVELS = 7;
    private static final int MAX_CONNECTIONS = 1_000_000;
    private static final int MAX_RATE = 1_000_000_000;
    private static final int MAX_TIMEOUT_SECONDS = 86_400;
    private static final int MAX_AUTH_FAILURES = 1_000_000;
    private static final int MAX_EVENT_LOOPS = 64;
    private static final int MIN_COMPACTION_THRESHOLD = 2;
    private static final int MAX_COMPACTION_THRESHOLD = 64;
    private static final int MAX_SYNC_INTERVAL_MS = 60_000;
    /** Read at each start, and mapped for that. */
    private static final long MAX_AUDIT_FILE_BYTES = 1L << 30;
    private static final int MIN_AUDIT_FILES = 2;
    private static final int MAX_AUDIT_FILES = 100_000;

    /** Less than this is the time of a force, so that every write would be slow. */
    private static final long MIN_SLOW_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long MAX_SLOW_NS = TimeUnit.HOURS.toNanos(1);
    private static final long MIN_SHUTDOWN_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MAX_SHUTDOWN_NS = TimeUnit.MINUTES.toNanos(10);

    private static final Map<String, ConfigKey> KEYS = keys();
    private static final Set<String> SECTIONS = sections();

    private final TomlDocument document;
    private final List<TomlProblem> errors;
    private final List<TomlProblem> warnings = new ArrayList<>();
    private final VelocityConfig.Builder builder = VelocityConfig.builder();

    /** A value that does not fit its key. */
    private static final class RejectedException extends RuntimeException
    {
        private static final long serialVersionUID = 1L;

        RejectedException(final String message)
        {
            super(message);
        }
    }

    private ConfigReader(final TomlDocument document)
    {
        this.document = document;
        this.errors = new ArrayList<>(document.problems());
    }

    static VelocityConfig read(final TomlDocument document)
    {
        return new ConfigReader(document).read();
    }

    private VelocityConfig read()
    {
        document.sections().forEach(this::onSection);
        document.entries().forEach(this::onEntry);
        builder.users(UserSection.read(document, errors, warnings));
        warnOfUnusedInterval();
        checkAdminPort();
        checkTls();
        checkAeron();
        if (!errors.isEmpty())
        {
            errors.sort(Comparator.comparingInt(TomlProblem::line));
            throw new TomlException(errors);
        }
        warnings.sort(Comparator.comparingInt(TomlProblem::line));
        return builder.warnings(warnings).build();
    }

    private void onSection(final TomlSection section)
    {
        final List<String> path = section.path();
        if (LaterKeys.contains(path))
        {
            refuse(section.line(), "not supported by this version: [" + section.name() + "]");
        }
        else if (!SECTIONS.contains(path.get(0)))
        {
            refuse(section.line(), "unknown section: [" + section.name() + "]" + hint(path.get(0), SECTIONS, "[", "]"));
        }
        else if (path.size() > 1 || section.isArray())
        {
            refuse(section.line(), "not a section: " + section.name() + "; allowed: " +
                SECTIONS.stream().map((name) -> "[" + name + "]").collect(Collectors.joining(", ")));
        }
    }

    private void onEntry(final TomlEntry entry)
    {
        if (UserSection.isUser(entry) || isInRefusedSection(entry))
        {
            return;
        }
        final String key = entry.key();
        final ConfigKey known = KEYS.get(key);
        if (known != null)
        {
            onKnown(known, entry);
        }
        else if (LaterKeys.contains(entry.path()))
        {
            refuse(entry.line(), "not supported by this version: " + key);
        }
        else if (entry.path().size() == 1 && SECTIONS.contains(key))
        {
            refuse(entry.line(), key + " is a section: write [" + key + "] and below it one line for each key");
        }
        else
        {
            refuse(entry.line(), "unknown key: " + key + hint(entry));
        }
    }

    /** Its header has been refused once; to refuse every key below it would bury the reason. */
    private static boolean isInRefusedSection(final TomlEntry entry)
    {
        final TomlSection section = entry.section();
        return section != null &&
            (section.path().size() > 1 || section.isArray() || !SECTIONS.contains(section.path().get(0)));
    }

    private void onKnown(final ConfigKey key, final TomlEntry entry)
    {
        try
        {
            apply(key, entry.value());
            builder.origin(key, ConfigOrigin.FILE);
        }
        catch (final RejectedException ex)
        {
            refuse(entry.line(), ex.getMessage() + ": " + key.key() + " = " + shown(entry) + "; allowed: " +
                key.allowed());
        }
    }

    private void apply(final ConfigKey key, final Object value)
    {
        switch (key)
        {
            case BIND -> builder.bind(address(text(value)));
            case DATA_DIR -> builder.dataDir(path(text(value)));
            case MAX_CONNECTIONS -> builder.maxConnections((int) integer(value, 1, MAX_CONNECTIONS));
            case RATE_LIMIT_PER_SECOND -> builder.rateLimitPerSecond((int) integer(value, 1, MAX_RATE));
            case CONNECTION_TIMEOUT_SECONDS ->
                builder.connectionTimeoutSeconds((int) integer(value, 1, MAX_TIMEOUT_SECONDS));
            case MAX_AUTH_FAILURES -> builder.maxAuthFailures((int) integer(value, 1, MAX_AUTH_FAILURES));
            case AUTH_BAN_DURATION -> builder.authBanSeconds((int) seconds(value, MAX_TIMEOUT_SECONDS));
            case ALLOW_PLAINTEXT_PASSWORDS -> builder.allowPlaintextPasswords(isTrue(value));
            case EVENT_LOOPS -> builder.eventLoops((int) integer(value, 1, MAX_EVENT_LOOPS));
            case MEMORY_BUDGET ->
                builder.memoryBudgetBytes(length(text(value), MIN_MEMORY_BUDGET, MAX_MEMORY_BUDGET));
            case MAX_MEMTABLE_SIZE -> builder.memtable(capacity(
                value, MIN_MEMTABLE_ENTRIES, MAX_MEMTABLE_ENTRIES, MAX_MEMTABLE_BYTES));
            case CACHE_SIZE -> builder.cache(capacity(value, MIN_CACHE_ENTRIES, MAX_CACHE_ENTRIES, MAX_CACHE_BYTES));
            case TARGET_CACHE_HIT_RATE -> builder.targetCacheHitRate(number(value, MIN_HIT_RATE, 1));
            case COMPRESSION -> builder.compression(compression(value));
            case BLOOM_FALSE_POSITIVE_RATE -> builder.bloomFalsePositiveRate(
                number(value, MIN_FALSE_POSITIVE_RATE, MAX_FALSE_POSITIVE_RATE));
            case COMPACTION_THRESHOLD -> builder.compactionThreshold(
                (int) integer(value, MIN_COMPACTION_THRESHOLD, MAX_COMPACTION_THRESHOLD));
            case COMPACTION_RATE -> builder.compactionBytesPerSecond(rate(value));
            case SYNC_MODE -> builder.syncMode(syncMode(text(value)));
            case SYNC_INTERVAL_MS -> builder.syncIntervalMs((int) milliseconds(value, MAX_SYNC_INTERVAL_MS));
            case AUDIT_ENABLED, AUDIT_PATH, AUDIT_WHAT, AUDIT_WHEN_FULL, AUDIT_MAX_FILE_BYTES, AUDIT_FILES_KEPT,
                AUDIT_SYNC_INTERVAL_MS -> builder.audit(audit(builder.audit(), key, value));
            case SLOW_LOG_THRESHOLD -> builder.operator(builder.operator().withSlowLogThreshold(
                isOff(value) ? OperatorConfig.NO_SLOW_LOG : time(value, MIN_SLOW_NS, MAX_SLOW_NS)));
            case SHUTDOWN_TIMEOUT -> builder.operator(
                builder.operator().withShutdownTimeout(time(value, MIN_SHUTDOWN_NS, MAX_SHUTDOWN_NS)));
            case ADMIN_BIND -> builder.operator(
                builder.operator().withAdminBind(isOff(value) ? null : address(text(value))));
            case ADMIN_ALLOW_REMOTE -> builder.operator(builder.operator().withRemoteAllowed(isTrue(value)));
            case RESP_BIND -> builder.resp(builder.resp().withBind(isOff(value) ? null : address(text(value))));
            case RESP_TABLE -> builder.resp(builder.resp().withTable(table(text(value))));
            case TLS_MODE -> builder.tls(builder.tls().withMode(known(TlsConfig.Mode.of(text(value)))));
            case TLS_CERTIFICATE -> builder.tls(builder.tls().withCertificate(path(text(value))));
            case TLS_KEY -> builder.tls(builder.tls().withKey(path(text(value))));
            case TLS_CLIENT_CA -> builder.tls(builder.tls().withClientCa(path(text(value))));
            case TLS_CLIENT_AUTH ->
                builder.tls(builder.tls().withClientAuth(known(TlsConfig.ClientAuth.of(text(value)))));
            case AERON_IPC, AERON_BIND, AERON_ALLOW_REMOTE, AERON_DRIVER, AERON_DIRECTORY, AERON_STREAM ->
                builder.aeron(aeron(builder.aeron(), key, value));
            default -> builder.limits(builder.limits().with(key, limit(key, value)));
        }
    }

    private static AuditConfig audit(final AuditConfig audit, final ConfigKey key, final Object value)
    {
        return switch (key)
        {
            case AUDIT_ENABLED -> audit.enabled(isTrue(value));
            case AUDIT_PATH -> audit.path(path(text(value)));
            case AUDIT_WHAT -> audit.what(known(AuditScope.of(text(value))));
            case AUDIT_WHEN_FULL -> audit.whenFull(known(AuditFullPolicy.of(text(value))));
            case AUDIT_MAX_FILE_BYTES -> audit.maxFileBytes(length(text(value), MIN_BYTES, MAX_AUDIT_FILE_BYTES));
            case AUDIT_FILES_KEPT -> audit.filesKept((int) integer(value, MIN_AUDIT_FILES, MAX_AUDIT_FILES));
            default -> audit.syncIntervalMs((int) milliseconds(value, MAX_SYNC_INTERVAL_MS));
        };
    }

    private static AeronConfig aeron(final AeronConfig aeron, final ConfigKey key, final Object value)
    {
        return switch (key)
        {
            case AERON_IPC -> aeron.withIpc(isTrue(value));
            case AERON_BIND -> aeron.withBind(isOff(value) ? null : address(text(value)));
            case AERON_ALLOW_REMOTE -> aeron.withRemoteAllowed(isTrue(value));
            case AERON_DRIVER -> aeron.withDriverEmbedded(known(switch (text(value))
            {
                case AeronConfig.EMBEDDED -> true;
                case AeronConfig.EXTERNAL -> false;
                default -> null;
            }));
            case AERON_DIRECTORY -> aeron.withDirectory(path(text(value)));
            default -> aeron.withStreamId((int) integer(value, 1, Integer.MAX_VALUE));
        };
    }

    private void checkAeron()
    {
        final String contradiction = builder.aeron().contradiction(builder.tls());
        if (contradiction != null)
        {
            document.entries().stream()
                .filter((entry) -> entry.path().get(0).equals(ConfigKey.AERON_IPC.path().get(0)))
                .limit(1)
                .forEach((entry) -> refuse(entry.line(), contradiction));
        }
    }

    private void checkTls()
    {
        final List<TomlEntry> entries = document.entries().stream()
            .filter((entry) -> entry.path().get(0).equals(ConfigKey.TLS_MODE.path().get(0)))
            .toList();
        if (entries.isEmpty())
        {
            return;
        }
        final String contradiction = builder.tls().contradiction();
        if (contradiction != null)
        {
            refuse(entries.get(0).line(), contradiction);
        }
        else if (!builder.tls().isOn())
        {
            entries.stream()
                .filter((entry) -> !entry.path().equals(ConfigKey.TLS_MODE.path()))
                .forEach((entry) -> warnings.add(document.problem(entry.line(),
                    "has no effect: " + entry.key() + ", because " + ConfigKey.TLS_MODE.key() + " = \"off\"")));
        }
    }

    private static long limit(final ConfigKey key, final Object value)
    {
        final ServerLimits.Bounds bounds = ServerLimits.bounds(key);
        return switch (bounds.kind())
        {
            case COUNT -> integer(value, bounds.min(), bounds.max());
            case BYTES -> length(text(value), bounds.min(), bounds.max());
            case TIME -> milliseconds(value, bounds);
            case TIME_OR_OFF -> isOff(value) ? ServerLimits.NOT_SET : milliseconds(value, bounds);
        };
    }

    private static long milliseconds(final Object value, final ServerLimits.Bounds bounds)
    {
        return integer(milliseconds(text(value), bounds.max()), bounds.min(), bounds.max());
    }

    private void warnOfUnusedInterval()
    {
        document.entries().stream()
            .filter((entry) -> entry.path().equals(ConfigKey.SYNC_INTERVAL_MS.path()))
            .filter((entry) -> builder.syncMode() != SyncMode.INTERVAL)
            .forEach((entry) -> warnings.add(document.problem(entry.line(),
                "has no effect: " + entry.key() + ", because " + ConfigKey.SYNC_MODE.key() + " = \"" +
                    builder.syncMode().text() + '"')));
    }

    private void checkAdminPort()
    {
        final String contradiction = builder.operator().contradiction();
        if (contradiction != null)
        {
            document.entries().stream()
                .filter((entry) -> entry.path().equals(ConfigKey.ADMIN_BIND.path()))
                .forEach((entry) -> refuse(entry.line(), contradiction));
        }
    }

    private static String table(final String name)
    {
        if (KeyspaceName.fault(name) != null)
        {
            throw new RejectedException(KeyspaceName.fault(name));
        }
        return KeyspaceName.normalized(name);
    }

    private static boolean isOff(final Object value)
    {
        return OperatorConfig.OFF.equals(value);
    }

    private static long time(final Object value, final long minNs, final long maxNs)
    {
        final long ns;
        try
        {
            ns = Durations.parseNs(text(value));
        }
        catch (final IllegalArgumentException ex)
        {
            throw new RejectedException("not a time");
        }
        return integer(ns, minNs, maxNs);
    }

    private static String text(final Object value)
    {
        if (value instanceof final String text)
        {
            return text;
        }
        throw new RejectedException("not a text");
    }

    private static long integer(final Object value, final long min, final long max)
    {
        if (!(value instanceof Integer || value instanceof Long))
        {
            throw new RejectedException("not a whole number");
        }
        final long number = ((Number) value).longValue();
        if (number < min || number > max)
        {
            throw new RejectedException("out of range");
        }
        return number;
    }

    private static double number(final Object value, final double min, final double max)
    {
        if (!(value instanceof final Number number))
        {
            throw new RejectedException("not a number");
        }
        // The condition is one that NaN does not pass.
        if (!(number.doubleValue() >= min && number.doubleValue() <= max))
        {
            throw new RejectedException("out of range");
        }
        return number.doubleValue();
    }

    private static Capacity capacity(
        final Object value, final long minEntries, final long maxEntries, final long maxBytes)
    {
        if (value instanceof final String text)
        {
            return Capacity.ofBytes(length(text, MIN_BYTES, maxBytes));
        }
        return Capacity.ofEntries(integer(value, minEntries, maxEntries));
    }

    private static long rate(final Object value)
    {
        return length(text(value), MIN_BYTES, MAX_COMPACTION_RATE);
    }

    private static long length(final String text, final long min, final long max)
    {
        final long lengthBytes;
        try
        {
            lengthBytes = Lengths.parse(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new RejectedException("not a length");
        }
        return integer(lengthBytes, min, max);
    }

    private static long milliseconds(final Object value, final long max)
    {
        return whole(value, max, TimeUnit.MILLISECONDS);
    }

    private static long seconds(final Object value, final long max)
    {
        return whole(value, max, TimeUnit.SECONDS);
    }

    /** A whole number of units, or a time that is one. */
    private static long whole(final Object value, final long max, final TimeUnit unit)
    {
        if (!(value instanceof final String text))
        {
            return integer(value, 1, max);
        }
        final long ns;
        try
        {
            ns = Durations.parseNs(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new RejectedException("not a time");
        }
        if (ns % unit.toNanos(1) != 0)
        {
            throw new RejectedException("not whole " + unit.name().toLowerCase(Locale.ROOT));
        }
        return integer(unit.convert(ns, TimeUnit.NANOSECONDS), 1, max);
    }

    private static boolean isTrue(final Object value)
    {
        if (value instanceof final Boolean isTrue)
        {
            return isTrue;
        }
        throw new RejectedException("not true or false");
    }

    private static BindAddress address(final String text)
    {
        try
        {
            return BindAddress.parse(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new RejectedException("not an address");
        }
    }

    private static Path path(final String text)
    {
        try
        {
            if (!text.isBlank())
            {
                return Path.of(text);
            }
        }
        catch (final InvalidPathException ex)
        {
            throw new RejectedException("not a path");
        }
        throw new RejectedException("not a path");
    }

    private static <T> T known(final T mode)
    {
        if (mode == null)
        {
            throw new RejectedException("not a mode");
        }
        return mode;
    }

    private static SyncMode syncMode(final String text)
    {
        final SyncMode mode = SyncMode.of(text);
        if (mode == null)
        {
            throw new RejectedException("not a mode");
        }
        return mode;
    }

    private static List<BlockCompression> compression(final Object value)
    {
        final List<?> names = value instanceof final List<?> list ? list : List.of(value);
        if (names.isEmpty() || names.size() > MAX_COMPRESSION_LEVELS)
        {
            throw new RejectedException("not a list of that length");
        }
        final List<BlockCompression> levels = new ArrayList<>();
        for (final Object name : names)
        {
            final BlockCompression kind = BlockCompression.of(text(name));
            if (kind == null)
            {
                throw new RejectedException("not a compression");
            }
            levels.add(kind);
        }
        return levels;
    }

    private String shown(final TomlEntry entry)
    {
        return document.text().substring(entry.valueOffset(), entry.valueEndOffset()).lines().findFirst().orElse("");
    }

    private static String hint(final TomlEntry entry)
    {
        final String key = entry.key();
        final List<String> path = entry.path();
        final String name = path.get(path.size() - 1);
        for (final ConfigKey known : ConfigKey.values())
        {
            if (known.path().get(1).equals(name))
            {
                return "; did you mean " + known.key() + "?";
            }
        }
        return hint(key, KEYS.keySet(), "", "");
    }

    private static String hint(final String word, final Set<String> known, final String before, final String after)
    {
        final String nearest = Nearest.of(word, known);
        return nearest == null ? "" : "; did you mean " + before + nearest + after + "?";
    }

    private void refuse(final int line, final String message)
    {
        errors.add(document.problem(line, message));
    }

    private static Map<String, ConfigKey> keys()
    {
        final Map<String, ConfigKey> keys = new LinkedHashMap<>();
        for (final ConfigKey key : ConfigKey.values())
        {
            keys.put(TomlPath.joined(key.path()), key);
        }
        return keys;
    }

    private static Set<String> sections()
    {
        final Set<String> sections = new TreeSet<>();
        sections.add(UserSection.NAME);
        for (final ConfigKey key : ConfigKey.values())
        {
            sections.add(key.path().get(0));
        }
        return sections;
    }
}
