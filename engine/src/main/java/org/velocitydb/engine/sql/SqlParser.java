package org.velocitydb.engine.sql;

import java.util.ArrayList;
import java.util.List;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.sql.SelectStatement.Column;
import org.velocitydb.engine.sql.SelectStatement.Order;
import org.velocitydb.engine.sql.SelectStatement.Projection;

/**
 * Parses one statement of the dialect that docs/SQL.md describes:
 *
 * <pre>
 *   statement = ( select | insert | update | delete | block | explain | prepare | execute | deallocate | create | drop
 *               | checkpoint | show | kill ) [ ";" ]
 *   select    = SELECT columns FROM table [ WHERE conditions ] [ ORDER BY key [ ASC | DESC ] ]
 *               [ LIMIT literal ] [ OFFSET literal ]
 *   columns   = "*" | column { "," column } | COUNT "(" "*" ")"
 *   column    = key | value | version | ttl
 *   explain   = EXPLAIN ( select | insert | update | delete )
 *   prepare   = PREPARE name AS statement
 *   execute   = EXECUTE name [ "(" literal { "," literal } ")" ]
 *   deallocate = DEALLOCATE name
 *   create    = CREATE TABLE [ IF NOT EXISTS ] table [ "(" key TEXT PRIMARY KEY "," value TEXT ")" ]
 *   drop      = DROP TABLE [ IF EXISTS ] table
 *             | DROP CHECKPOINT literal
 *   checkpoint = CHECKPOINT literal
 *   show      = SHOW ( STATS | STATUS | TABLES | USERS | CONNECTIONS | CONFIG | SLOW | CHECKPOINTS )
 *   kill      = KILL literal
 * </pre>
 *
 * What changes rows is {@link WriteParser}'s. It goes through the tokens once, with one token of sight, and where it
 * calls itself at all is the depth of the
 * grammar, not of the text. Used by one thread, for one statement after the other. Whatever it is given, it returns a
 * statement or throws a {@link SqlException}.
 */
public final class SqlParser
{
    private static final Column[] COLUMNS = Column.values();
    private static final String[] KNOWN_ELSEWHERE = { "ALTER", "ANALYZE", "CALL", "DESCRIBE", "GRANT",
        "MERGE", "REPLACE", "REVOKE", "ROLLBACK", "SET", "START", "TRUNCATE", "UPSERT", "USE",
        "WITH" };

    private final SqlParameters noParameters = new SqlParameters();
    private final SqlLexer lexer = new SqlLexer();
    private final TokenReader tokens = new TokenReader(lexer);
    private final LiteralReader literals = new LiteralReader(lexer);
    private final NameReader names = new NameReader(lexer, tokens);
    private final PredicateParser predicates = new PredicateParser(lexer, tokens, literals);
    private final WriteParser writes = new WriteParser(lexer, tokens, literals, names, predicates);
    private byte[] copy = {};
    /** Whether the SELECT parsed last asks for one key and nothing else. */
    private boolean isPointSelect;

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

    /**
     * Parses a statement that is to be executed often, without parameters: a question mark stands for itself.
     *
     * @param buffer      that holds it as UTF-8; not looked at after this call.
     * @param offset      of the statement.
     * @param lengthBytes of the statement.
     * @return what is to be kept.
     * @throws SqlException if it is refused, whatever its parameters might be.
     */
    public StatementTemplate describe(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        requireStatementLength(lengthBytes);
        final byte[] text = new byte[lengthBytes];
        buffer.getBytes(offset, text);
        literals.begin(noParameters);
        try
        {
            begin(text, lengthBytes);
            final StatementTemplate template = template(text);
            requireEnd();
            return template;
        }
        finally
        {
            literals.end();
        }
    }

    /**
     * Makes a statement of one that is kept and its parameters.
     *
     * @param template   that is kept.
     * @param parameters one for each question mark.
     * @return the statement.
     * @throws SqlException if it is refused, with a position in the text that is kept.
     */
    public Statement bind(final StatementTemplate template, final SqlParameters parameters)
    {
        return template.parameterCount() == 0 && parameters.count() == 0
            ? template.statement()
            : parse(template.text(), 0, template.text().capacity(), parameters);
    }

    private void begin(final byte[] bytes, final int length)
    {
        lexer.wrap(bytes, length);
        lexer.next();
        tokens.follower("");
        writes.begin();
        names.origin(0);
        isPointSelect = false;
    }

    private Statement parse(final byte[] bytes, final int length, final SqlParameters parameters)
    {
        literals.begin(parameters);
        try
        {
            begin(bytes, length);
            final Statement statement = statement();
            requireEnd();
            if (!(statement instanceof final ExecuteStatement execute) || execute.arguments() != null)
            {
                literals.requireAllParametersUsed();
            }
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
        final Statement changing = rowStatement();
        if (changing != null)
        {
            return changing;
        }
        if (tokens.accept("BEGIN"))
        {
            return writes.block();
        }
        if (tokens.accept("EXPLAIN"))
        {
            return explain();
        }
        if (tokens.accept("PREPARE"))
        {
            return prepare();
        }
        if (tokens.accept("EXECUTE"))
        {
            return execute();
        }
        if (tokens.accept("DEALLOCATE"))
        {
            final int position = lexer.characterAt(lexer.start());
            return new DeallocateStatement(names.prepared(), position);
        }
        return otherStatement();
    }

    /** What reads or changes rows, or null. */
    private Statement rowStatement()
    {
        if (tokens.accept("SELECT"))
        {
            return select();
        }
        if (tokens.accept("INSERT"))
        {
            return writes.insert();
        }
        if (tokens.accept("UPDATE"))
        {
            return writes.update();
        }
        return tokens.accept("DELETE") ? writes.delete() : null;
    }

    private Statement otherStatement()
    {
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
        if (tokens.accept("KILL"))
        {
            return new KillStatement(literals.wholeNumber("connection"));
        }
        if (tokens.isAt("COMMIT"))
        {
            throw tokens.unsupported("COMMIT without its BEGIN is not supported, a block is one text");
        }
        for (final String word : KNOWN_ELSEWHERE)
        {
            if (tokens.isAt(word))
            {
                throw tokens.unsupported(word + " is not supported");
            }
        }
        throw tokens.expected(
            "SELECT, INSERT, UPDATE, DELETE, BEGIN, EXPLAIN, PREPARE, EXECUTE, DEALLOCATE, CREATE, DROP, " +
                "CHECKPOINT, SHOW or KILL");
    }

    // --- what is about other statements ---

    private Statement explain()
    {
        final Statement explained = rowStatement();
        if (explained == null)
        {
            throw tokens.expected("SELECT, INSERT, UPDATE or DELETE");
        }
        return new ExplainStatement(explained);
    }

    private Statement prepare()
    {
        final int position = lexer.characterAt(lexer.start());
        final String name = names.prepared();
        tokens.expect("AS");
        literals.requireAllParametersUsed();
        if (tokens.isAt("PREPARE") || tokens.isAt("EXECUTE") || tokens.isAt("DEALLOCATE"))
        {
            throw tokens.unsupported("this statement cannot be prepared");
        }
        names.origin(lexer.characterAt(lexer.start()));
        return new PrepareStatement(name, position, template(null));
    }

    /**
     * Parses a statement for which question marks stand for themselves.
     *
     * @param text of it, or null for what the tokens from here on are cut out of.
     */
    private StatementTemplate template(final byte[] text)
    {
        final List<Operand> operands = new ArrayList<>();
        literals.describe(operands);
        final int start = lexer.start();
        final Statement statement = statement();
        return new StatementTemplate(
            text == null ? lexer.copy(start, lexer.start()) : text, literals.parameterCount(), statement,
            shape(statement), operands);
    }

    private StatementTemplate.Shape shape(final Statement statement)
    {
        if (statement instanceof SelectStatement)
        {
            return isPointSelect ? StatementTemplate.Shape.POINT_SELECT : StatementTemplate.Shape.OTHER;
        }
        return statement instanceof final InsertStatement insert && insert.ttlMs() == OperationDescriptor.NO_TTL
            ? StatementTemplate.Shape.INSERT
            : StatementTemplate.Shape.OTHER;
    }

    private Statement execute()
    {
        final int position = lexer.characterAt(lexer.start());
        final String name = names.prepared();
        tokens.follower("'(' or ");
        if (!tokens.accept(TokenType.OPEN))
        {
            return new ExecuteStatement(name, position, null);
        }
        final SqlParameters arguments = new SqlParameters();
        do
        {
            literals.argument(arguments);
        }
        while (tokens.accept(TokenType.COMMA));
        if (!tokens.accept(TokenType.CLOSE))
        {
            throw tokens.expected("',' or ')'");
        }
        tokens.follower("");
        return new ExecuteStatement(name, position, arguments);
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
            throw tokens.expected(tokens.follower() + "the end");
        }
    }

    private Statement select()
    {
        final Projection projection = projection();
        tokens.expect("FROM");
        final TableName table = names.table();
        final WhereClause where = new WhereClause();
        String follower = "WHERE";
        if (tokens.accept("WHERE"))
        {
            predicates.parse(where, false);
            follower = "AND";
        }
        if (projection.isCount())
        {
            tokens.follower(follower + " or ");
            if (tokens.isAt("ORDER") || tokens.isAt("LIMIT") || tokens.isAt("OFFSET"))
            {
                throw tokens.unsupported("ORDER BY, LIMIT and OFFSET are not supported with COUNT(*)");
            }
            return new SelectStatement(
                table, projection, where.keys().build(), where.values().build(), Order.ASCENDING,
                SelectStatement.NO_LIMIT, 0);
        }

        tokens.follower(follower + ", ORDER BY, LIMIT, OFFSET or ");
        isPointSelect = where.isSinglePoint() && (tokens.isAt(TokenType.END) || tokens.isAt(TokenType.SEMICOLON));
        final Order order = order();
        final boolean isLimited = tokens.accept("LIMIT");
        final long limit = isLimited ? literals.wholeNumber("LIMIT") : SelectStatement.NO_LIMIT;
        if (isLimited && tokens.isAt(TokenType.COMMA))
        {
            throw tokens.unsupported("LIMIT with two numbers is not supported, use OFFSET");
        }
        tokens.follower(isLimited ? "OFFSET or " : tokens.follower());
        final boolean hasOffset = tokens.accept("OFFSET");
        final long offset = hasOffset ? literals.wholeNumber("OFFSET") : 0;
        tokens.follower(hasOffset ? "" : tokens.follower());
        return new SelectStatement(
            table, projection, where.keys().build(), where.values().build(), order, limit, offset);
    }

    private Projection projection()
    {
        if (tokens.accept(TokenType.ASTERISK))
        {
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
        final List<Column> columns = new ArrayList<>();
        do
        {
            final int start = lexer.start();
            final Column column = column(columns.isEmpty());
            if (columns.contains(column))
            {
                throw lexer.error(SqlException.Kind.UNSUPPORTED, start, "a column twice is not supported");
            }
            columns.add(column);
        }
        while (tokens.accept(TokenType.COMMA));
        return new Projection(columns);
    }

    private Column column(final boolean isFirst)
    {
        for (final Column column : COLUMNS)
        {
            if (tokens.accept(column.name()))
            {
                return column;
            }
        }
        throw tokens.expected(isFirst ? "*, key, value, version, ttl or COUNT(*)" : "key, value, version or ttl");
    }

    private Order order()
    {
        if (!tokens.accept("ORDER"))
        {
            return Order.ASCENDING;
        }
        tokens.follower("LIMIT, OFFSET or ");
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

    private Statement create()
    {
        tokens.expect("TABLE");
        final boolean ifNotExists = tokens.accept("IF");
        if (ifNotExists)
        {
            tokens.expect("NOT");
            tokens.expect("EXISTS");
        }
        final TableName table = names.table();
        tokens.follower("'(' or ");
        if (tokens.accept(TokenType.OPEN))
        {
            columns();
            tokens.follower("");
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
        return new DropTableStatement(names.table(), ifExists);
    }

    private Statement show()
    {
        for (final ShowStatement.Subject subject : ShowStatement.Subject.values())
        {
            if (tokens.accept(subject.name()))
            {
                return new ShowStatement(subject);
            }
        }
        if (tokens.accept("CHECKPOINTS"))
        {
            return new CheckpointStatement(CheckpointStatement.Action.SHOW, "");
        }
        throw tokens.expected("STATS, STATUS, TABLES, USERS, CONNECTIONS, CONFIG, SLOW or CHECKPOINTS");
    }
}
