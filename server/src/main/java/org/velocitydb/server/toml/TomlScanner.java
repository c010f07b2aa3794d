package org.velocitydb.server.toml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One pass over a text that finds headers, keys and the extent of values, and notes what is not TOML with its line.
 * What a value says is read by {@link TomlValues}.
 */
final class TomlScanner
{
    private static final int END = -1;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** What a path is already, to find what is said twice. */
    private enum Kind
    {
        /** Has a value. */
        VALUE,
        /** Has a header. */
        SECTION,
        /** Has a header with two brackets. */
        SECTION_ARRAY,
        /** Came into being by a key with dots. */
        DOTTED
    }

    private record Seen(Kind kind, int line, TomlSection section)
    {
    }

    private final String file;
    private final String text;
    private final List<TomlSection> sections = new ArrayList<>();
    private final List<TomlEntry> entries = new ArrayList<>();
    private final List<TomlProblem> problems = new ArrayList<>();
    private final Map<List<String>, Seen> seen = new HashMap<>();
    private TomlSection section;
    /** Set by a header that could not be read: where the keys below it belong is not known, so they are left out. */
    private boolean isLost;
    private int offset;
    private int line = 1;

    TomlScanner(final String file, final String text)
    {
        this.file = file;
        this.text = text;
    }

    List<TomlSection> sections()
    {
        return sections;
    }

    List<TomlEntry> entries()
    {
        return entries;
    }

    List<TomlProblem> problems()
    {
        return problems;
    }

    void scan()
    {
        if (peek() == BYTE_ORDER_MARK)
        {
            offset++;
        }
        while (offset < text.length())
        {
            final int startLine = line;
            try
            {
                scanLine();
            }
            catch (final ScanException ex)
            {
                problems.add(new TomlProblem(file, startLine, ex.getMessage()));
                skipLine();
            }
        }
    }

    private void scanLine()
    {
        skipBlanks();
        final int c = peek();
        if (c == '[')
        {
            scanHeader();
        }
        else if (c != '#' && c != '\n' && c != '\r' && c != END)
        {
            scanEntry();
        }
        endLine();
    }

    private void scanHeader()
    {
        final int headerOffset = offset;
        isLost = true;
        offset++;
        final boolean isArray = peek() == '[';
        offset += isArray ? 1 : 0;
        final List<String> path = scanPath();
        expect(']', "section header is not closed");
        if (isArray)
        {
            expect(']', "section header is not closed");
        }
        final TomlSection found = new TomlSection(path, isArray, line, headerOffset, offset);
        // What follows belongs to it even if it was there before: its keys are checked as what they are meant to be.
        section = found;
        isLost = false;
        final Seen before = seen.get(path);
        if (before != null && !(isArray && before.kind == Kind.SECTION_ARRAY))
        {
            throw new ScanException("duplicate section: " + found.name() + ", first at line " + before.line);
        }
        seen.put(path, new Seen(isArray ? Kind.SECTION_ARRAY : Kind.SECTION, line, null));
        sections.add(found);
    }

    private void scanEntry()
    {
        final int keyOffset = offset;
        final int keyLine = line;
        final List<String> ownPath = scanPath();
        final List<String> path = new ArrayList<>(section == null ? List.of() : section.path());
        path.addAll(ownPath);
        if (peek() != '=')
        {
            throw new ScanException("no '=' after key: " + TomlPath.joined(path));
        }
        offset++;
        skipBlanks();
        final int valueOffset = offset;
        skipValue();
        final int valueEndOffset = endOfValue(valueOffset);
        if (valueEndOffset == valueOffset)
        {
            throw new ScanException("no value: " + TomlPath.joined(path));
        }
        if (isLost)
        {
            return;
        }
        final Object value = TomlValues.read(text.substring(valueOffset, valueEndOffset), TomlPath.joined(path));
        claim(path, ownPath.size(), keyLine);
        entries.add(new TomlEntry(List.copyOf(path), section, keyLine, keyOffset, valueOffset, valueEndOffset, value));
    }

    /** Notes that a path has a value now, and finds out whether it or one above it is something else already. */
    private void claim(final List<String> path, final int ownLength, final int keyLine)
    {
        final boolean isInArray = section != null && section.isArray();
        for (int length = path.size() - ownLength + 1; length < path.size(); length++)
        {
            final List<String> above = List.copyOf(path.subList(0, length));
            final Seen before = seen.putIfAbsent(above, new Seen(Kind.DOTTED, keyLine, section));
            if (before != null && (before.kind != Kind.DOTTED || before.section != section))
            {
                throw new ScanException(
                    "duplicate key: " + TomlPath.joined(above) + ", first at line " + before.line);
            }
        }
        final Seen before = seen.putIfAbsent(List.copyOf(path), new Seen(Kind.VALUE, keyLine, section));
        if (before != null && !(isInArray && before.section != section))
        {
            throw new ScanException("duplicate key: " + TomlPath.joined(path) + ", first at line " + before.line);
        }
    }

    private List<String> scanPath()
    {
        final List<String> path = new ArrayList<>();
        do
        {
            skipBlanks();
            path.add(scanPart());
            skipBlanks();
        }
        while (accept('.'));
        return path;
    }

    private String scanPart()
    {
        final int start = offset;
        if (peek() == '"' || peek() == '\'')
        {
            skipString();
            return TomlValues.string(text.substring(start, offset));
        }
        while (peek() != END && TomlPath.isBare(peek()))
        {
            offset++;
        }
        if (offset == start)
        {
            throw new ScanException("no key where one is expected: found=" + shown(peek()));
        }
        return text.substring(start, offset);
    }

    private void skipValue()
    {
        final int c = peek();
        if (c == '"' || c == '\'')
        {
            skipString();
        }
        else if (c == '[' || c == '{')
        {
            skipNested();
        }
        else
        {
            while (!isLineEnd(peek()) && peek() != '#')
            {
                offset++;
            }
        }
    }

    private void skipNested()
    {
        int depth = 0;
        do
        {
            final int c = peek();
            switch (c)
            {
                case END -> throw new ScanException("value is not closed");
                case '"', '\'' -> skipString();
                case '#' -> skipComment();
                case '\n' -> {
                    line++;
                    offset++;
                }
                default -> {
                    depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
                    offset++;
                }
            }
        }
        while (depth > 0);
    }

    private void skipString()
    {
        final char quote = text.charAt(offset);
        final String triple = String.valueOf(quote).repeat(3);
        final boolean isLong = text.startsWith(triple, offset);
        offset += isLong ? 3 : 1;
        while (true)
        {
            final int c = peek();
            if (c == END || c == '\n' && !isLong)
            {
                throw new ScanException("string is not closed");
            }
            if (isLong ? text.startsWith(triple, offset) : c == quote)
            {
                offset += isLong ? 3 : 1;
                return;
            }
            line += c == '\n' ? 1 : 0;
            final boolean isEscape = c == '\\' && quote == '"' && peek(1) != '\n' && peek(1) != END;
            offset += isEscape ? 2 : 1;
        }
    }

    private int endOfValue(final int valueOffset)
    {
        int end = offset;
        while (end > valueOffset && isBlank(text.charAt(end - 1)))
        {
            end--;
        }
        return end;
    }

    private void endLine()
    {
        skipBlanks();
        if (peek() == '#')
        {
            skipComment();
        }
        if (peek() == '\r' && peek(1) == '\n')
        {
            offset++;
        }
        if (peek() == END)
        {
            return;
        }
        if (peek() != '\n')
        {
            throw new ScanException("something follows where the line should end: found=" + shown(peek()));
        }
        offset++;
        line++;
    }

    private void skipLine()
    {
        while (peek() != END && peek() != '\n')
        {
            offset++;
        }
        if (peek() == '\n')
        {
            offset++;
            line++;
        }
    }

    private void skipComment()
    {
        while (!isLineEnd(peek()))
        {
            offset++;
        }
    }

    private void skipBlanks()
    {
        while (isBlank(peek()))
        {
            offset++;
        }
    }

    private boolean accept(final char c)
    {
        final boolean isThere = peek() == c;
        offset += isThere ? 1 : 0;
        return isThere;
    }

    private void expect(final char c, final String otherwise)
    {
        if (!accept(c))
        {
            throw new ScanException(otherwise + ": found=" + shown(peek()));
        }
    }

    private boolean isLineEnd(final int c)
    {
        return c == END || c == '\n' || c == '\r' && peek(1) == '\n';
    }

    private static boolean isBlank(final int c)
    {
        return c == ' ' || c == '\t';
    }

    private int peek()
    {
        return peek(0);
    }

    private int peek(final int distance)
    {
        return offset + distance < text.length() ? text.charAt(offset + distance) : END;
    }

    private static String shown(final int c)
    {
        if (c == END || c == '\n' || c == '\r')
        {
            return "end of line";
        }
        return c < ' ' ? String.format("character 0x%02x", c) : String.valueOf((char) c);
    }

    /** Ends the reading of one line. */
    static final class ScanException extends RuntimeException
    {
        private static final long serialVersionUID = 1L;

        ScanException(final String message)
        {
            super(message);
        }
    }
}
