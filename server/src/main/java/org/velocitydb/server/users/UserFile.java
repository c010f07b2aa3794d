package org.velocitydb.server.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.velocitydb.server.file.AtomicFile;
import org.velocitydb.server.toml.TomlDocument;
import org.velocitydb.server.toml.TomlEntry;
import org.velocitydb.server.toml.TomlException;
import org.velocitydb.server.toml.TomlPath;
import org.velocitydb.server.toml.TomlSection;

/**
 * Sets passwords in a TOML file. One line under {@code [users]} is added or replaced and every other byte stays what it
 * was, comments and line ends included; the section or the file is made where there is none. A file that is not TOML is
 * left alone.
 *
 * <p>The file is replaced in one step: after a crash it is the old one or the new one. It is for one process at a time:
 * of two that write at once, one's user is lost.
 */
public final class UserFile
{
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
     * Sets a user's password.
     *
     * @param name of the user, new or not.
     * @param phc  hash of the password.
     * @return true if there was a line for this user, which was replaced.
     * @throws IOException   when the file cannot be read or written.
     * @throws TomlException when it is not TOML or has users in a form that cannot be edited.
     */
    public boolean put(final String name, final Argon2Phc phc) throws IOException
    {
        UserName.check(name);
        final boolean isNew = !Files.exists(file);
        final TomlDocument document = TomlDocument.parse(file.toString(),
            isNew ? new byte[0] : Files.readAllBytes(file));
        AtomicFile.replace(file, edited(document, name, phc).getBytes(StandardCharsets.UTF_8));
        return entryOf(document, name) != null;
    }

    static String edited(final TomlDocument document, final String name, final Argon2Phc phc)
    {
        if (!document.problems().isEmpty())
        {
            throw new TomlException(document.problems());
        }
        final TomlEntry present = entryOf(document, name);
        return present == null
            ? withNewLine(document, name, phc)
            : withValue(document.text(), present, phc);
    }

    private static TomlEntry entryOf(final TomlDocument document, final String name)
    {
        final List<String> path = List.of(UserSection.NAME, name);
        return document.entries().stream().filter((entry) -> entry.path().equals(path)).findFirst().orElse(null);
    }

    private static String withValue(final String text, final TomlEntry entry, final Argon2Phc phc)
    {
        return text.substring(0, entry.valueOffset()) + value(phc) + text.substring(entry.valueEndOffset());
    }

    private static String withNewLine(final TomlDocument document, final String name, final Argon2Phc phc)
    {
        final TomlEntry last = lastUser(document);
        if (last != null && last.path().size() != 2)
        {
            throw new TomlException(List.of(document.problem(last.line(),
                "users cannot be added here: write [users] and below it one line for each user")));
        }
        final String text = document.text();
        final String assignment = TomlPath.quoted(name) + " = " + value(phc);
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

    private static String value(final Argon2Phc phc)
    {
        return '"' + phc.format() + '"';
    }
}
