package org.velocitydb.engine.sql;

import java.util.ArrayList;
import java.util.List;

import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.sql.InsertStatement.Absence;

/**
 * Parses the statements that change rows, and blocks of them:
 *
 * <pre>
 *   insert = INSERT INTO table "(" key "," value ")" VALUES row { "," row } [ IF NOT EXISTS ] [ ttl ]
 *   row    = "(" literal "," literal ")"
 *   update = UPDATE table SET value "=" literal WHERE conditions [ ttl ]
 *   ttl    = USING TTL literal
 *   delete = DELETE FROM table WHERE conditions [ LIMIT literal ]
 *   block  = BEGIN ";" { ( insert | update | delete | check ) ";" } COMMIT
 *   check  = CHECK [ NOT ] EXISTS table WHERE conditions
 * </pre>
 */
final class WriteParser
{
    private final SqlLexer lexer;
    private final TokenReader tokens;
    private final LiteralReader literals;
    private final NameReader names;
    private final PredicateParser predicates;
    private boolean isInBlock;
    private long batchLength;

    WriteParser(
        final SqlLexer lexer,
        final TokenReader tokens,
        final LiteralReader literals,
        final NameReader names,
        final PredicateParser predicates)
    {
        this.lexer = lexer;
        this.tokens = tokens;
        this.literals = literals;
        this.names = names;
        this.predicates = predicates;
    }

    void begin()
    {
        isInBlock = false;
        batchLength = 0;
    }

    /**
     * Parses a block; the token before was BEGIN.
     */
    Statement block()
    {
        isInBlock = true;
        tokens.expect(TokenType.SEMICOLON);
        final List<WriteStatement> statements = new ArrayList<>();
        while (!tokens.accept("COMMIT"))
        {
            if (statements.size() == SqlLimits.MAX_BLOCK_STATEMENTS)
            {
                throw tokens.beyond("too many statements in a block", SqlLimits.MAX_BLOCK_STATEMENTS);
            }
            statements.add(statement());
            if (!tokens.accept(TokenType.SEMICOLON))
            {
                throw tokens.expected(tokens.follower() + "';'");
            }
        }
        tokens.follower("");
        return new BlockStatement(statements);
    }

    private WriteStatement statement()
    {
        tokens.follower("");
        if (tokens.accept("INSERT"))
        {
            return insert();
        }
        if (tokens.accept("UPDATE"))
        {
            return update();
        }
        if (tokens.accept("DELETE"))
        {
            return delete();
        }
        if (tokens.accept("CHECK"))
        {
            return check();
        }
        if (tokens.isAt("ROLLBACK"))
        {
            throw tokens.unsupported("ROLLBACK is not supported, a block that is not sent does nothing");
        }
        throw tokens.expected("INSERT, UPDATE, DELETE, CHECK or COMMIT");
    }

    InsertStatement insert()
    {
        tokens.expect("INTO");
        final TableName table = names.table();
        tokens.expect(TokenType.OPEN);
        tokens.expectName("KEY", "key");
        tokens.expect(TokenType.COMMA);
        tokens.expectName("VALUE", "value");
        tokens.expect(TokenType.CLOSE);
        tokens.expect("VALUES");

        final List<byte[]> keys = new ArrayList<>();
        final List<byte[]> values = new ArrayList<>();
        do
        {
            final int start = lexer.start();
            if (keys.size() == SqlLimits.MAX_ROWS)
            {
                throw tokens.beyond("too many rows", SqlLimits.MAX_ROWS);
            }
            tokens.expect(TokenType.OPEN);
            final byte[] key = literals.storedKey();
            tokens.expect(TokenType.COMMA);
            final byte[] value = literals.storedValue();
            tokens.expect(TokenType.CLOSE);
            keys.add(key);
            values.add(value);
            addToBatch(start, OperationDescriptor.encodedLength(key.length, value.length));
        }
        while (tokens.accept(TokenType.COMMA));
        tokens.follower("',', IF NOT EXISTS, USING TTL or ");
        return new InsertStatement(table, keys, values, absence(), ttlMs());
    }

    private Absence absence()
    {
        if (!tokens.accept("IF"))
        {
            return Absence.NOT_ASKED;
        }
        tokens.expect("NOT");
        tokens.expect("EXISTS");
        tokens.follower("USING TTL or ");
        return isInBlock ? Absence.STRICT : Absence.SKIPPING;
    }

    private long ttlMs()
    {
        if (!tokens.accept("USING"))
        {
            return OperationDescriptor.NO_TTL;
        }
        tokens.expect("TTL");
        final int start = lexer.start();
        final long ttlMs = literals.wholeNumber("TTL");
        if (ttlMs == 0)
        {
            throw lexer.error(SqlException.Kind.LIMIT, start, "TTL is less than a millisecond");
        }
        tokens.follower("");
        return ttlMs;
    }

    UpdateStatement update()
    {
        final TableName table = names.table();
        tokens.expect("SET");
        if (tokens.isAt("KEY"))
        {
            throw tokens.unsupported("a key cannot be updated, insert the new one and delete the old");
        }
        tokens.expectName("VALUE", "value");
        tokens.expect(TokenType.EQUAL);
        final int start = lexer.start();
        final byte[] value = literals.storedValue();
        final WhereClause where = where("UPDATE", true);
        tokens.follower("AND, USING TTL or ");
        final KeyPredicate predicate = where.keys().build();
        addToBatch(start, batchLength(predicate, value.length));
        return new UpdateStatement(
            table, predicate, values(where), where.guard(isInBlock), value, ttlMs());
    }

    DeleteStatement delete()
    {
        tokens.expect("FROM");
        final TableName table = names.table();
        final int start = lexer.start();
        final WhereClause where = where("DELETE", isInBlock);
        final KeyPredicate predicate = where.keys().build();
        addToBatch(start, batchLength(predicate, 0));
        tokens.follower(isInBlock ? "AND or " : "AND, LIMIT or ");
        long limit = SelectStatement.NO_LIMIT;
        if (!isInBlock && tokens.accept("LIMIT"))
        {
            limit = literals.wholeNumber("LIMIT");
            tokens.follower("");
        }
        return new DeleteStatement(table, predicate, values(where), where.guard(isInBlock), limit);
    }

    private CheckStatement check()
    {
        final boolean isAbsent = tokens.accept("NOT");
        tokens.expect("EXISTS");
        final TableName table = names.table();
        final int start = lexer.start();
        final WhereClause where = where("CHECK", true);
        tokens.follower("AND or ");
        if (isAbsent && where.hasVersion())
        {
            throw lexer.error(
                SqlException.Kind.UNSUPPORTED, where.versionPosition(), "what must not exist has no version");
        }
        final KeyPredicate predicate = where.keys().build();
        if (predicate.kind() == KeyPredicate.Kind.NONE && !literals.hasUnbound())
        {
            throw lexer.error(SqlException.Kind.UNSUPPORTED, start, "CHECK names no key");
        }
        values(where);
        addToBatch(start, batchLength(predicate, 0));
        return new CheckStatement(table, predicate, isAbsent, where.guard(true));
    }

    private WhereClause where(final String verb, final boolean needsKeys)
    {
        final int start = lexer.start();
        if (!tokens.isAt("WHERE") && !tokens.isAt(TokenType.SEMICOLON) && !tokens.isAt(TokenType.END))
        {
            throw tokens.expected("WHERE");
        }
        final WhereClause where = new WhereClause();
        final boolean isThere = tokens.accept("WHERE");
        if (isThere)
        {
            predicates.parse(where, true);
        }
        if (!isThere || needsKeys && !where.keys().hasPoints())
        {
            throw lexer.error(
                SqlException.Kind.UNSUPPORTED, start,
                needsKeys
                    ? verb + " without WHERE key = or WHERE key IN is not supported" + (isInBlock ? " in a block" : "")
                    : verb + " without WHERE is not supported, WHERE key >= '' is every row");
        }
        if (where.hasVersion() && !where.isOneKey())
        {
            throw lexer.error(
                SqlException.Kind.UNSUPPORTED, where.versionPosition(), "a version is asked of one key =");
        }
        return where;
    }

    private KeyPredicate values(final WhereClause where)
    {
        final KeyPredicate values = where.values().build();
        if (isInBlock && !values.isAll())
        {
            throw tokens.unsupported("predicates on value are not supported in a block, use version");
        }
        return values;
    }

    private static long batchLength(final KeyPredicate predicate, final int valueLength)
    {
        long batchLength = 0;
        for (int i = 0; i < predicate.pointCount(); i++)
        {
            batchLength += OperationDescriptor.encodedLength(predicate.point(i).length, valueLength);
        }
        return batchLength;
    }

    private void addToBatch(final int start, final long addedLength)
    {
        batchLength += addedLength;
        if (batchLength > SqlLimits.MAX_BATCH_LENGTH)
        {
            throw lexer.error(
                SqlException.Kind.LIMIT, start,
                "statement writes too much: length=" + batchLength + ", max=" + SqlLimits.MAX_BATCH_LENGTH);
        }
    }
}
