package org.velocitydb.server.node;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.sql.StatementTemplate;
import org.velocitydb.protocol.v2.SqlRequest;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Walks the literals and parameters of a statement that was parsed before, in their order, as the bytes that the store
 * gets. A cursor for one thread; allocation-free.
 */
final class SqlOperands
{
    private static final byte[] TRUE = { 't', 'r', 'u', 'e' };
    private static final byte[] FALSE = { 'f', 'a', 'l', 's', 'e' };

    /** The least number of 64 bits has this many characters. */
    private static final int NUMBER_LENGTH_MAX = 20;

    private final SqlValues values = new SqlValues();
    private final UnsafeBuffer literal = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer number = new UnsafeBuffer(new byte[NUMBER_LENGTH_MAX]);
    private StatementTemplate template;
    private DirectBuffer frame;
    private int next;
    private DirectBuffer buffer;
    private int offset;
    private int length;

    /**
     * Stands before the first operand.
     *
     * @param statement   that was parsed.
     * @param request     with its parameters, as many as it has question marks.
     * @param frameBuffer that holds them.
     */
    void wrap(final StatementTemplate statement, final SqlRequest request, final DirectBuffer frameBuffer)
    {
        template = statement;
        frame = frameBuffer;
        next = 0;
        request.parameters(values);
    }

    /**
     * Moves to the next operand, which there is.
     *
     * @return false where it is one that has to be looked at more closely: NULL, or a number with a point.
     */
    boolean next()
    {
        final int operand = next++;
        if (template.parameter(operand) < 0)
        {
            show(template.literal(operand));
            return true;
        }
        values.next();
        switch (values.type())
        {
            case SqlValues.TYPE_TEXT, SqlValues.TYPE_BYTES :
                buffer = frame;
                offset = values.bytesOffset();
                length = values.bytesLength();
                return true;
            case SqlValues.TYPE_I64 :
                buffer = number;
                offset = 0;
                length = number.putLongAscii(0, values.i64());
                return true;
            case SqlValues.TYPE_BOOLEAN :
                show(values.isTrue() ? TRUE : FALSE);
                return true;
            default :
                return false;
        }
    }

    private void show(final byte[] bytes)
    {
        literal.wrap(bytes);
        buffer = literal;
        offset = 0;
        length = bytes.length;
    }

    DirectBuffer buffer()
    {
        return buffer;
    }

    int offset()
    {
        return offset;
    }

    int length()
    {
        return length;
    }
}
