package org.velocitydb.server.users;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.velocitydb.server.toml.TomlDocument;
import org.velocitydb.server.toml.TomlEntry;
import org.velocitydb.server.toml.TomlPath;
import org.velocitydb.server.toml.TomlProblem;

/**
 * Reads the section {@code [users]} of a document.
 */
public final class UserSection
{
    /** Name of the section. */
    public static final String NAME = "users";

    private final TomlDocument document;
    private final List<TomlProblem> errors;
    private final List<TomlProblem> warnings;
    private final Map<String, Argon2Phc> hashes = new TreeMap<>();
    private final Set<String> disabledNames = new TreeSet<>();

    private UserSection(
        final TomlDocument document, final List<TomlProblem> errors, final List<TomlProblem> warnings)
    {
        this.document = document;
        this.errors = errors;
        this.warnings = warnings;
    }

    /**
     * Reads the users.
     *
     * @param document to read; its own problems are not looked at.
     * @param errors   gets what is refused.
     * @param warnings gets what is taken but deserves a word: placeholders of documentation.
     * @return the users that were read.
     */
    public static UserDirectory read(
        final TomlDocument document, final List<TomlProblem> errors, final List<TomlProblem> warnings)
    {
        final UserSection section = new UserSection(document, errors, warnings);
        document.entries().stream().filter(UserSection::isUser).forEach(section::onEntry);
        return UserDirectory.of(section.hashes, section.disabledNames);
    }

    /**
     * Whether an entry belongs to the section.
     *
     * @param entry of a document.
     * @return true if it is for {@link #read}.
     */
    public static boolean isUser(final TomlEntry entry)
    {
        return NAME.equals(entry.path().get(0));
    }

    private void onEntry(final TomlEntry entry)
    {
        if (entry.path().size() == 1)
        {
            refuse(entry, "users is a section: write [users] and below it one line for each user");
        }
        else if (entry.path().size() > 2)
        {
            final String name = String.join(".", entry.path().subList(1, entry.path().size()));
            refuse(entry, "a user name with a dot needs quotes: " + '"' + name + '"');
        }
        else if (entry.value() instanceof final String text)
        {
            onUser(entry, entry.path().get(1), text);
        }
        else
        {
            refuse(entry, "not a text: " + entry.key() + "; allowed: an Argon2id string in quotes");
        }
    }

    private void onUser(final TomlEntry entry, final String name, final String text)
    {
        try
        {
            UserName.check(name);
            if (Argon2Phc.isPlaceholder(text))
            {
                disabledNames.add(name);
                warnings.add(document.problem(entry.line(),
                    "user has no password yet and cannot log in: " + entry.key() +
                        "; set one: velocity create-user --username " + TomlPath.quoted(name)));
                return;
            }
            hashes.put(name, Argon2Phc.parse(text));
        }
        catch (final IllegalArgumentException ex)
        {
            // The text itself is not repeated: it is a hash, or a password that somebody took for one.
            refuse(entry, "bad user: " + entry.key() + ": " + ex.getMessage() +
                "; velocity create-user writes such a line");
        }
    }

    private void refuse(final TomlEntry entry, final String message)
    {
        errors.add(document.problem(entry.line(), message));
    }
}
