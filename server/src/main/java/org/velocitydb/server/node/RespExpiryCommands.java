package org.velocitydb.server.node;

import static org.velocitydb.server.node.RespDraft.KEY;
import static org.velocitydb.server.node.RespDraft.VALUE;

import org.velocitydb.engine.command.OperationDescriptor;

/**
 * Makes operations of the commands that change when a value expires. Owned by one event loop.
 */
final class RespExpiryCommands
{
    private final RespDraft draft;
    private final RespOptions options;

    RespExpiryCommands(final RespDraft draft, final RespOptions options)
    {
        this.draft = draft;
        this.options = options;
    }

    void expire(final int unitMs, final boolean isAt)
    {
        if (options.tryTakeExpire(unitMs, isAt))
        {
            draft.evaluate();
            addTime(options.condition(), OperationDescriptor.FLAG_SKIP);
            draft.form(RespForm.APPLIED);
        }
    }

    void persist()
    {
        draft.evaluate();
        addNever(OperationDescriptor.FLAG_SKIP);
        draft.form(RespForm.APPLIED);
    }

    void getAndExpire()
    {
        if (!options.tryTake(VALUE))
        {
            return;
        }
        draft.evaluateForResults();
        final int flags = OperationDescriptor.FLAG_RETURN | OperationDescriptor.FLAG_SKIP;
        if (options.isPersisting())
        {
            addNever(flags);
        }
        else if (options.hasTime())
        {
            addTime(OperationDescriptor.CONDITION_NONE, flags);
        }
        else
        {
            draft.add(OperationDescriptor.KIND_READ, OperationDescriptor.CONDITION_NONE, flags, 0, KEY);
        }
        draft.form(RespForm.OLD_VALUE);
    }

    private void addNever(final int flags)
    {
        draft.add(
            OperationDescriptor.KIND_EXPIRE, OperationDescriptor.CONDITION_EXPIRES, flags, Long.MAX_VALUE, KEY);
    }

    /**
     * Adds an operation that lets a value expire. A time to live is counted from when that is done, which in a
     * transaction may be much later; where it is none any more the value has expired by then, too.
     */
    private void addTime(final int when, final int flags)
    {
        final boolean isFromThen = !options.isAbsolute() && options.ttlMs() > 0;
        final int offset = draft.add(
            OperationDescriptor.KIND_EXPIRE, when, flags, isFromThen ? 0 : options.expiryMs(), KEY);
        draft.ttlMs(offset, isFromThen ? options.ttlMs() : OperationDescriptor.NO_TTL);
    }
}
