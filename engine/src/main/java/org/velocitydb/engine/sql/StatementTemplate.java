package org.velocitydb.engine.sql;

import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A statement that was parsed once and is executed often: its text, what it is about, and for the statements that
 * services live on where their keys and values stand, so that they are executed without being parsed again. Immutable,
 * so threads may share it.
 */
public final class StatementTemplate
{
    /**
     * What can be executed straight from the parameters.
     */
    public enum Shape
    {
        /** It is to be bound, see {@link SqlParser#bind}. */
        OTHER,
        /** {@code SELECT columns FROM table WHERE key = operand} and nothing else: the operand is the key. */
        POINT_SELECT,
        /** {@code INSERT} without a time to live: the operands are key, value, key, value and so on. */
        INSERT
    }

    /** What a literal or a question mark takes at most beside its bytes: places in lists, an array, an object. */
    private static final int OPERAND_LENGTH = 128;

    private final UnsafeBuffer text;
    private final int memoryBytes;
    private final int parameterCount;
    private final Statement statement;
    private final Shape shape;
    private final Operand[] operands;

    StatementTemplate(
        final byte[] text,
        final int parameterCount,
        final Statement statement,
        final Shape shape,
        final List<Operand> operands)
    {
        this.text = new UnsafeBuffer(text);
        memoryBytes = 2 * text.length + OPERAND_LENGTH * operands.size();
        this.parameterCount = parameterCount;
        this.statement = statement;
        this.shape = shape;
        this.operands = shape == Shape.OTHER ? new Operand[0] : operands.toArray(new Operand[0]);
    }

    /**
     * The statement's text.
     *
     * @return UTF-8; the capacity is its length.
     */
    public DirectBuffer text()
    {
        return text;
    }

    /**
     * What it takes to keep the statement.
     *
     * @return bytes, about and rather too many.
     */
    public int memoryBytes()
    {
        return memoryBytes;
    }

    /**
     * How many question marks there are.
     *
     * @return the count.
     */
    public int parameterCount()
    {
        return parameterCount;
    }

    /**
     * What the statement is: complete where it has no question mark, else what stands in place of parameters is
     * without meaning.
     *
     * @return the statement.
     */
    public Statement statement()
    {
        return statement;
    }

    /**
     * Whether it can be executed straight from its operands.
     *
     * @return how.
     */
    public Shape shape()
    {
        return shape;
    }

    /**
     * How many literals and question marks there are.
     *
     * @return 0 for {@link Shape#OTHER}.
     */
    public int operandCount()
    {
        return operands.length;
    }

    /**
     * Which parameter an operand is.
     *
     * @param operand index.
     * @return index of the parameter; less than 0 for a literal.
     */
    public int parameter(final int operand)
    {
        return operands[operand].parameter();
    }

    /**
     * The bytes of an operand that is a literal, checked to be what may stand there.
     *
     * @param operand index.
     * @return the template's own array: read it, do not change it.
     */
    public byte[] literal(final int operand)
    {
        return operands[operand].bytes();
    }
}
