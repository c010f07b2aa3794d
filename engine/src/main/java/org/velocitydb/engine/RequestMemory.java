package org.velocitydb.engine;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.entry.EntryView;

/**
 * Remembers the answer to each client's last requests, in the same group as the request's own effects, and answers a
 * request that was sent again as it was answered first. Owned by the writer; allocation-free.
 */
final class RequestMemory
{
    private final WriterView view;
    private final WriterLookups lookups;
    private final LogClock.Reading time;
    private final OpenGroup group;
    private final StoreCounters counters;
    private final EntryView found = new EntryView();
    private final UnsafeBuffer answerRecord = new UnsafeBuffer(
        new byte[RequestRecordDescriptor.KEY_LENGTH + RequestRecordDescriptor.VALUE_LENGTH]);

    /**
     * The memory of one store.
     *
     * @param time by which the command under way is judged.
     */
    RequestMemory(
        final WriterView view,
        final WriterLookups lookups,
        final LogClock.Reading time,
        final OpenGroup group,
        final StoreCounters counters)
    {
        this.view = view;
        this.lookups = lookups;
        this.time = time;
        this.group = group;
        this.counters = counters;
    }

    /**
     * Whether a request was sent before, or one of the same client that came later.
     *
     * @param slot       that carries the request.
     * @param completion where the answer is put if it was.
     */
    boolean isRetry(final CommandSlot slot, final Completion completion)
    {
        time.forget();
        RequestRecordDescriptor.putKey(answerRecord, 0, slot.clientId(), slot.requestNumber());
        lookups.begin();
        try
        {
            return lookups.get(view.current(), answerRecord, 0, RequestRecordDescriptor.KEY_LENGTH, found) &&
                time.isLive(found) && answerAsRemembered(slot, completion);
        }
        finally
        {
            lookups.end();
        }
    }

    /** Answers as the record says that was found for the slot's client. */
    private boolean answerAsRemembered(final CommandSlot slot, final Completion completion)
    {
        final long remembered = RequestRecordDescriptor.requestNumber(found.value());
        if (remembered == slot.requestNumber())
        {
            RequestRecordDescriptor.readAnswer(found.value(), completion);
            // The first answer's group may be this one or one that was not forced: this answer must be no less durable.
            group.askFor(slot.durability(), completion);
            counters.requestsReplayed.addOpaque(1);
            return true;
        }
        if (Long.compareUnsigned(remembered, slot.requestNumber()) > 0)
        {
            completion.outcome(CommandStatus.REQUEST_TOO_OLD);
            return true;
        }
        return false;
    }

    void remember(final CommandSlot slot, final Completion completion)
    {
        RequestRecordDescriptor.putKey(answerRecord, 0, slot.clientId(), slot.requestNumber());
        RequestRecordDescriptor.putValue(
            answerRecord, RequestRecordDescriptor.KEY_LENGTH, slot.requestNumber(), completion);
        group.put(
            answerRecord, 0, RequestRecordDescriptor.KEY_LENGTH, time.expiryMs(RequestRecordDescriptor.KEPT_MS),
            answerRecord, RequestRecordDescriptor.KEY_LENGTH, RequestRecordDescriptor.VALUE_LENGTH);
    }
}
