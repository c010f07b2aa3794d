package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.NodeDescriptor.NULL_OFFSET;
import static org.velocitydb.engine.memtable.NodeDescriptor.TOMBSTONE_LENGTH;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;

/**
 * The newest entries, in memory and in order, each key with all its versions.
 *
 * <p>One thread at a time writes, with sequences that never go back; where it hands over to another, something orders
 * the two. Any number of threads read while it writes, without a lock, through {@link #get} and {@link MemtableCursor}:
 * a reader names the snapshot that it wants, a sequence published (released) by the writer after the writes it covers,
 * and sees exactly the newest version of each key up to there. An entry is whole before it can be met; an entry beyond
 * the snapshot may be met, and is passed over. The writer itself may read at {@link Long#MAX_VALUE}: all it has
 * written.
 *
 * <p>Memory is an {@link Arena} of fixed capacity, reserved here and freed by {@link #close()}, by when no reader may
 * be left; what was read out of it is valid until then. The writer asks {@link #hasRoomFor} first. Nothing allocates on
 * the heap but the constructor.
 */
public final class Memtable implements AutoCloseable
{
    /** Sequence of no entry: what an empty memtable begins and ends with. */
    public static final long NULL_SEQUENCE = -1;
    /** Capacity taken before the first entry. */
    public static final int OVERHEAD_BYTES = SkipList.headLength();

    private static final VarHandle ENTRY_COUNT;
    private static final VarHandle FIRST_SEQUENCE;
    private static final VarHandle LAST_SEQUENCE;
    private static final VarHandle IS_WRITING;

    static
    {
        try
        {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            ENTRY_COUNT = lookup.findVarHandle(Memtable.class, "entryCount", int.class);
            FIRST_SEQUENCE = lookup.findVarHandle(Memtable.class, "firstSequence", long.class);
            LAST_SEQUENCE = lookup.findVarHandle(Memtable.class, "lastSequence", long.class);
            IS_WRITING = lookup.findVarHandle(Memtable.class, "isWriting", boolean.class);
        }
        catch (final ReflectiveOperationException ex)
        {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final Arena arena;
    private final DirectBuffer buffer;
    private final long base;
    private final SkipList nodes;

    /** Written by the writer, opaquely because others show them. */
    private int entryCount;
    private long firstSequence = NULL_SEQUENCE;
    private long lastSequence = NULL_SEQUENCE;
    /** Whether a write is under way; kept only where assertions are on. */
    private boolean isWriting;

    /**
     * Reserves the memory.
     *
     * @param capacityBytes of the arena, {@link #OVERHEAD_BYTES} included; at most {@link Arena#MAX_CAPACITY}.
     * @param seed          of the skip list's heights: same seed and same writes, same memory.
     * @throws IllegalArgumentException for a capacity out of range.
     */
    public Memtable(final long capacityBytes, final long seed)
    {
        if (capacityBytes < OVERHEAD_BYTES)
        {
            throw new IllegalArgumentException(
                "memtable capacity too small: capacity=" + capacityBytes + ", min=" + OVERHEAD_BYTES);
        }

        arena = new Arena(capacityBytes);
        buffer = arena.buffer();
        base = arena.address();
        nodes = new SkipList(arena, seed);
    }

    /**
     * What an entry takes at most: a new key with the highest tower.
     *
     * @param keyLength   of the internal key, in bytes.
     * @param valueLength in bytes, 0 for a tombstone.
     * @return bytes.
     */
    public static long footprintBytes(final int keyLength, final int valueLength)
    {
        return NodeDescriptor.towerLength(SkipList.MAX_HEIGHT) + NodeDescriptor.bodyLength(keyLength) +
            (long) NodeDescriptor.versionLength(valueLength);
    }

    /**
     * Frees the memory, and with it all that was read out of this memtable. Not before the last reader has left.
     */
    @Override
    public void close()
    {
        arena.close();
    }

    /**
     * Whether an entry surely fits.
     *
     * @param keyLength   of the internal key, in bytes.
     * @param valueLength in bytes, 0 for a tombstone.
     * @return false if the memtable counts as full for this entry.
     */
    public boolean hasRoomFor(final int keyLength, final int valueLength)
    {
        return footprintBytes(keyLength, valueLength) <= arena.remainingBytes();
    }

    /**
     * Adds a value; the writer only.
     *
     * @param key         buffer of the internal key.
     * @param keyOffset   of the key.
     * @param keyLength   in bytes.
     * @param sequence    of the entry, not before that of the entry added last.
     * @param expiryMs    when it ceases to be, {@link Expiry#NEVER_MS} where it stays.
     * @param value       buffer of the value.
     * @param valueOffset of the value.
     * @param valueLength in bytes.
     * @throws IllegalArgumentException if the sequence goes back.
     * @throws IllegalStateException    if the entry does not fit, or after close; nothing was added.
     */
    public void put(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long sequence,
        final long expiryMs,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        value.boundsCheck(valueOffset, valueLength);
        add(
            key, keyOffset, keyLength, sequence, value.byteArray(), value.addressOffset() + valueOffset, valueLength);
    }

    /**
     * Adds a tombstone, which hides the key's older entries here and in what is older than this memtable; the writer
     * only.
     *
     * @param key       buffer of the internal key.
     * @param keyOffset of the key.
     * @param keyLength in bytes.
     * @param sequence  of the entry, not before that of the entry added last.
     * @throws IllegalArgumentException if the sequence goes back.
     * @throws IllegalStateException    if the entry does not fit, or after close; nothing was added.
     */
    public void delete(final DirectBuffer key, final int keyOffset, final int keyLength, final long sequence)
    {
        add(key, keyOffset, keyLength, sequence, null, 0, TOMBSTONE_LENGTH);
    }

    /**
     * Finds a key's newest entry up to a snapshot; any thread.
     *
     * @param key              buffer of the internal key.
     * @param keyOffset        of the key.
     * @param keyLength        in bytes.
     * @param snapshotSequence of the last entry that counts.
     * @param view             filled with the entry, a tombstone perhaps; untouched if there is none.
     * @return whether there is one.
     * @throws IllegalStateException after close.
     */
    public boolean get(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long snapshotSequence,
        final EntryView view)
    {
        checkOpen();
        key.boundsCheck(keyOffset, keyLength);
        final int node = nodes.find(key.byteArray(), key.addressOffset() + keyOffset, keyLength);
        final int version = node == NULL_OFFSET ? NULL_OFFSET : visibleVersion(node, snapshotSequence);
        if (version == NULL_OFFSET)
        {
            return false;
        }

        final long sequence = NodeDescriptor.sequence(base + version);
        final int valueLength = NodeDescriptor.valueLength(base + version);
        if (valueLength == TOMBSTONE_LENGTH)
        {
            view.wrapTombstone(sequence);
        }
        else
        {
            view.wrapValue(
                buffer, version + NodeDescriptor.VALUE_OFFSET, valueLength, sequence, Expiry.NEVER_MS);
        }
        return true;
    }

    /**
     * Entries added, each version of a key for itself; any thread.
     *
     * @return the count.
     */
    public int entryCount()
    {
        return (int) ENTRY_COUNT.getOpaque(this);
    }

    /**
     * Memory taken from the arena, {@link #OVERHEAD_BYTES} included; any thread.
     *
     * @return bytes.
     */
    public long allocatedBytes()
    {
        return arena.allocatedBytes();
    }

    /**
     * Memory reserved.
     *
     * @return bytes.
     */
    public long capacityBytes()
    {
        return arena.capacityBytes();
    }

    /**
     * Sequence of the first entry added; any thread.
     *
     * @return the sequence, or {@link #NULL_SEQUENCE}.
     */
    public long firstSequence()
    {
        return (long) FIRST_SEQUENCE.getOpaque(this);
    }

    /**
     * Sequence of the entry added last, visible or not; any thread.
     *
     * @return the sequence, or {@link #NULL_SEQUENCE}.
     */
    public long lastSequence()
    {
        return (long) LAST_SEQUENCE.getOpaque(this);
    }

    void checkOpen()
    {
        if (arena.isClosed())
        {
            throw new IllegalStateException("memtable is closed: firstSequence=" + firstSequence());
        }
    }

    DirectBuffer buffer()
    {
        return buffer;
    }

    SkipList nodes()
    {
        return nodes;
    }

    long base()
    {
        return base;
    }

    /** The newest version of a node up to a snapshot, or {@link NodeDescriptor#NULL_OFFSET}. */
    int visibleVersion(final int node, final long snapshotSequence)
    {
        int version = NodeDescriptor.newestAcquire(base + node);
        while (version != NULL_OFFSET && NodeDescriptor.sequence(base + version) > snapshotSequence)
        {
            version = NodeDescriptor.olderOffset(base + version);
        }
        return version;
    }

    private void add(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long sequence,
        final Object valueBase,
        final long valueAddress,
        final int valueLength)
    {
        checkOpen();
        key.boundsCheck(keyOffset, keyLength);
        if (sequence < lastSequence || sequence < 0)
        {
            throw new IllegalArgumentException(
                "sequence goes back: sequence=" + sequence + ", lastSequence=" + lastSequence);
        }
        if (!hasRoomFor(keyLength, valueLength))
        {
            throw new IllegalStateException(
                "memtable is full: keyLength=" + keyLength + ", valueLength=" + valueLength + ", remaining=" +
                    arena.remainingBytes());
        }

        assert enterWrite() : "two threads write to one memtable";
        final Object keyBase = key.byteArray();
        final long keyAddress = key.addressOffset() + keyOffset;
        final int node = nodes.locate(keyBase, keyAddress, keyLength);
        if (node != NULL_OFFSET)
        {
            final int version = arena.allocate(NodeDescriptor.versionLength(valueLength));
            final int older = NodeDescriptor.newestAcquire(base + node);
            writeVersion(version, sequence, older, valueBase, valueAddress, valueLength);
            NodeDescriptor.newestRelease(base + node, version);
        }
        else
        {
            final int height = nodes.nextHeight();
            final int newNode = allocateNode(height, keyLength, valueLength);
            final int version = newNode + NodeDescriptor.bodyLength(keyLength);
            NodeDescriptor.initNode(base + newNode, keyLength, version);
            copy(keyBase, keyAddress, base + newNode + NodeDescriptor.KEY_OFFSET, keyLength);
            writeVersion(version, sequence, NULL_OFFSET, valueBase, valueAddress, valueLength);
            nodes.insert(newNode, height, keyLength);
        }

        if (firstSequence == NULL_SEQUENCE)
        {
            FIRST_SEQUENCE.setOpaque(this, sequence);
        }
        LAST_SEQUENCE.setOpaque(this, sequence);
        ENTRY_COUNT.setOpaque(this, entryCount + 1);
        assert leaveWrite();
    }

    private int allocateNode(final int height, final int keyLength, final int valueLength)
    {
        final int towerLength = NodeDescriptor.towerLength(height);
        return towerLength + arena.allocate(
            towerLength + NodeDescriptor.bodyLength(keyLength) + NodeDescriptor.versionLength(valueLength));
    }

    private void writeVersion(
        final int version,
        final long sequence,
        final int older,
        final Object valueBase,
        final long valueAddress,
        final int valueLength)
    {
        NodeDescriptor.initVersion(base + version, sequence, older, valueLength);
        if (valueLength > 0)
        {
            copy(valueBase, valueAddress, base + version + NodeDescriptor.VALUE_OFFSET, valueLength);
        }
    }

    private static void copy(final Object from, final long fromAddress, final long to, final int lengthBytes)
    {
        UnsafeApi.copyMemory(from, fromAddress, null, to, lengthBytes);
    }

    private boolean enterWrite()
    {
        return IS_WRITING.compareAndSet(this, false, true);
    }

    private boolean leaveWrite()
    {
        return IS_WRITING.compareAndSet(this, true, false);
    }
}
