package org.velocitydb.engine;

import java.util.Arrays;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;

/**
 * What a key of a command that is being evaluated holds: what the operations before have left it, else what the store
 * has. Owned by the writer; allocation-free once warm.
 */
final class KeyState
{
    private static final int INITIAL_CAPACITY = 16;
    /** Version of a value that is not in the store yet. */
    private static final long NULL_VERSION = 0;

    private final WriterLookups lookups;
    private final LogClock.Reading time;
    private final EntryView found = new EntryView();
    private final BatchIndex earlier = new BatchIndex();
    private final UnsafeBuffer nothing = new UnsafeBuffer(0, 0);
    private StoreView view;
    private boolean isIndexed;

    /** What operations have left, in their order. */
    private int leftCount;
    private DirectBuffer[] leftBuffers = new DirectBuffer[INITIAL_CAPACITY];
    private int[] leftOffsets = new int[INITIAL_CAPACITY];
    private int[] leftLengths = new int[INITIAL_CAPACITY];
    private long[] leftExpiriesMs = new long[INITIAL_CAPACITY];

    private DirectBuffer payload;
    private DirectBuffer value;
    private int valueOffset;
    private int valueLength;
    private long expiryMs;
    private long version;
    private boolean isThere;

    KeyState(final WriterLookups lookups, final LogClock.Reading time)
    {
        this.lookups = lookups;
        this.time = time;
    }

    /** Begins with a command; the store's values stay where they are until {@link #end()}. */
    void begin(final StoreView current, final int operationCount)
    {
        view = current;
        leftCount = 0;
        isIndexed = operationCount > 1;
        if (isIndexed)
        {
            earlier.reset(operationCount);
        }
        lookups.begin();
    }

    void end()
    {
        lookups.end();
        view = null;
        payload = null;
        Arrays.fill(leftBuffers, 0, Math.min(leftCount, leftBuffers.length), null);
    }

    /**
     * Finds what the key of an operation holds.
     *
     * @param operations that hold it.
     * @param offset     of the operation.
     */
    void load(final DirectBuffer operations, final int offset)
    {
        payload = operations;
        final int left = isIndexed ? earlier.find(payload, offset) : BatchIndex.NULL_OPERATION;
        if (left == BatchIndex.NULL_OPERATION)
        {
            loadFromStore(offset);
        }
        else if (leftBuffers[left] == null)
        {
            absent();
        }
        else
        {
            present(leftBuffers[left], leftOffsets[left], leftLengths[left], leftExpiriesMs[left], NULL_VERSION);
        }
    }

    private void loadFromStore(final int offset)
    {
        final int keyOffset = OperationDescriptor.keyOffset(offset);
        final int keyLength = OperationDescriptor.keyLength(payload, offset);
        if (lookups.get(view, payload, keyOffset, keyLength, found) && time.isLive(found))
        {
            present(found.value(), 0, found.value().capacity(), found.expiryMs(), found.sequence());
        }
        else
        {
            absent();
        }
    }

    private void absent()
    {
        isThere = false;
        value = nothing;
        valueOffset = 0;
        valueLength = 0;
        expiryMs = Expiry.NEVER_MS;
        version = NULL_VERSION;
    }

    private void present(
        final DirectBuffer buffer, final int offset, final int length, final long atMs, final long sequence)
    {
        isThere = true;
        value = buffer;
        valueOffset = offset;
        valueLength = length;
        expiryMs = atMs;
        version = sequence;
    }

    /** The operation at an offset leaves its key without a value. */
    void deleted(final int offset)
    {
        stored(offset, null, 0, 0, Expiry.NEVER_MS);
    }

    /** The operation at an offset leaves its key with a value, which stays where it is until {@link #end()}. */
    void stored(final int offset, final DirectBuffer buffer, final int from, final int length, final long atMs)
    {
        if (!isIndexed)
        {
            return;
        }
        if (leftCount == leftOffsets.length)
        {
            leftBuffers = Arrays.copyOf(leftBuffers, 2 * leftCount);
            leftOffsets = Arrays.copyOf(leftOffsets, 2 * leftCount);
            leftLengths = Arrays.copyOf(leftLengths, 2 * leftCount);
            leftExpiriesMs = Arrays.copyOf(leftExpiriesMs, 2 * leftCount);
        }
        leftBuffers[leftCount] = buffer;
        leftOffsets[leftCount] = from;
        leftLengths[leftCount] = length;
        leftExpiriesMs[leftCount] = atMs;
        earlier.put(payload, offset, leftCount);
        leftCount++;
    }

    boolean isThere()
    {
        return isThere;
    }

    /** Never null; empty where there is no value. */
    DirectBuffer value()
    {
        return value;
    }

    int valueOffset()
    {
        return valueOffset;
    }

    int valueLength()
    {
        return valueLength;
    }

    /** Epoch milliseconds of log time. */
    long expiryMs()
    {
        return expiryMs;
    }

    /** Sequence of the store's value, 0 for one that an earlier operation leaves. */
    long version()
    {
        return version;
    }
}
