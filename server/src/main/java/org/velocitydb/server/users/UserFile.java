package org.velocitydb.server.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

import org.velocitydb.server.file.LockedFile;
import org.velocitydb.server.toml.TomlDocument;
import org.velocitydb.server.toml.TomlEntry;
import org.velocitydb.server.toml.TomlException;
import org.velocitydb.server.toml.TomlPath;
import org.velocitydb.server.toml.TomlSection;

/**
 * Adds, changes and drops users in a TOML file. One line under {@code [users]} is added, replaced or taken out and
 * every other byte stays what it was, comments and line ends included; the section or the file is made where there is
 * none. A file that is not TOML is left alone.
 *
 * <p>The file is replaced in one step: after a crash it is the old one or the new one. Of several processes that change
 * it at the same moment none undoes what another did.
 */
public final class UserFile
{
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;

    /**
     * Names the file; nothing is read yet.
     *
     * @param file that exists or not.
     */
    public UserFile(final Path file)
    {
        this.file = file;
    }

    /**
     * Sets a user's password; what the user may do stays as it is.
     *
     * @param name of the user, new or not.
     * @param phc  hash of the password.
     * @return true if there was a line for this user, which was replaced.
     * @throws IOException   when the file cannot be read or written.
     * @throws TomlException when it is not TOML or has users in a form that cannot be edited.
     */
    public boolean put(final String name, final Argon2Phc phc) throws IOException
    {
        return put(name, phc, null, null);
    }

    /**
     * Adds a user or changes one.
     *
     * @param name   of the user, new or not.
     * @param phc    hash of the password; null leaves it as it is.
     * @param role   null leaves it as it is, and gives a new user {@link Principal#defaultRole(String)}.
     * @param scopes null leaves them as they are; empty for no bounds.
     * @return true if there was a line for this user, which was replaced.
     * @throws IOException              when the file cannot be read or written.
     * @throws TomlException            when it is not TOML or has users in a form that cannot be edited.
     * @throws IllegalArgumentException when no user can be so.
     */
    public boolean put(final String name, final Argon2Phc phc, final Role role, final List<Scope> scopes)
        throws IOException
    {
        UserName.check(name);
        try (LockedFile locked = LockedFile.open(file))
        {
            final TomlDocument document = documentOf(locked);
            locked.replace(edited(document, name, phc, role, scopes).getBytes(StandardCharsets.UTF_8));
            return entryOf(document, name) != null;
        }
    }

    /**
     * Sets the password of a user that is there; what the user may do stays as it is.
     *
     * @param name of the user.
     * @param phc  hash of the password.
     * @return false if there is no line for this user.
     * @throws IOException   when the file cannot be read or written.
     * @throws TomlException when it is not TOML or has users in a form that cannot be edited.
     */
    public boolean replace(final String name, final Argon2Phc phc) throws IOException
    {
        return ifPresent(name, (document, present) -> edited(document, name, phc));
    }

    /**
     * Removes a user, with the comment in its line.
     *
     * @param name of the user.
     * @return false if there is no line for this user.
     * @throws IOException   when the file cannot be read or written.
     * @throws TomlException when it is not TOML.
     */
    public boolean remove(final String name) throws IOException
    {
        return ifPresent(name, (document, present) -> without(document.text(), present));
    }

    private boolean ifPresent(final String name, final BiFunction<TomlDocument, TomlEntry, String> edit)
        throws IOException
    {
        UserName.check(name);
        if (!Files.exists(file))
        {
            return false;
        }
        try (LockedFile locked = LockedFile.open(file))
        {
            final TomlDocument document = documentOf(locked);
            final TomlEntry present = entryOf(document, name);
            if (present == null)
            {
                return false;
            }
            locked.replace(edit.apply(document, present).getBytes(StandardCharsets.UTF_8));
            return true;
        }
    }

    /**
     * Whether there is a line for a user.
     *
     * @param name of the user.
     * @return true if there is, whatever it says.
     * @throws IOException   when the file cannot be read.
     * @throws TomlException when it is not TOML.
     */
    public boolean contains(final String name) throws IOException
    {
        return Files.exists(file) && entryOf(checked(Files.readAllBytes(file)), name) != null;
    }

    private TomlDocument documentOf(final LockedFile locked) throws IOException
    {
        return checked(locked.bytes());
    }

    private TomlDocument checked(final byte[] bytes)
    {
        final TomlDocument document = TomlDocument.parse(file.toString(), bytes);
        if (!document.problems().isEmpty())
        {
            throw new TomlException(document.problems());
        }
        return document;
    }

    static String edited(final TomlDocument document, final String name, final Argon2Phc phc)
    {
        return edited(document, name, phc, null, null);
    }

    static String edited(
        final TomlDocument document,
        final String name,
        final Argon2Phc phc,
        final Role role,
        final List<Scope> scopes)
    {
        final TomlEntry present = entryOf(document, name);
        final String value = UserSection.format(changed(document, present, name, phc, role, scopes));
        return present == null
            ? withNewLine(document, name, value)
            : withValue(document.text(), present, value);
    }

    private static Principal changed(
        final TomlDocument document,
        final TomlEntry present,
        final String name,
        final Argon2Phc phc,
        final Role role,
        final List<Scope> scopes)
    {
        if (present == null && phc == null)
        {
            throw new IllegalArgumentException("a new user needs a password: name=" + name);
        }
        final Principal before = present == null ? null : UserSection.read(document, present);
        final Role roleBefore = before == null ? Principal.defaultRole(name) : before.role();
        final List<Scope> scopesBefore = before == null ? List.of() : before.scopes();
        final Argon2Phc phcBefore = before == null ? null : before.password();
        return Principal.of(
            name, role == null ? roleBefore : role, scopes == null ? scopesBefore : scopes,
            phc == null ? phcBefore : phc, before != null && before.isDisabled());
    }

    /** The lines that an entry stands in, taken out. */
    private static String without(final String text, final TomlEntry entry)
    {
        final int from = text.lastIndexOf('\n', entry.keyOffset() - 1) + 1;
        final int newLine = text.indexOf('\n', entry.valueEndOffset());
        // A byte order mark is no part of the line.
        final int kept = from == 0 && text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length() : 0;
        return text.substring(0, from + kept) + (newLine < 0 ? "" : text.substring(newLine + 1));
    }

    private static TomlEntry entryOf(final TomlDocument document, final String name)
    {
        final List<String> path = List.of(UserSection.NAME, name);
        return document.entries().stream().filter((entry) -> entry.path().equals(path)).findFirst().orElse(null);
    }

    private static String withValue(final String text, final TomlEntry entry, final String value)
    {
        return text.substring(0, entry.valueOffset()) + value + text.substring(entry.valueEndOffset());
    }

    private static String withNewLine(final TomlDocument document, final String name, final String value)
    {
        final TomlEntry last = lastUser(document);
        if (last != null && last.path().size() != 2)
        {
            throw new TomlException(List.of(document.problem(last.line(),
                "users cannot be added here: write [users] and below it one line for each user")));
        }
        final String text = document.text();
        final String assignment = TomlPath.quoted(name) + " = " + value;
        if (last != null)
        {
            final int lineOffset = text.lastIndexOf('\n', last.keyOffset() - 1) + 1;
            final boolean isDotted = last.section() == null;
            final String indent = isBlank(text, lineOffset, last.keyOffset())
                ? text.substring(lineOffset, last.keyOffset())
                : "";
            return withLineBelow(
                text, last.valueEndOffset(), indent + (isDotted ? UserSection.NAME + "." : "") + assignment);
        }
        final TomlSection section = sectionOf(document);
        if (section != null)
        {
            return withLineBelow(text, section.endOffset(), assignment);
        }
        final String lineEnd = lineEnd(text);
        final String gap = text.isEmpty() ? "" : text.endsWith("\n") ? lineEnd : lineEnd + lineEnd;
        return text + gap + "[" + UserSection.NAME + "]" + lineEnd + assignment + lineEnd;
    }

    private static TomlEntry lastUser(final TomlDocument document)
    {
        return document.entries().stream().filter(UserSection::isUser).reduce((first, second) -> second).orElse(null);
    }

    private static TomlSection sectionOf(final TomlDocument document)
    {
        final TomlSection section = document.sections().stream()
            .filter((found) -> found.path().equals(List.of(UserSection.NAME)))
            .findFirst()
            .orElse(null);
        if (section != null && section.isArray())
        {
            throw new TomlException(List.of(document.problem(section.line(), "users is one section: write [users]")));
        }
        return section;
    }

    private static String withLineBelow(final String text, final int offset, final String line)
    {
        final String lineEnd = lineEnd(text);
        final int newLine = text.indexOf('\n', offset);
        if (newLine < 0)
        {
            return text + lineEnd + line + lineEnd;
        }
        return text.substring(0, newLine + 1) + line + lineEnd + text.substring(newLine + 1);
    }

    private static boolean isBlank(final String text, final int from, final int to)
    {
        return text.substring(from, to).isBlank();
    }

    /** The file's own: that of its first line. */
    private static String lineEnd(final String text)
    {
        final int newLine = text.indexOf('\n');
        return newLine > 0 && text.charAt(newLine - 1) == '\r' ? "\r\n" : "\n";
    }
}
