package org.velocitydb.server.cli;

import java.util.regex.Pattern;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;

/**
 * What the line editor has to know of SQL: where words end, and whether a statement goes on in the next line.
 */
final class ShellParser extends DefaultParser
{
    /** Begins what is for the shell and not for the server. */
    static final String COMMAND_PREFIX = "\\";

    private static final Pattern FAMILIAR = Pattern.compile("\\s*(help|exit|quit)\\s*;*\\s*", Pattern.CASE_INSENSITIVE);
    private static final String DELIMITERS = "(),;=<>";

    ShellParser()
    {
        escapeChars(null);
        quoteChars(new char[]{ '\'' });
    }

    @Override
    public boolean isDelimiterChar(final CharSequence buffer, final int index)
    {
        return Character.isWhitespace(buffer.charAt(index)) || DELIMITERS.indexOf(buffer.charAt(index)) >= 0;
    }

    @Override
    public ParsedLine parse(final String line, final int cursor, final ParseContext context)
    {
        if (context == ParseContext.ACCEPT_LINE && !isWhole(line))
        {
            throw new EOFError(-1, -1, "the statement goes on");
        }
        return super.parse(line, cursor, context);
    }

    /** Whether this is one of the shell's own commands, or a word by which other shells are left or asked for help. */
    static boolean isForTheShell(final String text)
    {
        return text.strip().startsWith(COMMAND_PREFIX) || FAMILIAR.matcher(text).matches();
    }

    /** Whether nothing is begun that a semicolon would have to end. */
    static boolean isWhole(final String text)
    {
        if (text.isBlank() || isForTheShell(text))
        {
            return true;
        }
        final StatementSplitter splitter = new StatementSplitter();
        splitter.append(text + "\n");
        while (splitter.poll() != null)
        {
            // Whole ones do not matter here.
        }
        return !splitter.isInStatement();
    }
}
