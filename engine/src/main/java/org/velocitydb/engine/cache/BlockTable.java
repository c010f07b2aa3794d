package org.velocitydb.engine.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Finds a block's frame by its key: an open-addressing hash table with linear probing that one thread changes and any
 * number of threads look into, without a lock.
 *
 * <p>A slot is one word, so it is never seen half written: a frame's address, and above it sixteen bits of the hash,
 * which spare most looks at frames of other keys.
 *
 * <pre>
 *   63            48 47                                           0
 *  +----------------+----------------------------------------------+
 *  |    Hash Tag    |  Address of the frame; 0 with tag 0 is empty |
 *  +----------------+----------------------------------------------+
 * </pre>
 *
 * <p><b>Why a lookup never finds a wrong block.</b> It trusts a slot for an address only. Then it compares the whole
 * key in the frame, which stays what it is for as long as the frame is memory; and the frame stays memory, since the
 * reader entered its epoch before it loaded the slot, and frames are retired after their slot was overwritten ({@link
 * org.velocitydb.engine.concurrent.Epochs}).
 *
 * <p><b>Why it may miss one that is there.</b> Removing closes the gap at once: entries behind it that would no longer
 * be found move forward, each first to its new slot and then away from its old one. A lookup that has passed the new
 * slot before and reaches the old one after does not find the entry. That costs a block decompressed once more;
 * tombstones would cost every lookup longer probes, and a sequence lock would make readers repeat what is right nearly
 * always. The owner's own lookups are exact.
 *
 * <p>Growing publishes a new array. Who still looks into the old one may find frames removed since, but entered before
 * they were retired. Hence readers load the array anew for each lookup.
 */
final class BlockTable
{
    /** Slots for each entry: half of them are empty at least, which keeps probes short and ends them. */
    static final int SLOTS_PER_ENTRY = 2;
    static final long NULL_FRAME = 0;

    private static final int TAG_SHIFT = 48;
    private static final long ADDRESS_MASK = (1L << TAG_SHIFT) - 1;
    private static final VarHandle SLOTS;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

    static
    {
        try
        {
            SLOTS = MethodHandles.lookup().findVarHandle(BlockTable.class, "slots", long[].class);
        }
        catch (final ReflectiveOperationException ex)
        {
            throw new ExceptionInInitializerError(ex);
        }
    }

    /** Written by the owner with release. */
    private long[] slots;

    BlockTable(final int entryCapacity)
    {
        slots = new long[entryCapacity * SLOTS_PER_ENTRY];
    }

    /** Memory for a number of entries, which is a power of two. */
    static long bytes(final int entryCapacity)
    {
        return (long) entryCapacity * SLOTS_PER_ENTRY * Long.BYTES;
    }

    /**
     * Finds a frame; any thread, inside its epoch.
     *
     * @param key of the block.
     * @return the frame's address or {@link #NULL_FRAME}.
     */
    long find(final long key)
    {
        // Acquire: pairs with the release in resize(). Whoever sees the array sees its slots.
        final long[] table = (long[]) SLOTS.getAcquire(this);
        final int mask = table.length - 1;
        final long hash = BlockKey.hash(key);
        int index = (int) hash & mask;
        // The bound is for a lookup that the owner's changes chase along; each leaves half of the slots empty.
        for (int probes = 0; probes <= mask; probes++)
        {
            // Acquire: pairs with the release in set(). Whoever sees an address sees the frame's key and block.
            final long slot = (long) SLOT.getAcquire(table, index);
            if (slot == 0)
            {
                return NULL_FRAME;
            }
            if ((slot ^ hash) >>> TAG_SHIFT == 0 && BlockFrame.key(slot & ADDRESS_MASK) == key)
            {
                return slot & ADDRESS_MASK;
            }
            index = (index + 1) & mask;
        }
        return NULL_FRAME;
    }

    /** Publishes a frame whose key is not in the table. Owner only. */
    void put(final long frame)
    {
        put(slots, frame);
    }

    private static void put(final long[] table, final long frame)
    {
        if ((frame & ~ADDRESS_MASK) != 0)
        {
            throw new IllegalStateException("address beyond 48 bits: address=" + Long.toHexString(frame));
        }
        final int mask = table.length - 1;
        final long hash = BlockKey.hash(BlockFrame.key(frame));
        int index = (int) hash & mask;
        while (table[index] != 0)
        {
            index = (index + 1) & mask;
        }
        set(table, index, (hash & ~ADDRESS_MASK) | frame);
    }

    /** Makes a frame unreachable for lookups that begin from now on. Owner only; the frame is in the table. */
    void remove(final long frame)
    {
        final long[] table = slots;
        final int mask = table.length - 1;
        int gap = (int) BlockKey.hash(BlockFrame.key(frame)) & mask;
        while ((table[gap] & ADDRESS_MASK) != frame)
        {
            gap = (gap + 1) & mask;
        }
        for (int index = (gap + 1) & mask; table[index] != 0; index = (index + 1) & mask)
        {
            final int home = (int) BlockKey.hash(BlockFrame.key(table[index] & ADDRESS_MASK)) & mask;
            // It may move into the gap unless its home lies behind the gap, on the way from the gap to where it is.
            if (((index - home) & mask) >= ((index - gap) & mask))
            {
                set(table, gap, table[index]);
                gap = index;
            }
        }
        set(table, gap, 0);
    }

    /** Moves all frames to an array for another number of entries, a power of two. Owner only. */
    void resize(final int entryCapacity)
    {
        final long[] table = new long[entryCapacity * SLOTS_PER_ENTRY];
        for (final long slot : slots)
        {
            if (slot != 0)
            {
                put(table, slot & ADDRESS_MASK);
            }
        }
        // Release: pairs with the acquire in find(); the slots travel with the array.
        SLOTS.setRelease(this, table);
    }

    private static void set(final long[] table, final int index, final long slot)
    {
        // Release: pairs with the acquire in find(); what the frame holds travels with its address.
        SLOT.setRelease(table, index, slot);
    }
}
