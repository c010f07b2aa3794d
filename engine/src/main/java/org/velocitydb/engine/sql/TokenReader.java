package org.velocitydb.engine.sql;

/**
 * How a parser asks for tokens: this word, that sign, or an error that says what was expected and what was found.
 */
final class TokenReader
{
    private final SqlLexer lexer;
    /** What might have stood where the statement ended, as an error calls it. */
    private String follower = "";

    TokenReader(final SqlLexer lexer)
    {
        this.lexer = lexer;
    }

    /**
     * Says what might stand next beside the end, as an error calls it.
     */
    void follower(final String words)
    {
        follower = words;
    }

    /**
     * What might stand next beside the end.
     */
    String follower()
    {
        return follower;
    }

    /**
     * Whether the token is a word.
     */
    boolean isAt(final String upperCase)
    {
        return lexer.isWord(upperCase);
    }

    /**
     * Whether the token is of a type.
     */
    boolean isAt(final TokenType type)
    {
        return lexer.type() == type;
    }

    /**
     * Takes the token if it is this word.
     */
    boolean accept(final String upperCase)
    {
        if (!lexer.isWord(upperCase))
        {
            return false;
        }
        lexer.next();
        return true;
    }

    /**
     * Takes the token if it is of this type.
     */
    boolean accept(final TokenType type)
    {
        if (lexer.type() != type)
        {
            return false;
        }
        lexer.next();
        return true;
    }

    /**
     * Takes the token, which must be this word.
     */
    void expect(final String upperCase)
    {
        if (!accept(upperCase))
        {
            throw expected(upperCase);
        }
    }

    /**
     * Takes the token, which must be of this type.
     */
    void expect(final TokenType type)
    {
        if (!accept(type))
        {
            throw expected(type.description());
        }
    }

    /**
     * Takes the token, which must be this column or table.
     */
    void expectName(final String upperCase, final String shown)
    {
        if (!accept(upperCase))
        {
            throw expected(shown);
        }
    }

    /**
     * An error at the token: it is not what the grammar wants.
     *
     * @param what was expected.
     * @return the exception, to be thrown.
     */
    SqlException expected(final String what)
    {
        final int character = lexer.characterAt(lexer.start());
        return new SqlException(
            SqlException.Kind.SYNTAX, character,
            "expected " + what + " at character " + character + ", found " + lexer.found());
    }

    /**
     * An error at the token: we know what it means but do not do it.
     *
     * @param what is not supported, as a sentence.
     * @return the exception, to be thrown.
     */
    SqlException unsupported(final String what)
    {
        return lexer.error(SqlException.Kind.UNSUPPORTED, lexer.start(), what);
    }

    /**
     * An error at the token: there is too much of something.
     *
     * @param what is too much.
     * @param max  how much there may be.
     * @return the exception, to be thrown.
     */
    SqlException beyond(final String what, final int max)
    {
        return lexer.error(SqlException.Kind.LIMIT, lexer.start(), what + ": max=" + max);
    }
}
