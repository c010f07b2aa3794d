package org.velocitydb.engine.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.KeyspaceName;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.sql.SelectStatement.Order;
import org.velocitydb.engine.sql.SelectStatement.Projection;

/**
 * Parses one statement of the dialect that docs/SQL.md describes:
 *
 * <pre>
 *   statement = ( select | insert | update | delete | create | drop | checkpoint | show ) [ ";" ]
 *   select    = SELECT columns FROM table [ WHERE conditions ] [ ORDER BY key [ ASC | DESC ] ]
 *               [ LIMIT literal ] [ OFFSET literal ]
 *   columns   = "*" | key [ "," value ] | value | COUNT "(" "*" ")"
 *   insert    = INSERT INTO table "(" key "," value ")" VALUES row { "," row }
 *   row       = "(" literal "," literal ")"
 *   update    = UPDATE table SET value "=" literal WHERE conditions
 *   delete    = DELETE FROM table WHERE conditions
 *   create    = CREATE TABLE [ IF NOT EXISTS ] table [ "(" key TEXT PRIMARY KEY "," value TEXT ")" ]
 *   drop      = DROP TABLE [ IF EXISTS ] table
 *             | DROP CHECKPOINT literal
 *   checkpoint = CHECKPOINT literal
 *   show      = SHOW ( STATS | STATUS | TABLES | USERS | CHECKPOINTS )
 * </pre>
 *
 * It goes through the tokens once, with one token of sight, and where it calls itself at all is the depth of the
 * grammar, not of the text. Used by one thread, for one statement after the other. Whatever it is given, it returns a
 * statement or throws a {@link SqlException}.
 */
public final class SqlParser
{
    private static final String[] KNOWN_ELSEWHERE = { "ALTER", "ANALYZE", "BEGIN", "CALL", "COMMIT", "DESCRIBE",
        "EXPLAIN", "GRANT", "MERGE", "REPLACE", "REVOKE", "ROLLBACK", "SET", "START", "TRUNCATE", "UPSERT", "USE",
        "WITH" };

    private final SqlParameters noParameters = new SqlParameters();
    private final SqlLexer lexer = new SqlLexer();
    private final TokenReader tokens = new TokenReader(lexer);
    private final LiteralReader literals = new LiteralReader(lexer);
    private final PredicateParser predicates = new PredicateParser(lexer, tokens, literals);
    private byte[] copy = {};
    /** What might have stood where the statement ended, as an error calls it. */
    private String follower = "";

    /**
     * Parses a statement without parameters.
     *
     * @param statement text.
     * @return the statement.
     * @throws SqlException if it is refused.
     */
    public Statement parse(final String statement)
    {
        return parse(statement, noParameters);
    }

    /**
     * Parses a statement.
     *
     * @param statement  text.
     * @param parameters one for each question mark.
     * @return the statement.
     * @throws SqlException if it is refused.
     */
    public Statement parse(final String statement, final SqlParameters parameters)
    {
        // In UTF-8 it is at least as long as it has chars.
        requireStatementLength(statement.length());
        final byte[] bytes = SqlText.encode(statement, "statement");
        requireStatementLength(bytes.length);
        return parse(bytes, bytes.length, parameters);
    }

    /**
     * Parses a statement.
     *
     * @param buffer      that holds it as UTF-8; not looked at after this call.
     * @param offset      of the statement.
     * @param lengthBytes of the statement.
     * @param parameters  one for each question mark.
     * @return the statement.
     * @throws SqlException if it is refused.
     */
    public Statement parse(
        final DirectBuffer buffer, final int offset, final int lengthBytes, final SqlParameters parameters)
    {
        requireStatementLength(lengthBytes);
        if (copy.length < lengthBytes)
        {
            copy = new byte[lengthBytes];
        }
        buffer.getBytes(offset, copy, 0, lengthBytes);
        return parse(copy, lengthBytes, parameters);
    }

    private Statement parse(final byte[] bytes, final int length, final SqlParameters parameters)
    {
        literals.begin(parameters);
        try
        {
            lexer.wrap(bytes, length);
            lexer.next();
            follower = "";
            final Statement statement = statement();
            requireEnd();
            literals.requireAllParametersUsed();
            return statement;
        }
        finally
        {
            literals.end();
        }
    }

    private static void requireStatementLength(final int length)
    {
        if (length > SqlLimits.MAX_STATEMENT_LENGTH)
        {
            throw new SqlException(
                SqlException.Kind.LIMIT, 0,
                "statement is too long: length=" + length + ", max=" + SqlLimits.MAX_STATEMENT_LENGTH);
        }
    }

    private Statement statement()
    {
        if (tokens.accept("SELECT"))
        {
            return select();
        }
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
        if (tokens.accept("CREATE"))
        {
            return create();
        }
        if (tokens.accept("DROP"))
        {
            return drop();
        }
        if (tokens.accept("CHECKPOINT"))
        {
            return new CheckpointStatement(CheckpointStatement.Action.CREATE, literals.checkpointName());
        }
        if (tokens.accept("SHOW"))
        {
            return show();
        }
        for (final String word : KNOWN_ELSEWHERE)
        {
            if (tokens.isAt(word))
            {
                throw tokens.unsupported(word + " is not supported");
            }
        }
        throw tokens.expected("SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, CHECKPOINT or SHOW");
    }

    private void requireEnd()
    {
        if (tokens.accept(TokenType.SEMICOLON))
        {
            if (!tokens.isAt(TokenType.END))
            {
                throw tokens.expected("the end, as a call is one statement,");
            }
        }
        else if (!tokens.isAt(TokenType.END))
        {
            throw tokens.expected(follower + "the end");
        }
    }

    private Statement select()
    {
        final Projection projection = projection();
        tokens.expect("FROM");
        final TableName table = table();
        final KeyPredicateBuilder builder = new KeyPredicateBuilder();
        follower = "WHERE";
        if (tokens.accept("WHERE"))
        {
            predicates.parse(builder);
            follower = "AND";
        }
        if (projection == Projection.COUNT)
        {
            follower += " or ";
            if (tokens.isAt("ORDER") || tokens.isAt("LIMIT") || tokens.isAt("OFFSET"))
            {
                throw tokens.unsupported("ORDER BY, LIMIT and OFFSET are not supported with COUNT(*)");
            }
            return new SelectStatement(
                table, projection, builder.build(), Order.ASCENDING, SelectStatement.NO_LIMIT, 0);
        }

        follower += ", ORDER BY, LIMIT, OFFSET or ";
        final Order order = order();
        final boolean isLimited = tokens.accept("LIMIT");
        final long limit = isLimited ? literals.rowCount("LIMIT") : SelectStatement.NO_LIMIT;
        if (isLimited && tokens.isAt(TokenType.COMMA))
        {
            throw tokens.unsupported("LIMIT with two numbers is not supported, use OFFSET");
        }
        follower = isLimited ? "OFFSET or " : follower;
        final boolean hasOffset = tokens.accept("OFFSET");
        final long offset = hasOffset ? literals.rowCount("OFFSET") : 0;
        follower = hasOffset ? "" : follower;
        return new SelectStatement(table, projection, builder.build(), order, limit, offset);
    }

    private Projection projection()
    {
        if (tokens.accept(TokenType.ASTERISK))
        {
            return Projection.KEY_AND_VALUE;
        }
        if (tokens.accept("VALUE"))
        {
            if (tokens.isAt(TokenType.COMMA))
            {
                throw tokens.unsupported("columns in another order than key, value are not supported");
            }
            return Projection.VALUE;
        }
        if (tokens.accept("KEY"))
        {
            if (!tokens.accept(TokenType.COMMA))
            {
                return Projection.KEY;
            }
            tokens.expectName("VALUE", "value");
            return Projection.KEY_AND_VALUE;
        }
        if (tokens.accept("COUNT"))
        {
            tokens.expect(TokenType.OPEN);
            tokens.expect(TokenType.ASTERISK);
            tokens.expect(TokenType.CLOSE);
            return Projection.COUNT;
        }
        if (tokens.isAt("DISTINCT"))
        {
            throw tokens.unsupported("DISTINCT is not supported");
        }
        throw tokens.expected("*, key, value or COUNT(*)");
    }

    private Order order()
    {
        if (!tokens.accept("ORDER"))
        {
            return Order.ASCENDING;
        }
        follower = "LIMIT, OFFSET or ";
        tokens.expect("BY");
        if (tokens.isAt("VALUE"))
        {
            throw tokens.unsupported("ORDER BY value is not supported");
        }
        tokens.expectName("KEY", "key");
        if (tokens.accept("DESC"))
        {
            return Order.DESCENDING;
        }
        tokens.accept("ASC");
        return Order.ASCENDING;
    }

    private Statement insert()
    {
        tokens.expect("INTO");
        final TableName table = table();
        tokens.expect(TokenType.OPEN);
        tokens.expectName("KEY", "key");
        tokens.expect(TokenType.COMMA);
        tokens.expectName("VALUE", "value");
        tokens.expect(TokenType.CLOSE);
        tokens.expect("VALUES");

        final List<byte[]> keys = new ArrayList<>();
        final List<byte[]> values = new ArrayList<>();
        long batchLength = 0;
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
            batchLength += OperationDescriptor.encodedLength(key.length, value.length);
            requireBatchLength(start, batchLength);
        }
        while (tokens.accept(TokenType.COMMA));
        follower = "',' or ";
        return new InsertStatement(table, keys, values);
    }

    private Statement update()
    {
        final TableName table = table();
        tokens.expect("SET");
        if (tokens.isAt("KEY"))
        {
            throw tokens.unsupported("a key cannot be updated, insert the new one and delete the old");
        }
        tokens.expectName("VALUE", "value");
        tokens.expect(TokenType.EQUAL);
        final int start = lexer.start();
        final byte[] value = literals.storedValue();
        final KeyPredicate predicate = namedKeys("UPDATE");
        requireBatchLength(start, batchLength(predicate, value.length));
        return new UpdateStatement(table, predicate, value);
    }

    private Statement delete()
    {
        tokens.expect("FROM");
        final TableName table = table();
        final int start = lexer.start();
        final KeyPredicate predicate = namedKeys("DELETE");
        requireBatchLength(start, batchLength(predicate, 0));
        return new DeleteStatement(table, predicate);
    }

    private KeyPredicate namedKeys(final String verb)
    {
        final int start = lexer.start();
        if (!tokens.isAt("WHERE") && !tokens.isAt(TokenType.SEMICOLON) && !tokens.isAt(TokenType.END))
        {
            throw tokens.expected("WHERE");
        }
        final KeyPredicateBuilder builder = new KeyPredicateBuilder();
        if (tokens.accept("WHERE"))
        {
            predicates.parse(builder);
            follower = "AND or ";
        }
        if (!builder.hasPoints())
        {
            throw lexer.error(
                SqlException.Kind.UNSUPPORTED, start,
                verb + " without WHERE key = or WHERE key IN is not supported");
        }
        return builder.build();
    }

    private Statement create()
    {
        tokens.expect("TABLE");
        final boolean ifNotExists = tokens.accept("IF");
        if (ifNotExists)
        {
            tokens.expect("NOT");
            tokens.expect("EXISTS");
        }
        final TableName table = table();
        follower = "'(' or ";
        if (tokens.accept(TokenType.OPEN))
        {
            columns();
            follower = "";
        }
        return new CreateTableStatement(table, ifNotExists);
    }

    /** What every table consists of, for those whose tools say it. */
    private void columns()
    {
        tokens.expectName("KEY", "key");
        tokens.expect("TEXT");
        tokens.expect("PRIMARY");
        tokens.expect("KEY");
        tokens.expect(TokenType.COMMA);
        tokens.expectName("VALUE", "value");
        tokens.expect("TEXT");
        tokens.expect(TokenType.CLOSE);
    }

    private Statement drop()
    {
        if (tokens.accept("CHECKPOINT"))
        {
            return new CheckpointStatement(CheckpointStatement.Action.DROP, literals.checkpointName());
        }
        if (!tokens.accept("TABLE"))
        {
            throw tokens.expected("TABLE or CHECKPOINT");
        }
        final boolean ifExists = tokens.accept("IF");
        if (ifExists)
        {
            tokens.expect("EXISTS");
        }
        if (tokens.isAt("KV"))
        {
            throw tokens.unsupported("the table kv cannot be dropped");
        }
        return new DropTableStatement(table(), ifExists);
    }

    private Statement show()
    {
        if (tokens.accept("STATS"))
        {
            return new ShowStatement(ShowStatement.Subject.STATS);
        }
        if (tokens.accept("STATUS"))
        {
            return new ShowStatement(ShowStatement.Subject.STATUS);
        }
        if (tokens.accept("TABLES"))
        {
            return new ShowStatement(ShowStatement.Subject.TABLES);
        }
        if (tokens.accept("USERS"))
        {
            return new ShowStatement(ShowStatement.Subject.USERS);
        }
        if (tokens.accept("CHECKPOINTS"))
        {
            return new CheckpointStatement(CheckpointStatement.Action.SHOW, "");
        }
        throw tokens.expected("STATS, STATUS, TABLES, USERS or CHECKPOINTS");
    }

    private TableName table()
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
        final TableName table = new TableName(word.toLowerCase(Locale.ROOT), lexer.characterAt(lexer.start()));
        lexer.next();
        return table;
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

    private void requireBatchLength(final int start, final long batchLength)
    {
        if (batchLength > SqlLimits.MAX_BATCH_LENGTH)
        {
            throw lexer.error(
                SqlException.Kind.LIMIT, start,
                "statement writes too much: length=" + batchLength + ", max=" + SqlLimits.MAX_BATCH_LENGTH);
        }
    }
}
