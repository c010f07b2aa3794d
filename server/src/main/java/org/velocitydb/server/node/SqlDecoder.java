package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.sql.SqlParameters;
import org.velocitydb.engine.sql.SqlParser;
import org.velocitydb.engine.sql.Statement;
import org.velocitydb.engine.sql.StatementTemplate;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.v2.SqlRequest;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Makes a statement of an SQL message of version 2 and its parameters. Owned by one event loop; valid as long as the
 * frame.
 */
final class SqlDecoder
{
    private final SqlRequest request = new SqlRequest();
    private final SqlValues values = new SqlValues();
    private final SqlParameters parameters = new SqlParameters();
    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);

    /**
     * Checks a message.
     *
     * @param frame  little-endian.
     * @param offset of the message.
     * @param length of the message in bytes.
     * @return {@link Fault#NONE}, or what is wrong.
     */
    Fault tryWrap(final ByteBuffer frame, final int offset, final int length)
    {
        final Fault fault = request.tryWrap(frame, offset, length);
        if (fault == Fault.NONE)
        {
            bytes.wrap(frame);
        }
        return fault;
    }

    /**
     * Parses the statement and binds the parameters.
     *
     * @param parser of the event loop.
     * @return the statement, which does not depend on the frame any more.
     * @throws org.velocitydb.engine.sql.SqlException if it is refused.
     */
    Statement parse(final SqlParser parser)
    {
        readParameters();
        return parser.parse(bytes, request.statementOffset(), request.statementLength(), parameters);
    }

    /**
     * Binds the parameters to a statement that is kept.
     *
     * @param parser    of the event loop.
     * @param template  that is kept.
     * @param arguments that the statement itself gave; null where the message's parameters are bound.
     * @return the statement, which does not depend on the frame any more.
     * @throws org.velocitydb.engine.sql.SqlException if it is refused.
     */
    Statement bind(final SqlParser parser, final StatementTemplate template, final SqlParameters arguments)
    {
        if (arguments != null)
        {
            return parser.bind(template, arguments);
        }
        readParameters();
        return parser.bind(template, parameters);
    }

    /** Extent of the statement's text is bounded by the frame's. */
    StatementTemplate find(final StatementCache cache)
    {
        return cache.find(bytes, request.statementOffset(), request.statementLength());
    }

    int parameterCount()
    {
        return request.parameterCount();
    }

    /**
     * Stands before the first literal or parameter.
     *
     * @param template that was parsed.
     * @param operands to walk them.
     */
    void operands(final StatementTemplate template, final SqlOperands operands)
    {
        operands.wrap(template, request, bytes);
    }

    private void readParameters()
    {
        parameters.clear();
        request.parameters(values);
        while (values.next())
        {
            addParameter();
        }
    }

    private void addParameter()
    {
        switch (values.type())
        {
            case SqlValues.TYPE_NULL -> parameters.addNull();
            case SqlValues.TYPE_TEXT -> parameters.addText(bytes, values.bytesOffset(), values.bytesLength());
            case SqlValues.TYPE_BYTES -> parameters.addBytes(bytes, values.bytesOffset(), values.bytesLength());
            case SqlValues.TYPE_I64 -> parameters.addLong(values.i64());
            case SqlValues.TYPE_F64 -> parameters.addDouble(values.f64());
            default -> parameters.addBoolean(values.isTrue());
        }
    }
}
