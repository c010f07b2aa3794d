package org.velocitydb.engine.sql;

/**
 * A literal or a question mark of a statement that is kept, in the place where the grammar has it.
 *
 * @param parameter index of the parameter that takes its place, or {@link #LITERAL}.
 * @param bytes     of the literal; read, do not change them.
 */
record Operand(int parameter, byte[] bytes)
{
    /** In place of a parameter's index. */
    static final int LITERAL = -1;

    boolean isParameter()
    {
        return parameter != LITERAL;
    }
}
