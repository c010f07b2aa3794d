package org.velocitydb.engine.sql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts a statement into tokens, one at a time, and knows where each begins and ends. Space and comments fall away
 * between them. Used by one thread. It looks at every byte a bounded number of times and never calls itself.
 */
final class SqlLexer
{
    private static final int FOUND_LENGTH_LIMIT = 32;

    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private byte[] bytes = {};
    private int limit;
    private int position;

    private TokenType type = TokenType.END;
    private int start;
    private int end;

    /** How far {@link #characterAt} has counted, and what it came to. */
    private int countedBytes;
    private int countedCharacters;

    /**
     * Begins with a statement; there is no token before the first {@link #next()}.
     *
     * @param statement bytes, read until the last token.
     * @param length    of the statement.
     * @throws SqlException if it is not UTF-8.
     */
    void wrap(final byte[] statement, final int length)
    {
        bytes = statement;
        limit = length;
        position = 0;
        start = 0;
        end = 0;
        countedBytes = 0;
        countedCharacters = 0;
        view.wrap(statement, 0, length);
        final int invalid = Utf8.firstInvalid(view, 0, length);
        if (invalid < length)
        {
            throw error(SqlException.Kind.SYNTAX, invalid, "statement is not UTF-8");
        }
    }

    TokenType type()
    {
        return type;
    }

    int start()
    {
        return start;
    }

    int end()
    {
        return end;
    }

    /**
     * Moves to the next token; at the end stays there.
     */
    void next()
    {
        skipSpaceAndComments();
        start = position;
        if (position == limit)
        {
            type = TokenType.END;
            end = limit;
            return;
        }
        final int first = bytes[position];
        if ((first == 'x' || first == 'X') && peek(1) == '\'')
        {
            type = TokenType.BLOB;
            position = closingQuote(position + 2, "blob");
        }
        else if (isWordStart(first))
        {
            type = TokenType.WORD;
            skipWord();
        }
        else if (isDigit(first) || startsNumber(first))
        {
            number();
        }
        else if (first == '\'')
        {
            type = TokenType.STRING;
            position = closingQuote(position + 1, "string");
        }
        else
        {
            symbol(first);
        }
        end = position;
    }

    /**
     * Whether the token is this word.
     *
     * @param upperCase the word in capitals.
     * @return true whatever case the statement has it in.
     */
    boolean isWord(final String upperCase)
    {
        final int length = upperCase.length();
        if (type != TokenType.WORD || end - start != length)
        {
            return false;
        }
        for (int i = 0; i < length; i++)
        {
            final byte letter = bytes[start + i];
            final int capital = letter >= 'a' && letter <= 'z' ? letter - 0x20 : letter;
            if (capital != upperCase.charAt(i))
            {
                return false;
            }
        }
        return true;
    }

    /**
     * The current word as the statement has it; for names, since keywords are compared in place.
     */
    String word()
    {
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }

    /**
     * A part of the statement.
     */
    byte[] copy(final int from, final int to)
    {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /**
     * Bytes of the current number as the statement has them.
     */
    byte[] numberBytes()
    {
        final byte[] copy = new byte[end - start];
        System.arraycopy(bytes, start, copy, 0, copy.length);
        return copy;
    }

    /**
     * Bytes of the current string, where two quotes stand for one.
     */
    byte[] stringBytes()
    {
        final int last = end - 1;
        int length = 0;
        for (int i = start + 1; i < last; i++)
        {
            i += bytes[i] == '\'' ? 1 : 0;
            length++;
        }
        final byte[] copy = new byte[length];
        int from = start + 1;
        for (int i = 0; i < length; i++)
        {
            copy[i] = bytes[from];
            from += bytes[from] == '\'' ? 2 : 1;
        }
        return copy;
    }

    /**
     * Bytes of the current blob.
     */
    byte[] blobBytes()
    {
        final int first = start + 2;
        final int last = end - 1;
        for (int i = first; i < last; i++)
        {
            if (Character.digit(bytes[i], 16) < 0)
            {
                throw error(SqlException.Kind.SYNTAX, i, "blob holds something that is no hexadecimal digit");
            }
        }
        if ((last - first & 1) != 0)
        {
            throw error(SqlException.Kind.SYNTAX, last, "blob has an odd number of hexadecimal digits");
        }
        final byte[] blob = new byte[(last - first) / 2];
        for (int i = 0; i < blob.length; i++)
        {
            final int at = first + 2 * i;
            blob[i] = (byte) (Character.digit(bytes[at], 16) << 4 | Character.digit(bytes[at + 1], 16));
        }
        return blob;
    }

    /**
     * The current token as an error message shows it.
     */
    String found()
    {
        return switch (type)
        {
            case WORD, UNKNOWN -> "'" + printable() + "'";
            default -> type.description();
        };
    }

    /**
     * An error at a place of the statement.
     *
     * @param kind   of the error.
     * @param offset of its place, in bytes.
     * @param what   went wrong; the place is added.
     * @return the exception, to be thrown.
     */
    SqlException error(final SqlException.Kind kind, final int offset, final String what)
    {
        final int character = characterAt(offset);
        final String separator = what.contains(": ") ? ", character=" : ": character=";
        return new SqlException(kind, character, what + separator + character);
    }

    /**
     * Where a byte offset lies in characters. Errors ask, and names that may turn out to be nobody's; so it is counted
     * when asked for, from where it was counted last: a statement with a thousand names is gone through once.
     */
    int characterAt(final int offset)
    {
        if (offset < countedBytes)
        {
            countedBytes = 0;
            countedCharacters = 0;
        }
        for (; countedBytes < offset; countedBytes++)
        {
            // Continuation bytes do not begin a character.
            countedCharacters += (bytes[countedBytes] & 0xC0) == 0x80 ? 0 : 1;
        }
        return countedCharacters;
    }

    private void skipSpaceAndComments()
    {
        while (position < limit)
        {
            final int next = bytes[position];
            if (next == ' ' || next >= '\t' && next <= '\r')
            {
                position++;
            }
            else if (next == '-' && peek(1) == '-')
            {
                skipLine();
            }
            else if (next == '/' && peek(1) == '*')
            {
                skipComment();
            }
            else
            {
                return;
            }
        }
    }

    private void skipLine()
    {
        while (position < limit && bytes[position] != '\n')
        {
            position++;
        }
    }

    private void skipComment()
    {
        final int begin = position;
        position += 2;
        while (position + 1 < limit)
        {
            if (bytes[position] == '*' && bytes[position + 1] == '/')
            {
                position += 2;
                return;
            }
            position++;
        }
        throw error(SqlException.Kind.SYNTAX, begin, "comment is not closed");
    }

    private int closingQuote(final int from, final String what)
    {
        for (int i = from; i < limit; i++)
        {
            if (bytes[i] == '\'')
            {
                if (i + 1 == limit || bytes[i + 1] != '\'')
                {
                    return i + 1;
                }
                i++;
            }
        }
        throw error(SqlException.Kind.SYNTAX, start, what + " is not closed");
    }

    private void number()
    {
        final int first = bytes[position];
        position += first == '-' || first == '+' ? 1 : 0;
        type = TokenType.INTEGER;
        skipDigits();
        if (position < limit && bytes[position] == '.')
        {
            type = TokenType.FLOAT;
            position++;
            skipDigits();
        }
        if (position < limit && (bytes[position] == 'e' || bytes[position] == 'E'))
        {
            final int sign = peek(1);
            final int digit = sign == '-' || sign == '+' ? 2 : 1;
            if (isDigit(peek(digit)))
            {
                type = TokenType.FLOAT;
                position += digit;
                skipDigits();
            }
        }
        if (position < limit && (isWordStart(bytes[position]) || bytes[position] == '.'))
        {
            type = TokenType.UNKNOWN;
            while (position < limit && (isWordPart(bytes[position]) || bytes[position] == '.'))
            {
                position++;
            }
        }
    }

    private void symbol(final int first)
    {
        final int second = peek(1);
        type = switch (first)
        {
            case '(' -> TokenType.OPEN;
            case ')' -> TokenType.CLOSE;
            case ',' -> TokenType.COMMA;
            case '*' -> TokenType.ASTERISK;
            case ';' -> TokenType.SEMICOLON;
            case '?' -> TokenType.PARAMETER;
            case '=' -> TokenType.EQUAL;
            case '<' -> second == '=' ? TokenType.LESS_OR_EQUAL : second == '>' ? TokenType.NOT_EQUAL : TokenType.LESS;
            case '>' -> second == '=' ? TokenType.GREATER_OR_EQUAL : TokenType.GREATER;
            case '!' -> second == '=' ? TokenType.NOT_EQUAL : TokenType.UNKNOWN;
            default -> TokenType.UNKNOWN;
        };
        position += switch (type)
        {
            case LESS_OR_EQUAL, GREATER_OR_EQUAL, NOT_EQUAL -> 2;
            case UNKNOWN -> Utf8.unitLength(view, position, limit);
            default -> 1;
        };
    }

    private boolean startsNumber(final int first)
    {
        if (first == '.')
        {
            return isDigit(peek(1));
        }
        if (first != '-' && first != '+')
        {
            return false;
        }
        return isDigit(peek(1)) || peek(1) == '.' && isDigit(peek(2));
    }

    private void skipDigits()
    {
        while (position < limit && isDigit(bytes[position]))
        {
            position++;
        }
    }

    private void skipWord()
    {
        while (position < limit && isWordPart(bytes[position]))
        {
            position++;
        }
    }

    /**
     * A byte further on, or 0 past the end.
     */
    private int peek(final int distance)
    {
        return position + distance < limit ? bytes[position + distance] : 0;
    }

    private String printable()
    {
        int last = Math.min(end, start + FOUND_LENGTH_LIMIT);
        while (last < end && (bytes[last] & 0xC0) == 0x80)
        {
            last--;
        }
        final String text = new String(bytes, start, last - start, StandardCharsets.UTF_8);
        final StringBuilder printable = new StringBuilder();
        text.codePoints().forEach((final int character) -> appendPrintable(printable, character));
        return last < end ? printable.append("...").toString() : printable.toString();
    }

    private static void appendPrintable(final StringBuilder printable, final int character)
    {
        switch (Character.getType(character))
        {
            case Character.CONTROL, Character.FORMAT, Character.UNASSIGNED, Character.PRIVATE_USE,
                Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                printable.append(String.format("U+%04X", character));
            default -> printable.appendCodePoint(character);
        }
    }

    private static boolean isWordStart(final int letter)
    {
        return letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter == '_';
    }

    private static boolean isWordPart(final int letter)
    {
        return isWordStart(letter) || isDigit(letter);
    }

    private static boolean isDigit(final int letter)
    {
        return letter >= '0' && letter <= '9';
    }
}
