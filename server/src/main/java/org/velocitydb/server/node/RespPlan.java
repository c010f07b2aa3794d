package org.velocitydb.server.node;

/**
 * A command that waits in a transaction: which of its operations are its own, and how it is to be answered.
 *
 * @param form           of the answer.
 * @param operationCount of the operations.
 * @param first          of the form's own numbers.
 * @param last           of the form's own numbers.
 * @param literal        the answer of {@link RespForm#LITERAL}, else null.
 */
record RespPlan(RespForm form, int operationCount, long first, long last, byte[] literal)
{
    static RespPlan of(final RespForm form, final int operationCount)
    {
        return new RespPlan(form, operationCount, 0, 0, null);
    }

    static RespPlan literal(final byte[] answer)
    {
        return new RespPlan(RespForm.LITERAL, 0, 0, 0, answer);
    }
}
