package org.velocitydb.engine.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Parses what follows WHERE:
 *
 * <pre>
 *   conditions = condition { AND condition }
 *   condition  = { "(" } predicate { ")" }          as many closed as opened
 *   predicate  = column ( "=" | "&lt;&gt;" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" ) literal
 *              | column BETWEEN literal AND literal
 *              | column IN "(" literal { "," literal } ")"
 *              | column LIKE literal
 *              | version "=" literal
 *   column     = key | value
 * </pre>
 *
 * Since AND is all there is to join predicates, parentheses change nothing and are merely counted.
 */
final class PredicateParser
{
    private final TokenReader tokens;
    private final SqlLexer lexer;
    private final LiteralReader literals;

    private WhereClause where;
    private boolean takesVersion;
    private KeyPredicateBuilder builder;
    private boolean isOfKeys;
    private int equalKeyCount;
    private int keyPredicateCount;
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
     * @param clause           that joins them.
     * @param isVersionAllowed whether a version may be asked for.
     */
    void parse(final WhereClause clause, final boolean isVersionAllowed)
    {
        where = clause;
        takesVersion = isVersionAllowed;
        equalKeyCount = 0;
        keyPredicateCount = 0;
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
        if (equalKeyCount == 1 && keyPredicateCount == 1)
        {
            clause.oneKey(predicateCount == (clause.hasVersion() ? 2 : 1));
        }
        where = null;
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
        refuseNot();
        if (tokens.isAt("VERSION"))
        {
            version();
            return;
        }
        if (tokens.isAt("TTL"))
        {
            throw tokens.unsupported("predicates on ttl are not supported");
        }
        isOfKeys = !tokens.accept("VALUE");
        builder = isOfKeys ? where.keys() : where.values();
        if (isOfKeys)
        {
            keyPredicateCount++;
            tokens.expectName("KEY", "key");
        }
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

    private void version()
    {
        final int start = lexer.start();
        if (!takesVersion)
        {
            throw tokens.unsupported("predicates on version are for UPDATE, DELETE and CHECK");
        }
        if (where.hasVersion())
        {
            throw tokens.unsupported("a second predicate on version is not supported");
        }
        tokens.accept("VERSION");
        if (!tokens.isAt(TokenType.EQUAL))
        {
            throw tokens.expected("'='");
        }
        tokens.accept(TokenType.EQUAL);
        where.version(literals.wholeNumber("version"), start);
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
        final byte[] bound = bound();
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

    private byte[] bound()
    {
        return isOfKeys ? literals.bound() : literals.valueBound();
    }

    private byte[] named()
    {
        return isOfKeys ? literals.namedKey() : literals.valueBound();
    }

    private void equal()
    {
        equalKeyCount += isOfKeys ? 1 : 0;
        final byte[] named = named();
        builder.in(named == null ? List.of() : List.of(named));
    }

    private void between()
    {
        final byte[] least = bound();
        tokens.expect("AND");
        final byte[] most = bound();
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
        final List<byte[]> listed = new ArrayList<>();
        int count = 0;
        tokens.expect(TokenType.OPEN);
        do
        {
            if (count == SqlLimits.MAX_IN_VALUES)
            {
                throw tokens.beyond("too many values in a list", SqlLimits.MAX_IN_VALUES);
            }
            count++;
            final byte[] named = named();
            if (named != null)
            {
                listed.add(named);
            }
        }
        while (tokens.accept(TokenType.COMMA));

        if (!tokens.accept(TokenType.CLOSE))
        {
            throw tokens.expected("',' or ')'");
        }
        builder.in(listed);
    }

    private void like()
    {
        final int start = lexer.start();
        final LikePattern pattern = literals.pattern(isOfKeys);
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
