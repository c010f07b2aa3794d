package org.velocitydb.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
    private static final Map<String, ConfigKey> KEYS = keys();
    private static final Set<String> SECTIONS = sections();

    private final TomlDocument document;
    private final List<TomlProblem> errors;
    private final List<TomlProblem> warnings = new ArrayList<>();
    private final VelocityConfig.Builder builder = VelocityConfig.builder();

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
            builder.read(key, new ConfigValue(entry.value()));
            builder.origin(key, ConfigOrigin.FILE);
        }
        catch (final RejectedValueException ex)
        {
            refuse(entry.line(), ex.getMessage() + ": " + key.key() + " = " + shown(entry) + "; allowed: " +
                key.allowed());
        }
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

    private void warnOfUnusedInterval()
    {
        document.entries().stream()
            .filter((entry) -> entry.path().equals(ConfigKey.SYNC_INTERVAL_MS.path()))
            .filter((entry) -> builder.sync().mode() != SyncMode.INTERVAL)
            .forEach((entry) -> warnings.add(document.problem(entry.line(),
                "has no effect: " + entry.key() + ", because " + ConfigKey.SYNC_MODE.key() + " = \"" +
                    builder.sync().mode().text() + '"')));
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
