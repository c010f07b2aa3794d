package org.velocitydb.engine.sql;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CheckpointName;
import org.velocitydb.engine.entry.Keys;

/**
 * Reads literals and parameters where the grammar has one, and checks that they may stand there. Each method takes one
 * token, of the lexer's, and leaves it behind. Used by one thread.
 */
final class LiteralReader
{
    /** What a question mark is taken for while nothing is bound to it: it can be a key, a value and a pattern. */
    private static final byte[] UNBOUND = { '?' };

    private final SqlLexer lexer;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private SqlParameters parameters;
    private int parameterCount;
    /** Where literals and question marks are gathered; null where parameters are bound. */
    private List<Operand> operands;
    /** Whether the literal is a question mark that nothing is bound to. */
    private boolean isUnbound;

    private LiteralType type;
    private byte[] bytes;
    private int start;

    LiteralReader(final SqlLexer lexer)
    {
        this.lexer = lexer;
    }

    void begin(final SqlParameters statementParameters)
    {
        parameters = statementParameters;
        parameterCount = 0;
        operands = null;
    }

    /**
     * From here on question marks stand for themselves: no parameter is bound to them, and all that is said of them is
     * where they stand.
     *
     * @param found gets each literal and each question mark.
     */
    void describe(final List<Operand> found)
    {
        operands = found;
    }

    /**
     * How many question marks there were.
     */
    int parameterCount()
    {
        return parameterCount;
    }

    /**
     * Whether there was a question mark that nothing is bound to, so that which keys are named is not known yet.
     */
    boolean hasUnbound()
    {
        return operands != null && parameterCount > 0;
    }

    /**
     * Lets go of what the statement was given.
     */
    void end()
    {
        parameters = null;
        bytes = null;
        operands = null;
    }

    /**
     * Checks that no parameter is left over.
     */
    void requireAllParametersUsed()
    {
        if (parameterCount < parameters.count())
        {
            throw lexer.error(
                SqlException.Kind.PARAMETERS, lexer.start(),
                "too many parameters: given=" + parameters.count() + ", used=" + parameterCount);
        }
    }

    /**
     * A key of a row that is stored.
     */
    byte[] storedKey()
    {
        read();
        requireNotNull("key");
        return checkedKey();
    }

    /**
     * A value of a row that is stored.
     */
    byte[] storedValue()
    {
        read();
        requireNotNull("value");
        if (bytes.length > Keys.MAX_VALUE_LENGTH)
        {
            throw lexer.error(
                SqlException.Kind.LIMIT, start,
                "value is too long: length=" + bytes.length + ", max=" + Keys.MAX_VALUE_LENGTH);
        }
        return bytes;
    }

    /**
     * A key that a predicate names.
     *
     * @return the key, or null for NULL.
     */
    byte[] namedKey()
    {
        read();
        return type == LiteralType.NULL ? null : checkedKey();
    }

    /**
     * What keys are compared with; it need not be a key itself and may be empty.
     *
     * @return the bound, or null for NULL.
     */
    byte[] bound()
    {
        read();
        if (type == LiteralType.NULL)
        {
            return null;
        }
        requireKeyLength();
        return bytes;
    }

    /**
     * What values are compared with; it may be empty.
     *
     * @return the bound, or null for NULL.
     */
    byte[] valueBound()
    {
        read();
        if (type == LiteralType.NULL)
        {
            return null;
        }
        requireComparedValueLength();
        return bytes;
    }

    /**
     * Adds what may be bound to a question mark.
     *
     * @param arguments to add to.
     */
    void argument(final SqlParameters arguments)
    {
        read();
        arguments.addRead(type, bytes);
    }

    /**
     * A LIKE pattern.
     *
     * @param isOfKeys whether keys are to match rather than values, which may be empty.
     * @return the pattern, or null for NULL.
     */
    LikePattern pattern(final boolean isOfKeys)
    {
        read();
        if (type == LiteralType.NULL)
        {
            return null;
        }
        view.wrap(bytes);
        if (Utf8.firstInvalid(view, 0, bytes.length) < bytes.length)
        {
            throw lexer.error(SqlException.Kind.TYPE, start, "LIKE pattern is not UTF-8");
        }
        if (LikePattern.endsInEscape(bytes))
        {
            throw lexer.error(SqlException.Kind.TYPE, start, "LIKE pattern ends in an escape");
        }
        final LikePattern pattern = LikePattern.compile(bytes);
        bytes = pattern.prefix();
        if (!isOfKeys)
        {
            requireComparedValueLength();
            return pattern;
        }
        requireKeyLength();
        if (pattern.tailLength() == 0)
        {
            requireNotEmpty();
        }
        return pattern;
    }

    /**
     * A number of rows, or of a connection.
     *
     * @param what it is for, as an error calls it.
     */
    long wholeNumber(final String what)
    {
        read();
        if (isUnbound)
        {
            return 1;
        }
        if (type != LiteralType.INTEGER)
        {
            throw lexer.error(SqlException.Kind.TYPE, start, what + " is not a whole number");
        }
        final String text = new String(bytes, StandardCharsets.US_ASCII);
        if (text.charAt(0) == '-')
        {
            throw lexer.error(SqlException.Kind.LIMIT, start, what + " is negative");
        }
        try
        {
            return Long.parseLong(text);
        }
        catch (final NumberFormatException ignored)
        {
            throw lexer.error(SqlException.Kind.LIMIT, start, what + " is too large: max=" + Long.MAX_VALUE);
        }
    }

    /**
     * What a checkpoint is called.
     */
    String checkpointName()
    {
        read();
        if (isUnbound)
        {
            return "unbound";
        }
        if (type != LiteralType.TEXT)
        {
            throw lexer.error(SqlException.Kind.TYPE, start, "name of a checkpoint is not a string");
        }
        // Characters that no name may hold stay such, whatever the bytes are.
        final String name = new String(bytes, StandardCharsets.UTF_8);
        final String fault = CheckpointName.fault(name);
        if (fault != null)
        {
            throw lexer.error(SqlException.Kind.LIMIT, start, "checkpoint's " + fault);
        }
        return name;
    }

    private void read()
    {
        start = lexer.start();
        isUnbound = false;
        switch (lexer.type())
        {
            case STRING -> literal(LiteralType.TEXT, lexer.stringBytes());
            case BLOB -> literal(LiteralType.BYTES, lexer.blobBytes());
            case INTEGER -> literal(LiteralType.INTEGER, lexer.numberBytes());
            case FLOAT -> literal(LiteralType.FLOAT, lexer.numberBytes());
            case PARAMETER -> parameter();
            case WORD -> word();
            default -> throw notALiteral();
        }
        if (operands != null)
        {
            operands.add(new Operand(isUnbound ? parameterCount - 1 : Operand.LITERAL, bytes));
        }
        lexer.next();
    }

    private void word()
    {
        if (lexer.isWord("TRUE"))
        {
            literal(LiteralType.BOOLEAN, LiteralType.text(true));
        }
        else if (lexer.isWord("FALSE"))
        {
            literal(LiteralType.BOOLEAN, LiteralType.text(false));
        }
        else if (lexer.isWord("NULL"))
        {
            literal(LiteralType.NULL, LiteralType.NOTHING);
        }
        else
        {
            throw notALiteral();
        }
    }

    private void parameter()
    {
        if (parameterCount == SqlLimits.MAX_PARAMETERS)
        {
            throw lexer.error(
                SqlException.Kind.LIMIT, start, "too many parameters: max=" + SqlLimits.MAX_PARAMETERS);
        }
        if (operands != null)
        {
            isUnbound = true;
            literal(LiteralType.TEXT, UNBOUND);
            parameterCount++;
            return;
        }
        if (parameterCount == parameters.count())
        {
            throw lexer.error(
                SqlException.Kind.PARAMETERS, start, "too few parameters: given=" + parameters.count());
        }
        literal(parameters.type(parameterCount), parameters.bytes(parameterCount));
        parameterCount++;
    }

    private void literal(final LiteralType literalType, final byte[] literalBytes)
    {
        type = literalType;
        bytes = literalBytes;
    }

    private SqlException notALiteral()
    {
        final int character = lexer.characterAt(start);
        return new SqlException(
            SqlException.Kind.SYNTAX, character,
            "expected a literal or '?' at character " + character + ", found " + lexer.found());
    }

    private byte[] checkedKey()
    {
        requireNotEmpty();
        requireKeyLength();
        return bytes;
    }

    private void requireNotNull(final String column)
    {
        if (type == LiteralType.NULL)
        {
            throw lexer.error(SqlException.Kind.TYPE, start, column + " cannot be NULL");
        }
    }

    private void requireNotEmpty()
    {
        if (bytes.length == 0)
        {
            throw lexer.error(SqlException.Kind.LIMIT, start, "key is empty");
        }
    }

    private void requireComparedValueLength()
    {
        if (bytes.length > SqlLimits.MAX_COMPARED_VALUE_LENGTH)
        {
            throw lexer.error(
                SqlException.Kind.LIMIT, start,
                "what a value is compared with is too long: length=" + bytes.length + ", max=" +
                    SqlLimits.MAX_COMPARED_VALUE_LENGTH);
        }
    }

    private void requireKeyLength()
    {
        if (bytes.length > Keys.MAX_KEY_LENGTH)
        {
            throw lexer.error(
                SqlException.Kind.LIMIT, start,
                "key is too long: length=" + bytes.length + ", max=" + Keys.MAX_KEY_LENGTH);
        }
    }
}
