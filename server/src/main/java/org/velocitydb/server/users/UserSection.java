package org.velocitydb.server.users;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.velocitydb.server.toml.TomlDocument;
import org.velocitydb.server.toml.TomlEntry;
import org.velocitydb.server.toml.TomlException;
import org.velocitydb.server.toml.TomlPath;
import org.velocitydb.server.toml.TomlProblem;

/**
 * Reads the section {@code [users]} of a document. A user is a line: its name, and either its password's hash alone, or
 * an inline table.
 *
 * <pre>
 *     [users]
 *     admin = "$argon2id$v=19$..."                 role admin, since that is its name
 *     alice = "$argon2id$v=19$..."                 role write, no bounds
 *     bob = { password = "$argon2id$v=19$...", role = "read", scopes = ["kv:user:", "orders:"] }
 *     carol = { password = "$argon2id$v=19$...", disabled = true }
 * </pre>
 *
 * See {@link Principal#defaultRole(String)} for the role of whom none is said, and {@link Scope} for scopes.
 */
public final class UserSection
{
    /** Name of the section. */
    public static final String NAME = "users";

    static final String PASSWORD = "password";
    static final String ROLE = "role";
    static final String SCOPES = "scopes";
    static final String DISABLED = "disabled";
    private static final List<String> KEYS = List.of(PASSWORD, ROLE, SCOPES, DISABLED);

    private final TomlDocument document;
    private final List<TomlProblem> errors;
    private final List<TomlProblem> warnings;
    private final List<Principal> users = new ArrayList<>();

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
        return UserDirectory.of(section.users);
    }

    /**
     * Reads one user whose line may be replaced.
     *
     * @param document to read.
     * @param entry    of the user.
     * @return the user, or null where the line is a text that is no hash: it says nothing beside a password.
     * @throws TomlException where it says more than that and cannot be read: nobody knows what would be lost.
     */
    static Principal read(final TomlDocument document, final TomlEntry entry)
    {
        final List<TomlProblem> errors = new ArrayList<>();
        final UserSection section = new UserSection(document, errors, new ArrayList<>());
        section.onEntry(entry);
        if (!errors.isEmpty() && !(entry.value() instanceof String))
        {
            throw new TomlException(errors);
        }
        return section.users.isEmpty() ? null : section.users.get(0);
    }

    /**
     * A user as its line says it, without the name: the hash alone where nothing else is to be said.
     *
     * @param user to write.
     * @return TOML.
     */
    static String format(final Principal user)
    {
        final String phc = user.password() == null ? Argon2Phc.PLACEHOLDER_TEXT : user.password().format();
        final boolean hasDefaultRole = user.role() == Principal.defaultRole(user.name());
        if (hasDefaultRole && !user.isScoped() && !user.isDisabled())
        {
            return quoted(phc);
        }
        final StringBuilder table = new StringBuilder("{ " + PASSWORD + " = " + quoted(phc));
        table.append(", " + ROLE + " = ").append(quoted(user.role().text()));
        if (user.isScoped())
        {
            table.append(", " + SCOPES + " = [")
                .append(user.scopes().stream().map(UserSection::quoted).collect(Collectors.joining(", ")))
                .append(']');
        }
        return table.append(user.isDisabled() ? ", " + DISABLED + " = true }" : " }").toString();
    }

    private static String quoted(final Object text)
    {
        return '"' + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
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
            onUser(entry, Map.of(PASSWORD, text));
        }
        else if (entry.value() instanceof final Map<?, ?> table)
        {
            onUser(entry, table);
        }
        else
        {
            refuse(entry, "not a text: " + entry.key() + "; allowed: an Argon2id string in quotes, or " +
                "{ password = \"...\", role = \"...\", scopes = [\"...\"], disabled = true }");
        }
    }

    private void onUser(final TomlEntry entry, final Map<?, ?> table)
    {
        try
        {
            users.add(user(entry, UserName.check(entry.path().get(1)), table));
        }
        catch (final IllegalArgumentException ex)
        {
            // The text itself is not repeated: it is a hash, or a password that somebody took for one.
            refuse(entry, "bad user: " + entry.key() + ": " + ex.getMessage() +
                "; velocity create-user writes such a line");
        }
    }

    private Principal user(final TomlEntry entry, final String name, final Map<?, ?> table)
    {
        for (final Object key : table.keySet())
        {
            if (!KEYS.contains(key))
            {
                throw new IllegalArgumentException("unknown key: " + key + "; allowed: " + String.join(", ", KEYS));
            }
        }
        final Object role = table.get(ROLE);
        return Principal.of(
            name, role == null ? Principal.defaultRole(name) : Role.of(text(ROLE, role)), scopes(table.get(SCOPES)),
            password(entry, name, table.get(PASSWORD)), isDisabled(table.get(DISABLED)));
    }

    private Argon2Phc password(final TomlEntry entry, final String name, final Object value)
    {
        if (value == null)
        {
            throw new IllegalArgumentException("it has no " + PASSWORD);
        }
        final String text = text(PASSWORD, value);
        if (!Argon2Phc.isPlaceholder(text))
        {
            return Argon2Phc.parse(text);
        }
        warnings.add(document.problem(entry.line(),
            "user has no password yet and cannot log in: " + entry.key() +
                "; set one: velocity create-user --username " + TomlPath.quoted(name)));
        return null;
    }

    private static List<Scope> scopes(final Object value)
    {
        if (value == null)
        {
            return List.of();
        }
        // An empty list would be read as no bounds by us and as nothing at all by whoever wrote it.
        if (!(value instanceof final List<?> list) || list.isEmpty())
        {
            throw new IllegalArgumentException(
                SCOPES + " is not a list; allowed: one or more texts of the form " + Scope.ALLOWED);
        }
        return list.stream().map((scope) -> Scope.parse(text(SCOPES, scope))).toList();
    }

    private static boolean isDisabled(final Object value)
    {
        if (value == null || value instanceof Boolean)
        {
            return value != null && (Boolean) value;
        }
        throw new IllegalArgumentException(DISABLED + " is not true or false");
    }

    private static String text(final String key, final Object value)
    {
        if (value instanceof final String text)
        {
            return text;
        }
        throw new IllegalArgumentException("not a text: " + key);
    }

    private void refuse(final TomlEntry entry, final String message)
    {
        errors.add(document.problem(entry.line(), message));
    }
}
