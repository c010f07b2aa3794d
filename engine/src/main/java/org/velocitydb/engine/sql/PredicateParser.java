package org.velocitydb.engine.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Parses what follows WHERE:
 *
 * <pre>
 *   conditions = condition { AND condition }
 *   condition  = { "(" } predicate { ")" }          as many closed as opened
 *   predicate  = key ( "=" | "&lt;&gt;" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" ) literal
 *              | key BETWEEN literal AND literal
 *              | key IN "(" literal { "," literal } ")"
 *              | key LIKE literal
 * </pre>
 *
 * Since AND is all there is to join predicates, parentheses change nothing and are merely counted.
 */
final class PredicateParser
{
    private final TokenReader tokens;
    private final SqlLexer lexer;
    private final LiteralReader literals;

    private KeyPredicateBuilder builder;
    private int predicateCount;
    private int patternTailLength;
    private int depth;

    PredicateParser(final SqlLexer lexer, final TokenReader tokens, final LiteralReader literals)
    {
        this.lexer = lexer;
        this.tokens = tokens;
        this.literals = literals;
    }

    /**
     * Parses all predicates; the token before was WHERE.
     *
     * @param keyPredicateBuilder that joins them.
     */
    void parse(final KeyPredicateBuilder keyPredicateBuilder)
    {
        builder = keyPredicateBuilder;
        predicateCount = 0;
        patternTailLength = 0;
        depth = 0;
        do
        {
            condition();
        }
        while (tokens.accept("AND"));

        if (depth > 0)
        {
            throw tokens.expected("AND or ')'");
        }
        if (tokens.isAt("OR"))
        {
            throw tokens.unsupported("OR is not supported");
        }
        builder = null;
    }

    private void condition()
    {
        while (tokens.isAt(TokenType.OPEN))
        {
            if (depth == SqlLimits.MAX_NESTING)
            {
                throw tokens.beyond("too many open parentheses", SqlLimits.MAX_NESTING);
            }
            depth++;
            tokens.accept(TokenType.OPEN);
        }
        if (predicateCount == SqlLimits.MAX_PREDICATES)
        {
            throw tokens.beyond("too many predicates", SqlLimits.MAX_PREDICATES);
        }
        predicateCount++;
        predicate();
        while (depth > 0 && tokens.accept(TokenType.CLOSE))
        {
            depth--;
        }
    }

    private void predicate()
    {
        if (tokens.isAt("VALUE"))
        {
            throw tokens.unsupported("predicates on value are not supported");
        }
        refuseNot();
        tokens.expectName("KEY", "key");
        refuseNot();
        if (tokens.accept("LIKE"))
        {
            like();
        }
        else if (tokens.accept("IN"))
        {
            in();
        }
        else if (tokens.accept("BETWEEN"))
        {
            between();
        }
        else if (tokens.isAt("IS"))
        {
            throw tokens.unsupported("IS is not supported");
        }
        else
        {
            comparison();
        }
    }

    private void refuseNot()
    {
        if (tokens.isAt("NOT"))
        {
            throw tokens.unsupported("NOT is not supported");
        }
    }

    private void comparison()
    {
        final TokenType operator = lexer.type();
        switch (operator)
        {
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> lexer.next();
            default -> throw tokens.expected("a comparison, BETWEEN, IN or LIKE");
        }
        if (operator == TokenType.EQUAL)
        {
            equal();
            return;
        }
        final byte[] bound = literals.bound();
        if (bound == null)
        {
            builder.nothing();
            return;
        }
        switch (operator)
        {
            case NOT_EQUAL -> builder.notEqual(bound);
            case LESS -> builder.lessThan(bound);
            case LESS_OR_EQUAL -> builder.atMost(bound);
            case GREATER -> builder.moreThan(bound);
            default -> builder.atLeast(bound);
        }
    }

    private void equal()
    {
        final byte[] key = literals.namedKey();
        builder.in(key == null ? List.of() : List.of(key));
    }

    private void between()
    {
        final byte[] least = literals.bound();
        tokens.expect("AND");
        final byte[] most = literals.bound();
        if (least == null || most == null)
        {
            builder.nothing();
            return;
        }
        builder.atLeast(least);
        builder.atMost(most);
    }

    private void in()
    {
        final List<byte[]> keys = new ArrayList<>();
        int count = 0;
        tokens.expect(TokenType.OPEN);
        do
        {
            if (count == SqlLimits.MAX_IN_VALUES)
            {
                throw tokens.beyond("too many values in a list", SqlLimits.MAX_IN_VALUES);
            }
            count++;
            final byte[] key = literals.namedKey();
            if (key != null)
            {
                keys.add(key);
            }
        }
        while (tokens.accept(TokenType.COMMA));

        if (!tokens.accept(TokenType.CLOSE))
        {
            throw tokens.expected("',' or ')'");
        }
        builder.in(keys);
    }

    private void like()
    {
        final int start = lexer.start();
        final LikePattern pattern = literals.pattern();
        if (tokens.isAt("ESCAPE"))
        {
            throw tokens.unsupported("ESCAPE is not supported, the escape is always a backslash");
        }
        if (pattern == null)
        {
            builder.nothing();
            return;
        }
        patternTailLength += pattern.tailLength();
        if (patternTailLength > SqlLimits.MAX_PATTERN_TAIL_LENGTH)
        {
            throw lexer.error(
                SqlException.Kind.LIMIT, start,
                "LIKE patterns are too long after their first wildcard: length=" + patternTailLength + ", max=" +
                    SqlLimits.MAX_PATTERN_TAIL_LENGTH);
        }
        builder.like(pattern);
    }
}
