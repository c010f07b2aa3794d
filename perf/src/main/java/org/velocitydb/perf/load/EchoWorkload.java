package org.velocitydb.perf.load;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Frames of the same lengths for the null server, which answers in order and looks at nothing.
 */
final class EchoWorkload implements Workload
{
    private final OperationKind kind;
    private final int requestLength;
    private final int answerLength;

    EchoWorkload(final OperationKind kind)
    {
        this.kind = kind;
        switch (kind)
        {
            case GET :
                requestLength = VelocityWorkload.GET_REQUEST_LENGTH;
                answerLength = VelocityWorkload.GET_ANSWER_LENGTH;
                break;
            case PUT :
                requestLength = VelocityWorkload.PUT_REQUEST_LENGTH;
                answerLength = VelocityWorkload.PUT_ANSWER_LENGTH;
                break;
            default :
                throw new IllegalArgumentException("the null server has one length of request: work=" + kind);
        }
    }

    @Override
    public String title()
    {
        return "echo-" + kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int requestLengthMax()
    {
        return requestLength;
    }

    @Override
    public int putRequest(final ByteBuffer buffer, final int offset, final long correlationId)
    {
        return offset + requestLength;
    }

    @Override
    public int tryTakeAnswer(final ByteBuffer buffer, final int offset, final int available)
    {
        return available < answerLength ? 0 : answerLength;
    }

    @Override
    public long answeredId(final long expectedId)
    {
        return expectedId;
    }
}
