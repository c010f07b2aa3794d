package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicLong;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.velocitydb.engine.command.CommandResults;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.memtable.Memtable;

/**
 * Evaluates a command's operations one after the other, each on what has been applied before the command, visible or
 * not, and on what the operations before it leave. It changes nothing: what comes of it is a list of effects, of which
 * it is then known how much room they take, and which are applied as they stand. So what reads and writes in one step
 * (append to a value, take it away and tell it, give it another time to live) needs neither locks nor attempts, and the
 * log still carries effects alone. Owned by the writer; allocation-free once warm where no results are asked for.
 */
final class Evaluation
{
    /** Bytes of results that may wait for their senders, over all of them. */
    static final long OUTSTANDING_RESULTS_MAX = 256L * 1024 * 1024;
    /** Bytes that the results of one command may have: one of the longest values, and what comes with it. */
    static final int RESULTS_LENGTH_MAX = Keys.MAX_VALUE_LENGTH + 1024 * 1024;

    private static final int INITIAL_CAPACITY = 16;
    /** Buffers that have grown longer are not kept. */
    private static final int KEPT_LENGTH_MAX = 1024 * 1024;

    private static final byte EFFECT_NONE = 0;
    private static final byte EFFECT_DELETE = 1;
    /** Stores the operation's own value. */
    private static final byte EFFECT_PUT = 2;
    /** Stores a value that was worked out. */
    private static final byte EFFECT_PUT_STAGED = 3;

    private final KeyspaceCatalogue keyspaces;
    private final LogClock.Reading time;
    private final KeyState key;
    private final DecimalText text = new DecimalText();
    private final AtomicLong outstandingResultBytes = new AtomicLong();

    /** By operation: what comes of it, and the entry that it stores. */
    private byte[] effects = new byte[INITIAL_CAPACITY];
    private int[] valueOffsets = new int[INITIAL_CAPACITY];
    private int[] valueLengths = new int[INITIAL_CAPACITY];
    private long[] expiriesMs = new long[INITIAL_CAPACITY];

    private ExpandableArrayBuffer staged = new ExpandableArrayBuffer(INITIAL_CAPACITY);
    private int stagedLength;
    private ExpandableArrayBuffer results = new ExpandableArrayBuffer(INITIAL_CAPACITY);
    private int resultsLength;
    private boolean hasResults;

    private DirectBuffer payload;
    private int operationCount;
    private int appliedCount;
    private int effectCount;
    private boolean hasPuts;
    private long recordBytes;
    private long memtableBytes;
    private long lastNumber;

    /** Of the operation under way. */
    private int operation;
    private int offset;
    private long number;
    private boolean isApplied;
    private CommandStatus problem;

    Evaluation(final WriterLookups lookups, final KeyspaceCatalogue keyspaces, final LogClock.Reading time)
    {
        this.keyspaces = keyspaces;
        this.time = time;
        key = new KeyState(lookups, time);
    }

    /**
     * Evaluates a command.
     *
     * @param slot that carries it.
     * @param view that the writer has applied everything to.
     * @return null, or why the whole command is to be refused.
     * @throws org.velocitydb.journal.storage.CorruptionException when a damaged block stands in the way.
     */
    CommandStatus evaluate(final CommandSlot slot, final StoreView view)
    {
        begin(slot);
        if (hasResults && outstandingResultBytes.get() > OUTSTANDING_RESULTS_MAX)
        {
            return CommandStatus.TOO_MANY_RESULTS;
        }
        key.begin(view, operationCount);
        try
        {
            return evaluateAll();
        }
        finally
        {
            key.end();
        }
    }

    private void begin(final CommandSlot slot)
    {
        payload = slot.payload();
        operationCount = slot.operationCount();
        hasResults = slot.wantsResults();
        if (operationCount > effects.length)
        {
            effects = new byte[operationCount];
            valueOffsets = new int[operationCount];
            valueLengths = new int[operationCount];
            expiriesMs = new long[operationCount];
        }
        // One that is refused leaves its own behind.
        staged = staged.capacity() > KEPT_LENGTH_MAX ? new ExpandableArrayBuffer(INITIAL_CAPACITY) : staged;
        results = results.capacity() > KEPT_LENGTH_MAX ? new ExpandableArrayBuffer(INITIAL_CAPACITY) : results;
        stagedLength = 0;
        resultsLength = 0;
        appliedCount = 0;
        effectCount = 0;
        hasPuts = false;
        recordBytes = 0;
        memtableBytes = 0;
        lastNumber = 0;
        offset = 0;
    }

    private CommandStatus evaluateAll()
    {
        int guardedLimit = 0;
        for (operation = 0; operation < operationCount; operation++)
        {
            if (!keyspaces.isLive(OperationDescriptor.keyspace(payload, offset)))
            {
                return CommandStatus.NO_SUCH_KEYSPACE;
            }
            effects[operation] = EFFECT_NONE;
            isApplied = false;
            problem = null;
            number = 0;
            key.load(payload, offset);
            if (operation >= guardedLimit)
            {
                final boolean holds = holds();
                if (holds)
                {
                    evaluateOne();
                }
                else if (OperationDescriptor.hasFlag(payload, offset, OperationDescriptor.FLAG_GUARD))
                {
                    guardedLimit = operation + 1 + (int) OperationDescriptor.ttlMs(payload, offset);
                }
                else if (!OperationDescriptor.isSkipping(payload, offset))
                {
                    return CommandStatus.CONDITION_FAILED;
                }
            }
            final CommandStatus refusal = finishOne();
            if (refusal != null)
            {
                return refusal;
            }
            offset = OperationDescriptor.next(payload, offset);
        }
        return null;
    }

    private CommandStatus finishOne()
    {
        if (problem != null && (!hasResults || problem == CommandStatus.TOO_LONG))
        {
            return problem;
        }
        if (hasResults && !addResult())
        {
            return CommandStatus.TOO_LONG;
        }
        if (effects[operation] != EFFECT_NONE)
        {
            addEffect();
        }
        appliedCount += isApplied ? 1 : 0;
        lastNumber = number;
        return null;
    }

    // --- conditions ---

    private boolean holds()
    {
        final boolean isThere = key.isThere();
        final boolean expires = isThere && key.expiryMs() != Long.MAX_VALUE;
        return switch (OperationDescriptor.condition(payload, offset))
        {
            case OperationDescriptor.CONDITION_NONE -> true;
            case OperationDescriptor.CONDITION_ABSENT -> !isThere;
            case OperationDescriptor.CONDITION_PRESENT -> isThere;
            case OperationDescriptor.CONDITION_VERSION -> isThere &&
                key.version() == OperationDescriptor.expectedVersion(payload, offset);
            case OperationDescriptor.CONDITION_EXPIRES -> expires;
            case OperationDescriptor.CONDITION_STAYS -> isThere && !expires;
            case OperationDescriptor.CONDITION_LATER -> isThere && wantedExpiryMs() > key.expiryMs();
            case OperationDescriptor.CONDITION_EARLIER -> isThere && wantedExpiryMs() < key.expiryMs();
            case OperationDescriptor.CONDITION_EXPIRES_EARLIER -> expires && wantedExpiryMs() < key.expiryMs();
            default -> throw new IllegalArgumentException(
                "unknown condition: condition=" + OperationDescriptor.condition(payload, offset));
        };
    }

    /** When an operation that lets a value expire wants it to. */
    private long wantedExpiryMs()
    {
        final long ttlMs = OperationDescriptor.ttlMs(payload, offset);
        return ttlMs == OperationDescriptor.NO_TTL
            ? OperationDescriptor.expectedVersion(payload, offset)
            : time.expiryMs(ttlMs);
    }

    // --- operations ---

    private void evaluateOne()
    {
        isApplied = true;
        switch (OperationDescriptor.kind(payload, offset))
        {
            case OperationDescriptor.KIND_CHECK, OperationDescriptor.KIND_READ -> number = key.valueLength();
            case OperationDescriptor.KIND_PUT -> put();
            case OperationDescriptor.KIND_DELETE -> delete();
            case OperationDescriptor.KIND_INCREMENT -> increment();
            case OperationDescriptor.KIND_APPEND -> append();
            case OperationDescriptor.KIND_SET_RANGE -> setRange();
            case OperationDescriptor.KIND_EXPIRE -> expire();
            default -> throw new IllegalArgumentException(
                "operation cannot be evaluated: kind=" + OperationDescriptor.kind(payload, offset));
        }
    }

    private void put()
    {
        final boolean keepsTtl = OperationDescriptor.hasFlag(payload, offset, OperationDescriptor.FLAG_KEEP_TTL);
        final boolean isAbsolute = OperationDescriptor.hasFlag(payload, offset, OperationDescriptor.FLAG_EXPIRES_AT);
        final long ttlMs = OperationDescriptor.ttlMs(payload, offset);
        effects[operation] = EFFECT_PUT;
        valueOffsets[operation] = valueOffset();
        valueLengths[operation] = OperationDescriptor.valueLength(payload, offset);
        if (keepsTtl && key.isThere())
        {
            expiriesMs[operation] = key.expiryMs();
        }
        else
        {
            expiriesMs[operation] = isAbsolute ? ttlMs : time.expiryMs(ttlMs);
        }
        number = valueLengths[operation];
    }

    private void delete()
    {
        isApplied = key.isThere();
        effects[operation] = isApplied ? EFFECT_DELETE : EFFECT_NONE;
    }

    private void increment()
    {
        if (key.isThere() && !text.tryParse(key.value(), key.valueOffset(), key.valueLength()))
        {
            cannot(CommandStatus.NOT_A_NUMBER);
            return;
        }
        final long start = key.isThere() ? text.value() : 0;
        final long delta = OperationDescriptor.delta(payload, offset);
        final long sum = start + delta;
        if (((start ^ sum) & (delta ^ sum)) < 0)
        {
            cannot(CommandStatus.NUMBER_OVERFLOW);
            return;
        }
        if (stage(DecimalText.LENGTH_MAX))
        {
            valueLengths[operation] = DecimalText.put(staged, valueOffsets[operation], sum);
            stagedLength = valueOffsets[operation] + valueLengths[operation];
            number = sum;
        }
    }

    private void append()
    {
        final int addedLength = OperationDescriptor.valueLength(payload, offset);
        final int length = key.valueLength() + addedLength;
        if (length > Keys.MAX_VALUE_LENGTH)
        {
            cannot(CommandStatus.TOO_LONG);
        }
        else if (stage(length))
        {
            final int target = valueOffsets[operation];
            staged.putBytes(target, key.value(), key.valueOffset(), key.valueLength());
            staged.putBytes(target + key.valueLength(), payload, valueOffset(), addedLength);
            number = length;
        }
    }

    private void setRange()
    {
        final int setLength = OperationDescriptor.valueLength(payload, offset);
        final long from = OperationDescriptor.expectedVersion(payload, offset);
        final long length = Math.max(key.valueLength(), from + setLength);
        if (setLength == 0)
        {
            isApplied = false;
            number = key.valueLength();
        }
        else if (from < 0 || length > Keys.MAX_VALUE_LENGTH)
        {
            cannot(CommandStatus.TOO_LONG);
        }
        else if (stage((int) length))
        {
            final int target = valueOffsets[operation];
            staged.putBytes(target, key.value(), key.valueOffset(), key.valueLength());
            if (from > key.valueLength())
            {
                staged.setMemory(target + key.valueLength(), (int) from - key.valueLength(), (byte) 0);
            }
            staged.putBytes(target + (int) from, payload, valueOffset(), setLength);
            number = length;
        }
    }

    private void expire()
    {
        final long expiryMs = wantedExpiryMs();
        if (!key.isThere())
        {
            isApplied = false;
        }
        else if (expiryMs <= time.nowMs())
        {
            effects[operation] = EFFECT_DELETE;
        }
        else if (stage(key.valueLength()))
        {
            staged.putBytes(valueOffsets[operation], key.value(), key.valueOffset(), key.valueLength());
            expiriesMs[operation] = expiryMs;
            number = key.valueLength();
        }
    }

    private void cannot(final CommandStatus why)
    {
        problem = why;
        isApplied = false;
        effects[operation] = EFFECT_NONE;
    }

    /** Sets room aside for a value that is worked out, which expires when the one before would have. */
    private boolean stage(final int length)
    {
        if ((long) stagedLength + length > Store.BATCH_LENGTH_MAX)
        {
            cannot(CommandStatus.TOO_LONG);
            return false;
        }
        staged.checkLimit(stagedLength + length);
        effects[operation] = EFFECT_PUT_STAGED;
        valueOffsets[operation] = stagedLength;
        valueLengths[operation] = length;
        expiriesMs[operation] = key.isThere()
            ? key.expiryMs()
            : time.expiryMs(OperationDescriptor.ttlMs(payload, offset));
        stagedLength += length;
        return true;
    }

    private int valueOffset()
    {
        return OperationDescriptor.keyOffset(offset) + OperationDescriptor.keyLength(payload, offset);
    }

    // --- what comes of it ---

    private void addEffect()
    {
        final boolean isDelete = effects[operation] == EFFECT_DELETE;
        final int keyLength = OperationDescriptor.keyLength(payload, offset);
        final int valueLength = isDelete ? 0 : valueLengths[operation];
        effectCount++;
        hasPuts |= !isDelete;
        recordBytes += LogEntryDescriptor.encodedLength(LogEntryDescriptor.KIND_EXPIRING_PUT, keyLength, valueLength);
        memtableBytes += Memtable.footprintBytes(keyLength, valueLength);
        if (isDelete)
        {
            key.deleted(offset);
        }
        else
        {
            key.stored(
                offset, effects[operation] == EFFECT_PUT ? payload : staged, valueOffsets[operation], valueLength,
                expiriesMs[operation]);
        }
    }

    private boolean addResult()
    {
        final boolean isReturned = key.isThere() &&
            OperationDescriptor.hasFlag(payload, offset, OperationDescriptor.FLAG_RETURN);
        final int valueLength = isReturned ? key.valueLength() : 0;
        if ((long) resultsLength + CommandResults.HEADER_LENGTH + valueLength > RESULTS_LENGTH_MAX)
        {
            return false;
        }
        results.checkLimit(resultsLength + CommandResults.HEADER_LENGTH + valueLength);
        final int flags = (key.isThere() ? CommandResults.FLAG_FOUND : 0) |
            (isApplied ? CommandResults.FLAG_APPLIED : 0);
        CommandResults.putHeader(
            results, resultsLength, flags, problem == null ? CommandStatus.APPLIED : problem, number, key.expiryMs(),
            isReturned ? valueLength : CommandResults.NO_VALUE);
        resultsLength += CommandResults.HEADER_LENGTH;
        results.putBytes(resultsLength, key.value(), key.valueOffset(), valueLength);
        resultsLength += valueLength;
        return true;
    }

    /** Whether anything is to be applied. */
    boolean hasEffects()
    {
        return effectCount > 0;
    }

    /** Whether less is stored afterwards. */
    boolean isFreeing()
    {
        return !hasPuts;
    }

    /** Extent of the effects in the group's record. */
    int recordBytes()
    {
        return Math.toIntExact(recordBytes);
    }

    /** Room that the effects take in a memtable. */
    long memtableBytes()
    {
        return memtableBytes;
    }

    /** Operations that were done, be it that they changed nothing. */
    int appliedCount()
    {
        return appliedCount;
    }

    /** What the last operation has come to. */
    long lastNumber()
    {
        return lastNumber;
    }

    /**
     * Applies the effects of the command that was evaluated last.
     *
     * @param operations the same payload.
     * @param group      to add them to.
     */
    void apply(final DirectBuffer operations, final OpenGroup group)
    {
        int at = 0;
        for (int i = 0; i < operationCount; i++)
        {
            final int keyOffset = OperationDescriptor.keyOffset(at);
            final int keyLength = OperationDescriptor.keyLength(operations, at);
            if (effects[i] == EFFECT_DELETE)
            {
                group.delete(operations, keyOffset, keyLength);
            }
            else if (effects[i] != EFFECT_NONE)
            {
                group.put(
                    operations, keyOffset, keyLength, expiriesMs[i], effects[i] == EFFECT_PUT ? operations : staged,
                    valueOffsets[i], valueLengths[i]);
            }
            at = OperationDescriptor.next(operations, at);
        }
        if (staged.capacity() > KEPT_LENGTH_MAX)
        {
            staged = new ExpandableArrayBuffer(INITIAL_CAPACITY);
        }
    }

    /**
     * Hands over the results of the command that was evaluated last.
     *
     * @return the results, or null where nobody asked for them.
     */
    CommandResults takeResults()
    {
        if (!hasResults)
        {
            return null;
        }
        final byte[] bytes = new byte[resultsLength];
        results.getBytes(0, bytes);
        if (results.capacity() > KEPT_LENGTH_MAX)
        {
            results = new ExpandableArrayBuffer(INITIAL_CAPACITY);
        }
        return new CommandResults(bytes, outstandingResultBytes);
    }
}
