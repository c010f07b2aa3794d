package org.velocitydb.client;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;

/**
 * Reads what a server sends on a connection, and hands each answer to the request that it is of. What is no answer ends
 * the connection, as does an answer of which nothing can be made: who sends one cannot be trusted with the next. Run by
 * a thread of its own, which completes the requests' futures.
 */
final class AnswerReader implements Runnable
{
    private final Connection connection;
    private final IncomingStream incoming;
    private final OutgoingStream outgoing;
    private final PendingRequests pending;
    private final ErrorMessage errorMessage = new ErrorMessage();

    AnswerReader(
        final Connection connection,
        final IncomingStream incoming,
        final OutgoingStream outgoing,
        final PendingRequests pending)
    {
        this.connection = connection;
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.pending = pending;
    }

    @Override
    public void run()
    {
        try
        {
            read();
        }
        catch (final IOException ex)
        {
            connection.lose(
                ErrorCode.SERVER_OVERLOADED, "connection lost: server=" + connection.server() + ", reason=" + ex, ex);
        }
        catch (final RuntimeException | Error ex)
        {
            connection.lose(ErrorCode.INTERNAL_ERROR, "reader failed: server=" + connection.server(), ex);
            throw ex;
        }
    }

    private void read() throws IOException
    {
        while (!connection.isLost())
        {
            final Fault fault = incoming.next();
            if (fault == Fault.INCOMPLETE)
            {
                connection.lose(
                    ErrorCode.SERVER_OVERLOADED, "server closed the connection: server=" + connection.server(), null);
                return;
            }
            if (fault != Fault.NONE)
            {
                loseToGarbage(fault);
                return;
            }
            onFrame(incoming.frame(), incoming.buffer());
        }
    }

    private void onFrame(final FrameDecoder frame, final ByteBuffer buffer) throws IOException
    {
        final long correlationId = frame.correlationId();
        if (frame.type() == MessageType.DISCONNECT)
        {
            connection.lose(ErrorCode.SHUTTING_DOWN, "server said farewell: server=" + connection.server(), null);
            return;
        }
        if (frame.type() == MessageType.PING)
        {
            answerPing();
            return;
        }
        if (frame.type() == MessageType.ERROR)
        {
            onError(frame, buffer);
            return;
        }
        final PendingRequest<?> request = pending.get(correlationId);
        if (request == null)
        {
            // An answer that came after its request was given up is nobody's; one to what was never asked is garbage.
            if (!pending.hasGivenOut(correlationId))
            {
                loseToGarbage(Fault.BAD_FIELD);
            }
            return;
        }
        if (frame.type() != request.answerType())
        {
            loseToGarbage(Fault.UNKNOWN_TYPE);
            return;
        }
        final Fault fault = request.answer().onMessage(buffer, frame.messageOffset(), frame.messageLength());
        if (fault != Fault.NONE)
        {
            loseToGarbage(fault);
        }
        else if (frame.hasMore())
        {
            request.renewDeadline();
        }
        else if (pending.take(request))
        {
            request.complete();
        }
    }

    /** By the thread that reads, so that a connection on which nobody asks anything stays open. */
    private void answerPing() throws IOException
    {
        outgoing.send(
            RequestMessage.empty(MessageType.PONG)
                .frame(FrameDescriptor.NULL_CORRELATION_ID, FrameDescriptor.NULL_TIMEOUT_US),
            null, false);
    }

    private void onError(final FrameDecoder frame, final ByteBuffer buffer)
    {
        final Fault fault = errorMessage.tryWrap(buffer, frame.messageOffset(), frame.messageLength());
        if (fault != Fault.NONE)
        {
            loseToGarbage(fault);
            return;
        }
        if (frame.correlationId() == FrameDescriptor.NULL_CORRELATION_ID)
        {
            connection.lose(
                errorMessage.code(),
                "server gave up: server=" + connection.server() + ", reason=" + errorMessage.text(), null);
            return;
        }
        final PendingRequest<?> request = pending.get(frame.correlationId());
        if (request != null && pending.take(request))
        {
            request.fail(new VelocityException(errorMessage));
        }
    }

    private void loseToGarbage(final Fault fault)
    {
        connection.lose(
            ErrorCode.PROTOCOL_ERROR,
            "server sent what is no answer: server=" + connection.server() + ", fault=" + fault + ", type=" +
                incoming.frame().type() + ", correlationId=" + incoming.frame().correlationId(),
            null);
    }
}
