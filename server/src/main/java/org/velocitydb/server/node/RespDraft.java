package org.velocitydb.server.node;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.users.Principal;

/**
 * A command of which operations are being made: what was asked, by whom and about which table, the operations so far,
 * and how the command is to be answered. The first problem that is found stays. Owned by one event loop;
 * allocation-free once warm where nothing is wrong.
 */
final class RespDraft
{
    /** Part of a request that is its key, or the first of them. */
    static final int KEY = 1;
    /** Part behind the key. */
    static final int VALUE = 2;

    private final LoopServices loop;
    private final RespOperations operations;
    private final UnsafeBuffer keyBytes = new UnsafeBuffer(0, 0);

    private RespRequest request;
    private RespCommand command;
    private Principal principal;
    private int keyspace;
    private boolean isInTransaction;

    private RespForm form;
    private boolean isEvaluated;
    private boolean wantsResults;
    private long first;
    private long last;
    private String problem;

    RespDraft(final LoopServices loop, final RespOperations operations)
    {
        this.loop = loop;
        this.operations = operations;
    }

    /** Begins with a command, which has no operations yet. */
    void begin(
        final RespRequest wrapped,
        final RespCommand wanted,
        final Principal user,
        final int table,
        final boolean inTransaction)
    {
        request = wrapped;
        command = wanted;
        principal = user;
        keyspace = table;
        isInTransaction = inTransaction;
        isEvaluated = inTransaction;
        wantsResults = inTransaction;
        first = 0;
        last = 0;
        problem = null;
        operations.clear();
    }

    // --- what was asked ---

    RespRequest request()
    {
        return request;
    }

    RespCommand command()
    {
        return command;
    }

    boolean isInTransaction()
    {
        return isInTransaction;
    }

    /** The present, in epoch milliseconds. */
    long nowMs()
    {
        return loop.context().store().epochClock().time();
    }

    // --- what has become of it ---

    String problem()
    {
        return problem;
    }

    boolean isSound()
    {
        return problem == null;
    }

    /** Says what is wrong, unless something else is already. */
    void fail(final String text)
    {
        problem = problem == null ? text : problem;
    }

    /** Reads a part as a number, or says that it is none. */
    boolean takesNumber(final int part)
    {
        if (request.tryNumber(part))
        {
            return true;
        }
        fail(RespErrors.NOT_AN_INTEGER);
        return false;
    }

    /** The writer has to evaluate the operations. */
    void evaluate()
    {
        isEvaluated = true;
    }

    /** The writer has to evaluate the operations, and to tell what each comes to. */
    void evaluateForResults()
    {
        isEvaluated = true;
        wantsResults = true;
    }

    boolean isEvaluated()
    {
        return isEvaluated;
    }

    boolean wantsResults()
    {
        return wantsResults;
    }

    void form(final RespForm answer)
    {
        form = answer;
    }

    RespForm form()
    {
        return form;
    }

    /** The numbers of a form that has some. */
    void numbers(final long firstNumber, final long lastNumber)
    {
        first = firstNumber;
        last = lastNumber;
    }

    RespPlan plan()
    {
        return new RespPlan(form, operations.count(), first, last, null);
    }

    // --- operations ---

    /** Whether a part can be a key and the user may touch it; else says what is wrong. */
    private boolean isKey(final int part)
    {
        final int length = request.length(part);
        if (!RespTable.isKeyLength(length))
        {
            fail("ERR key length out of range: length=" + length + ", min=1, max=" + Keys.MAX_KEY_LENGTH);
            return false;
        }
        if (principal.isScoped())
        {
            keyBytes.wrap(request.buffer(), request.offset(part), length);
            if (!AccessRules.allowsKey(principal, loop.reader(), keyspace, keyBytes, 0, length))
            {
                fail(RespErrors.NO_KEY_PERMISSION);
                return false;
            }
        }
        return true;
    }

    /**
     * Adds an operation without a value, if nothing is wrong with its key.
     *
     * @return its offset.
     */
    int add(final int kind, final int when, final int flags, final long operand, final int keyPart)
    {
        final int offset = operations.lengthBytes();
        if (isKey(keyPart))
        {
            operations.add(
                kind, when, flags, operand, keyspace, request.buffer(), request.offset(keyPart),
                request.length(keyPart));
        }
        return offset;
    }

    /**
     * Adds an operation with a value, if nothing is wrong with it and its key.
     *
     * @return its offset.
     */
    int add(
        final int kind, final int when, final int flags, final long operand, final int keyPart, final int valuePart)
    {
        final int offset = operations.lengthBytes();
        if (request.length(valuePart) > Keys.MAX_VALUE_LENGTH)
        {
            fail(RespErrors.TOO_LONG);
        }
        else if (isKey(keyPart))
        {
            operations.add(
                kind, when, flags, operand, keyspace, request.buffer(), request.offset(keyPart),
                request.length(keyPart), request.offset(valuePart), request.length(valuePart));
        }
        return offset;
    }

    /** Adds an increment of the key. */
    void addIncrement(final long delta)
    {
        if (isKey(KEY))
        {
            operations.addIncrement(
                delta, keyspace, request.buffer(), request.offset(KEY), request.length(KEY));
        }
    }

    /** Gives an operation that was added a time to live, or what stands in its place. */
    void ttlMs(final int offset, final long ttlMs)
    {
        if (isSound())
        {
            operations.ttlMs(offset, ttlMs);
        }
    }

    /** A condition that fails forbids a command that is alone, and leaves out one of several. */
    int skipFlag()
    {
        return isEvaluated ? OperationDescriptor.FLAG_SKIP : 0;
    }

    /** Finds whether the operations are more than a batch may hold. */
    void checkLength()
    {
        if (isSound() && operations.lengthBytes() > loop.batchLengthMax())
        {
            fail(RespErrors.TOO_LONG);
        }
    }
}
