package org.velocitydb.engine.sql;

/**
 * Kinds of token, with the words by which an error message calls them.
 */
enum TokenType
{
    /** Keyword or identifier. */
    WORD("a word"),
    /** Text in single quotes. */
    STRING("a string"),
    /** Bytes as hexadecimal digits: {@code x'00ff'}. */
    BLOB("a blob"),
    /** Digits, perhaps with a sign. */
    INTEGER("a number"),
    /** Number with a point or an exponent. */
    FLOAT("a number"),
    /** Question mark: the next parameter. */
    PARAMETER("'?'"),
    /** Opening parenthesis. */
    OPEN("'('"),
    /** Closing parenthesis. */
    CLOSE("')'"),
    /** Comma. */
    COMMA("','"),
    /** Asterisk. */
    ASTERISK("'*'"),
    /** Semicolon. */
    SEMICOLON("';'"),
    /** Equals sign. */
    EQUAL("'='"),
    /** Less than. */
    LESS("'<'"),
    /** Less than or equal. */
    LESS_OR_EQUAL("'<='"),
    /** Greater than. */
    GREATER("'>'"),
    /** Greater than or equal. */
    GREATER_OR_EQUAL("'>='"),
    /** Not equal, in either spelling. */
    NOT_EQUAL("'<>'"),
    /** Something that begins no token. */
    UNKNOWN("something unknown"),
    /** The statement ends here. */
    END("the end");

    private final String description;

    TokenType(final String description)
    {
        this.description = description;
    }

    String description()
    {
        return description;
    }
}
