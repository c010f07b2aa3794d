package org.velocitydb.server.node;

import static org.velocitydb.server.node.RespDraft.KEY;
import static org.velocitydb.server.node.RespDraft.VALUE;

import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;

/**
 * Makes operations of the commands that store and delete values, and of those that change them. Owned by one event
 * loop.
 */
final class RespValueCommands
{
    private static final long NO_TTL = OperationDescriptor.NO_TTL;

    private final RespDraft draft;
    private final RespOptions options;

    RespValueCommands(final RespDraft draft, final RespOptions options)
    {
        this.draft = draft;
        this.options = options;
    }

    // --- SET and its relatives ---

    void set()
    {
        if (!options.tryTake(VALUE + 1))
        {
            return;
        }
        if (!options.isReturning() && !options.keepsTtl() && !options.isAbsolute())
        {
            final boolean isSure = options.condition() == OperationDescriptor.CONDITION_NONE &&
                !draft.isInTransaction();
            put(VALUE, options.condition(), options.ttlMs(), isSure ? RespForm.OK : RespForm.OK_OR_NIL);
            return;
        }
        draft.evaluate();
        if (options.isReturning())
        {
            draft.evaluateForResults();
        }
        // One that is alone is answered by what has become of all of it.
        final int flags = (draft.wantsResults() ? OperationDescriptor.FLAG_SKIP : 0) |
            (options.isReturning() ? OperationDescriptor.FLAG_RETURN : 0) |
            (options.keepsTtl() ? OperationDescriptor.FLAG_KEEP_TTL : 0) |
            (options.isAbsolute() ? OperationDescriptor.FLAG_EXPIRES_AT : 0);
        final int offset = draft.add(OperationDescriptor.KIND_PUT, options.condition(), flags, 0, KEY, VALUE);
        draft.ttlMs(offset, options.isAbsolute() ? options.expiryMs() : options.ttlMs());
        draft.form(options.isReturning() ? RespForm.OLD_VALUE : RespForm.OK_OR_NIL);
    }

    private void put(final int valuePart, final int when, final long ttlMs, final RespForm answer)
    {
        final int flags = when == OperationDescriptor.CONDITION_NONE ? 0 : draft.skipFlag();
        final int offset = draft.add(OperationDescriptor.KIND_PUT, when, flags, 0, KEY, valuePart);
        draft.ttlMs(offset, ttlMs);
        draft.form(answer);
    }

    void setIfAbsent()
    {
        put(VALUE, OperationDescriptor.CONDITION_ABSENT, NO_TTL, RespForm.APPLIED);
    }

    void setWithTtl(final int unitMs)
    {
        if (options.tryTakeTtl(unitMs))
        {
            put(VALUE + 1, OperationDescriptor.CONDITION_NONE, options.ttlMs(), draft.isInTransaction()
                ? RespForm.OK_OR_NIL
                : RespForm.OK);
        }
    }

    void getAndSet()
    {
        draft.evaluateForResults();
        draft.add(
            OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_NONE, OperationDescriptor.FLAG_RETURN, 0, KEY,
            VALUE);
        draft.form(RespForm.OLD_VALUE);
    }

    void getAndDelete()
    {
        draft.evaluateForResults();
        draft.add(
            OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_NONE, OperationDescriptor.FLAG_RETURN, 0,
            KEY);
        draft.form(RespForm.OLD_VALUE);
    }

    // --- several keys ---

    void setSeveral()
    {
        final RespRequest request = draft.request();
        if (!hasPairs(request))
        {
            return;
        }
        for (int part = KEY; part < request.count() && draft.isSound(); part += 2)
        {
            draft.add(OperationDescriptor.KIND_PUT, OperationDescriptor.CONDITION_NONE, 0, 0, part, part + 1);
        }
        draft.form(RespForm.OK);
    }

    void setSeveralIfAbsent()
    {
        final RespRequest request = draft.request();
        if (!hasPairs(request))
        {
            return;
        }
        final int pairCount = request.count() / 2;
        final int flags = draft.isInTransaction() ? OperationDescriptor.FLAG_GUARD : 0;
        for (int i = 0; i < pairCount && draft.isSound(); i++)
        {
            final int offset = draft.add(
                OperationDescriptor.KIND_CHECK, OperationDescriptor.CONDITION_ABSENT, flags, 0, KEY + 2 * i);
            if (draft.isInTransaction())
            {
                // One that fails leaves out the others and everything that is to be stored.
                draft.ttlMs(offset, 2L * pairCount - 1 - i);
            }
        }
        setSeveral();
        draft.form(RespForm.LAST_APPLIED);
    }

    private boolean hasPairs(final RespRequest request)
    {
        if (request.count() % 2 == 1)
        {
            return true;
        }
        draft.fail(RespErrors.wrongArity(draft.command().text()));
        return false;
    }

    void delete()
    {
        final RespRequest request = draft.request();
        if (request.count() > VALUE)
        {
            draft.evaluate();
        }
        for (int part = KEY; part < request.count() && draft.isSound(); part++)
        {
            draft.add(
                OperationDescriptor.KIND_DELETE, OperationDescriptor.CONDITION_PRESENT, OperationDescriptor.FLAG_SKIP,
                0, part);
        }
        draft.form(RespForm.APPLIED_COUNT);
    }

    // --- those that change a value ---

    void add(final long delta)
    {
        draft.addIncrement(delta);
        draft.form(RespForm.NUMBER);
    }

    void addNumber()
    {
        if (!draft.takesNumber(VALUE))
        {
            return;
        }
        final long number = draft.request().number();
        final boolean isDecrement = draft.command() == RespCommand.DECRBY;
        if (isDecrement && number == Long.MIN_VALUE)
        {
            draft.fail("ERR decrement would overflow");
        }
        else
        {
            add(isDecrement ? -number : number);
        }
    }

    void append()
    {
        change(OperationDescriptor.KIND_APPEND, 0, VALUE);
    }

    void setRange()
    {
        if (!draft.takesNumber(VALUE))
        {
            return;
        }
        final long offset = draft.request().number();
        if (offset < 0)
        {
            draft.fail("ERR offset is out of range");
        }
        else if (offset > Keys.MAX_VALUE_LENGTH && draft.request().length(VALUE + 1) > 0)
        {
            draft.fail(RespErrors.TOO_LONG);
        }
        else
        {
            change(OperationDescriptor.KIND_SET_RANGE, offset, VALUE + 1);
        }
    }

    private void change(final int kind, final long operand, final int valuePart)
    {
        draft.evaluate();
        draft.add(kind, OperationDescriptor.CONDITION_NONE, 0, operand, KEY, valuePart);
        draft.form(RespForm.NUMBER);
    }
}
