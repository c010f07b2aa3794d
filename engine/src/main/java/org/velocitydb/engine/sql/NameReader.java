package org.velocitydb.engine.sql;

import java.util.Locale;

import org.velocitydb.engine.command.KeyspaceName;

/**
 * Reads names where the grammar has one.
 */
final class NameReader
{
    private final SqlLexer lexer;
    private final TokenReader tokens;
    /** Where the text begins, in characters, of which positions of names are told. */
    private int origin;

    NameReader(final SqlLexer lexer, final TokenReader tokens)
    {
        this.lexer = lexer;
        this.tokens = tokens;
    }

    /**
     * Says where the text begins of which positions of names are to be told: those of a prepared statement are looked
     * at long after the PREPARE around it.
     */
    void origin(final int character)
    {
        origin = character;
    }

    TableName table()
    {
        if (tokens.accept("KV"))
        {
            return TableName.DEFAULT;
        }
        if (!tokens.isAt(TokenType.WORD))
        {
            throw tokens.expected("a table");
        }
        final String word = lexer.word();
        if (KeyspaceName.isReserved(word))
        {
            throw tokens.expected("a table");
        }
        if (word.length() > KeyspaceName.MAX_LENGTH)
        {
            throw lexer.error(
                SqlException.Kind.LIMIT, lexer.start(),
                "table name is too long: length=" + word.length() + ", max=" + KeyspaceName.MAX_LENGTH);
        }
        final TableName table = new TableName(
            word.toLowerCase(Locale.ROOT), lexer.characterAt(lexer.start()) - origin);
        lexer.next();
        return table;
    }

    /**
     * Name of a prepared statement, in small letters.
     */
    String prepared()
    {
        if (!tokens.isAt(TokenType.WORD))
        {
            throw tokens.expected("a name");
        }
        final String word = lexer.word();
        if (word.length() > SqlLimits.MAX_PREPARED_NAME_LENGTH)
        {
            throw lexer.error(
                SqlException.Kind.LIMIT, lexer.start(),
                "name is too long: length=" + word.length() + ", max=" + SqlLimits.MAX_PREPARED_NAME_LENGTH);
        }
        lexer.next();
        return word.toLowerCase(Locale.ROOT);
    }
}
