package org.velocitydb.server.toml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.Comparator;
import java.util.List;

/**
 * A TOML file, its keys and sections with their places. Immutable.
 *
 * <p>A mistake does not end the reading: the line is left out, its problem is kept, and reading goes on in the next
 * line, so that a user sees all mistakes at once.
 */
public final class TomlDocument
{
    private final String file;
    private final String text;
    private final List<TomlSection> sections;
    private final List<TomlEntry> entries;
    private final List<TomlProblem> problems;

    private TomlDocument(final String file, final String text, final TomlScanner scanner)
    {
        this.file = file;
        this.text = text;
        this.sections = List.copyOf(scanner.sections());
        this.entries = List.copyOf(scanner.entries());
        this.problems = scanner.problems().stream().sorted(Comparator.comparingInt(TomlProblem::line)).toList();
    }

    /**
     * Reads a text.
     *
     * @param file name for messages.
     * @param text whole content.
     * @return the document, which may have problems.
     */
    public static TomlDocument parse(final String file, final String text)
    {
        final TomlScanner scanner = new TomlScanner(file, text);
        scanner.scan();
        return new TomlDocument(file, text, scanner);
    }

    /**
     * Reads bytes, which must be UTF-8: then {@link #text()} encodes to the same bytes again.
     *
     * @param file  name for messages.
     * @param bytes whole content.
     * @return the document, which may have problems.
     * @throws TomlException when the bytes are not UTF-8.
     */
    public static TomlDocument parse(final String file, final byte[] bytes)
    {
        final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
        final ByteBuffer input = ByteBuffer.wrap(bytes);
        final CharBuffer output = CharBuffer.allocate(bytes.length);
        try
        {
            final CoderResult result = decoder.decode(input, output, true);
            if (result.isError())
            {
                result.throwException();
            }
        }
        catch (final CharacterCodingException ex)
        {
            final int line = 1 + (int) output.flip().chars().filter((c) -> c == '\n').count();
            throw new TomlException(
                List.of(new TomlProblem(file, line, "not UTF-8: offset=" + input.position())));
        }
        return parse(file, output.flip().toString());
    }

    /**
     * Name for messages.
     *
     * @return as given.
     */
    public String file()
    {
        return file;
    }

    /**
     * The whole content.
     *
     * @return as given.
     */
    public String text()
    {
        return text;
    }

    /**
     * Headers in the order of the file.
     *
     * @return sections.
     */
    public List<TomlSection> sections()
    {
        return sections;
    }

    /**
     * Keys in the order of the file.
     *
     * @return entries.
     */
    public List<TomlEntry> entries()
    {
        return entries;
    }

    /**
     * What is not TOML in it.
     *
     * @return in the order of the file, empty for a good one.
     */
    public List<TomlProblem> problems()
    {
        return problems;
    }

    /**
     * A problem in this document.
     *
     * @param line    from 1.
     * @param message without the place.
     * @return the problem.
     */
    public TomlProblem problem(final int line, final String message)
    {
        return new TomlProblem(file, line, message);
    }
}
