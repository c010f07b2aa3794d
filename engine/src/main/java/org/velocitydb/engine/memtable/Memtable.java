package org.velocitydb.engine.memtable;

import static org.velocitydb.engine.memtable.LeafDescriptor.NULL_OFFSET;
import static org.velocitydb.engine.memtable.LeafDescriptor.TOMBSTONE_LENGTH;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.KeyHash;

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
 * <p>Memory is an {@link Arena} of fixed capacity and a sixty-fourth of it for a filter, reserved here and freed by
 * {@link #close()}, by when no reader may
 * be left; what was read out of it is valid until then. The writer asks {@link #hasRoomFor} first. Nothing allocates on
 * the heap but the constructor.
 */
public final class Memtable implements AutoCloseable
{
    /** Sequence of no entry: what an empty memtable begins and ends with. */
    public static final long NULL_SEQUENCE = -1;
    /** Capacity taken before the first entry. */
    public static final int OVERHEAD_BYTES = RadixTree.ROOT_LENGTH;

    private static final VarHandle ENTRY_COUNT;
    private static final VarHandle FIRST_SEQUENCE;
    private static final VarHandle LAST_SEQUENCE;
    private static final VarHandle ALLOCATED_BYTES;
    private static final VarHandle IS_WRITING;

    static
    {
        try
        {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            ENTRY_COUNT = lookup.findVarHandle(Memtable.class, "entryCount", int.class);
            FIRST_SEQUENCE = lookup.findVarHandle(Memtable.class, "firstSequence", long.class);
            LAST_SEQUENCE = lookup.findVarHandle(Memtable.class, "lastSequence", long.class);
            ALLOCATED_BYTES = lookup.findVarHandle(Memtable.class, "allocatedBytes", long.class);
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
    private final RadixTree tree;
    private final MemtableFilter filter;

    /** Written by the writer, opaquely because others show them. */
    private int entryCount;
    private long firstSequence = NULL_SEQUENCE;
    private long lastSequence = NULL_SEQUENCE;
    private long allocatedBytes = OVERHEAD_BYTES;
    /** Whether a write is under way; kept only where assertions are on. */
    private boolean isWriting;

    /**
     * Reserves the memory.
     *
     * @param capacityBytes of the arena, {@link #OVERHEAD_BYTES} included; at most {@link Arena#MAX_CAPACITY}.
     * @throws IllegalArgumentException for a capacity out of range.
     */
    public Memtable(final long capacityBytes)
    {
        if (capacityBytes < OVERHEAD_BYTES)
        {
            throw new IllegalArgumentException(
                "memtable capacity too small: capacity=" + capacityBytes + ", min=" + OVERHEAD_BYTES);
        }

        arena = new Arena(capacityBytes);
        buffer = arena.buffer();
        base = arena.address();
        tree = new RadixTree(arena);
        filter = new MemtableFilter(arena.capacityBytes());
    }

    /**
     * What an entry adds to {@link #allocatedBytes()} at most: a new key with an expiry time. Bounds of several entries
     * may be added up.
     *
     * @param keyLength   of the internal key, in bytes.
     * @param valueLength in bytes, 0 for a tombstone.
     * @return bytes.
     */
    public static long footprintBytes(final int keyLength, final int valueLength)
    {
        return (long) NodeGrowth.SHARE_LENGTH + LeafDescriptor.bodyLength(keyLength) +
            LeafDescriptor.maxVersionLength(valueLength);
    }

    /**
     * Frees the memory, and with it all that was read out of this memtable. Not before the last reader has left.
     */
    @Override
    public void close()
    {
        filter.close();
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
        return footprintBytes(keyLength, valueLength) <= arena.capacityBytes() - allocatedBytes;
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
            key, keyOffset, keyLength, sequence, expiryMs, value.byteArray(), value.addressOffset() + valueOffset,
            valueLength);
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
        add(key, keyOffset, keyLength, sequence, Expiry.NEVER_MS, null, 0, TOMBSTONE_LENGTH);
    }

    /**
     * Whether a key may be here, without a look at the tree; any thread, under the same rules as {@link #get}.
     *
     * @param keyHash {@link KeyHash} of the internal key.
     * @return false if {@link #get} would find nothing.
     */
    public boolean mayContain(final long keyHash)
    {
        checkOpen();
        return filter.mayContain(keyHash);
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
        final int leaf = tree.find(key.byteArray(), key.addressOffset() + keyOffset, keyLength);
        final int version = leaf == NULL_OFFSET ? NULL_OFFSET : visibleVersion(leaf, snapshotSequence);
        if (version == NULL_OFFSET)
        {
            return false;
        }

        final long address = base + version;
        final long sequence = LeafDescriptor.sequence(address);
        if (LeafDescriptor.isTombstone(address))
        {
            view.wrapTombstone(sequence);
        }
        else
        {
            view.wrapValue(
                buffer, version + LeafDescriptor.valueOffset(address), LeafDescriptor.valueLength(address), sequence,
                LeafDescriptor.expiryMs(address));
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
     * Memory that counts as taken, {@link #OVERHEAD_BYTES} included: what has been handed out, and what is put aside so
     * that the growth of inner nodes never lacks it; any thread.
     *
     * @return bytes.
     */
    public long allocatedBytes()
    {
        return (long) ALLOCATED_BYTES.getOpaque(this);
    }

    /**
     * All memory that a memtable takes, its filter included.
     *
     * @param capacityBytes of its arena.
     * @return bytes.
     */
    public static long reservedBytes(final long capacityBytes)
    {
        return capacityBytes + MemtableFilter.lengthBytes(capacityBytes);
    }

    /**
     * Memory reserved for entries.
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

    RadixTree tree()
    {
        return tree;
    }

    long base()
    {
        return base;
    }

    /** The newest version of a leaf up to a snapshot, or {@link LeafDescriptor#NULL_OFFSET}. */
    int visibleVersion(final int leaf, final long snapshotSequence)
    {
        int version = LeafDescriptor.newestAcquire(base + leaf);
        while (version != NULL_OFFSET && LeafDescriptor.sequence(base + version) > snapshotSequence)
        {
            version = LeafDescriptor.olderOffset(base + version);
        }
        return version;
    }

    private void add(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final long sequence,
        final long expiryMs,
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
                    (arena.capacityBytes() - allocatedBytes));
        }

        assert enterWrite() : "two threads write to one memtable";
        final Object keyBase = key.byteArray();
        final long keyAddress = key.addressOffset() + keyOffset;
        final int versionLength = LeafDescriptor.versionLength(valueLength, expiryMs);
        final int leaf = tree.locate(keyBase, keyAddress, keyLength);
        if (leaf != NULL_OFFSET)
        {
            final int version = arena.allocate(versionLength);
            final int older = LeafDescriptor.newestAcquire(base + leaf);
            LeafDescriptor.initVersion(base + version, sequence, older, valueLength, expiryMs);
            copyValue(valueBase, valueAddress, version, valueLength);
            LeafDescriptor.newestRelease(base + leaf, version);
        }
        else
        {
            final int bodyLength = LeafDescriptor.bodyLength(keyLength);
            final int newLeaf = arena.allocate(bodyLength + versionLength);
            final int version = newLeaf + bodyLength;
            LeafDescriptor.initLeaf(base + newLeaf, keyLength, version);
            copy(keyBase, keyAddress, base + newLeaf + LeafDescriptor.KEY_OFFSET, keyLength);
            LeafDescriptor.initVersion(base + version, sequence, NULL_OFFSET, valueLength, expiryMs);
            copyValue(valueBase, valueAddress, version, valueLength);
            filter.add(KeyHash.hash(key, keyOffset, keyLength));
            tree.insert(newLeaf);
        }

        ALLOCATED_BYTES.setOpaque(this, arena.allocatedBytes() + tree.reservedBytes());
        if (firstSequence == NULL_SEQUENCE)
        {
            FIRST_SEQUENCE.setOpaque(this, sequence);
        }
        LAST_SEQUENCE.setOpaque(this, sequence);
        ENTRY_COUNT.setOpaque(this, entryCount + 1);
        assert leaveWrite();
    }

    private void copyValue(final Object from, final long fromAddress, final int version, final int valueLength)
    {
        if (valueLength > 0)
        {
            final long address = base + version;
            copy(from, fromAddress, address + LeafDescriptor.valueOffset(address), valueLength);
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
