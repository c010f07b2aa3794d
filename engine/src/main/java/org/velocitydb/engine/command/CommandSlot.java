package org.velocitydb.engine.command;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One place of the {@link CommandRing}. Ownership passes twice: the producer that claimed it fills it in, its
 * publication hands it to the writer, and the writer's progress hands it back to the ring for the next producer.
 */
public final class CommandSlot
{
    private final UnsafeBuffer inline;
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private OverflowPool.Block overflow;
    private long ringSequence;
    private int operationCount;
    private Durability durability;
    private boolean isEvaluated;
    private boolean wantsResults;
    private boolean hasDeadline;
    private long deadlineNs;
    private boolean hasRequestId;
    private long clientId;
    private long requestNumber;
    private CompletionSink sink;
    private long token;
    private long correlationId;
    private int tag;

    CommandSlot(final UnsafeBuffer inline)
    {
        this.inline = inline;
    }

    /**
     * A slot outside any ring, for whoever has the writer's role and need not hand its commands over.
     *
     * @return a slot that {@link #wrap} gives its payload.
     */
    public static CommandSlot detached()
    {
        return new CommandSlot(new UnsafeBuffer(0, 0));
    }

    /**
     * Shows encoded operations where they are. Without deadline or request id.
     *
     * @param operations as {@link OperationDescriptor} draws them.
     * @param length     of all operations in bytes.
     * @return this slot.
     */
    public CommandSlot wrap(final DirectBuffer operations, final int length)
    {
        payload.wrap(operations, 0, length);
        return this;
    }

    void claim(final long sequence, final int payloadLength, final OverflowPool.Block block)
    {
        ringSequence = sequence;
        overflow = block;
        payload.wrap(block == null ? inline : block.buffer(), 0, payloadLength);
        isEvaluated = false;
        wantsResults = false;
        hasDeadline = false;
        hasRequestId = false;
        durability = Durability.STORE_DEFAULT;
        operationCount = 0;
        sink = null;
        tag = 0;
    }

    /**
     * Gives back the overflow block. Called by the writer once it has copied what it needs.
     *
     * @param pool the block came from.
     */
    void releasePayload(final OverflowPool pool)
    {
        if (overflow != null)
        {
            pool.release(overflow);
            overflow = null;
        }
        payload.wrap(0, 0);
        sink = null;
    }

    long ringSequence()
    {
        return ringSequence;
    }

    /**
     * Where the operations go, as {@link OperationDescriptor} draws them.
     *
     * @return a buffer of exactly the claimed length.
     */
    public MutableDirectBuffer payload()
    {
        return payload;
    }

    /**
     * Says whom to answer.
     *
     * @param completionSink that takes the completion.
     * @param senderToken    the sender's first word, such as a session id.
     * @param correlation    the sender's second word.
     * @param senderTag      the sender's third word.
     * @return this slot.
     */
    public CommandSlot replyTo(
        final CompletionSink completionSink, final long senderToken, final long correlation, final int senderTag)
    {
        sink = completionSink;
        token = senderToken;
        correlationId = correlation;
        tag = senderTag;
        return this;
    }

    /**
     * Says what the payload holds.
     *
     * @param operations how many there are, at least 1.
     * @param asked      how durable the write shall be before it is answered.
     * @return this slot.
     */
    public CommandSlot operations(final int operations, final Durability asked)
    {
        operationCount = operations;
        durability = asked;
        return this;
    }

    /**
     * Sets the moment after which nothing shall be done any more.
     *
     * @param ns on the store's monotonic clock.
     * @return this slot.
     */
    public CommandSlot deadline(final long ns)
    {
        hasDeadline = true;
        deadlineNs = ns;
        return this;
    }

    /**
     * Makes the write safe to retry: a second command of the same id gets the first one's answer.
     *
     * @param client that sends, the same for all its requests.
     * @param number of the request, counting up within the client.
     * @return this slot.
     */
    public CommandSlot requestId(final long client, final long number)
    {
        hasRequestId = true;
        clientId = client;
        requestNumber = number;
        return this;
    }

    /**
     * How many operations the payload holds.
     *
     * @return the count.
     */
    public int operationCount()
    {
        return operationCount;
    }

    /**
     * How durable the write shall be.
     *
     * @return as asked for.
     */
    public Durability durability()
    {
        return durability;
    }

    /**
     * Whether the deadline has passed.
     *
     * @param nowNs on the store's monotonic clock.
     * @return true if there is a deadline and it lies before now.
     */
    public boolean isLate(final long nowNs)
    {
        return hasDeadline && deadlineNs - nowNs < 0;
    }

    /**
     * Whether the command may be a retry.
     *
     * @return true if it carries a client id and a request number.
     */
    public boolean hasRequestId()
    {
        return hasRequestId;
    }

    /**
     * Who sends.
     *
     * @return the client id; only where {@link #hasRequestId()}.
     */
    public long clientId()
    {
        return clientId;
    }

    /**
     * Which request of the client it is.
     *
     * @return the number; only where {@link #hasRequestId()}.
     */
    public long requestNumber()
    {
        return requestNumber;
    }

    /**
     * Whom to answer.
     *
     * @return the sink.
     */
    public CompletionSink sink()
    {
        return sink;
    }

    /**
     * Has the operations evaluated one after the other, each on what those before it leave; see {@link
     * OperationDescriptor}.
     *
     * @param withResults whether each operation's result is told. If so, an operation that cannot be done is left out;
     *                    else it forbids the whole command.
     * @return this.
     */
    public CommandSlot evaluated(final boolean withResults)
    {
        isEvaluated = true;
        wantsResults = withResults;
        return this;
    }

    /**
     * Whether the operations are evaluated.
     *
     * @return true where {@link #evaluated(boolean)} said so.
     */
    public boolean isEvaluated()
    {
        return isEvaluated;
    }

    /**
     * Whether each operation's result is to be told.
     *
     * @return true where {@link #evaluated(boolean)} said so.
     */
    public boolean wantsResults()
    {
        return wantsResults;
    }

    long token()
    {
        return token;
    }

    long correlationId()
    {
        return correlationId;
    }

    int tag()
    {
        return tag;
    }
}
