package org.velocitydb.engine.cache;

import static org.velocitydb.engine.cache.SetDescriptor.WAY_COUNT;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.memtable.Arena;

/**
 * Hot answers of point reads from tables: values only, no tombstones, no absences. Owned by one reader thread; others
 * may read the counters. Addresses are reserved at creation, off the heap, and freed by {@link #close()}; nothing
 * allocates after that.
 *
 * <p><b>Validity.</b> With each answer goes the sequence up to which all tables had been looked at when it was cached.
 * The reader accepts a hit if no table with newer entries may hold the key, and then says so by {@link #refresh}; else
 * it looks again and puts what it finds. What a hit points at is valid until the next {@link #put} or {@link #close}.
 *
 * <p><b>What stays.</b> A key's hash names a set of eight slots ({@link SetDescriptor} draws it). Slots count their
 * uses up to {@value #MAX_FREQUENCY}, and all counts of a set are halved each {@value #AGING_PERIOD} uses of it. Who
 * comes back replaces the slot with the lowest count, of several the one not used for longest, and begins with a lead
 * that gives it time to prove itself. Who comes first, and finds the set full, is only noted as a ghost: the keys of a
 * scan cost one line each, and drive out nothing.
 *
 * <p><b>Whether at all.</b> Reads that are spread over much more than fits find little here, and each look costs a line
 * of memory that they need for nothing else. So the cache begins as a miniature: an eighth of the keys, chosen by their
 * hash, in an eighth of the sets, which meets as many hits a lookup as the whole would (Waldspurger et al., "Cache
 * Modeling and Optimization using Miniature Simulations", USENIX ATC 2017). Where those are worth it, it begins anew
 * with all keys and sets, and goes back to the miniature when they are no more. Memory is touched only as it is used.
 */
public final class EntryCache implements AutoCloseable
{
    private static final int MAX_FREQUENCY = 15;
    private static final int AGING_PERIOD = 128;
    private static final int RETURN_FREQUENCY = 2;
    private static final int NULL_SLOT = -1;
    /** The miniature is one part of so many; a power of two. */
    private static final int MINIATURE_PART = 8;
    /** A smaller cache than this is always whole: it costs next to nothing. */
    private static final int MINIATURE_SET_COUNT_MIN = 128;
    /** Lookups to judge by, for each entry. */
    private static final int LOOKUPS_PER_ENTRY = 8;
    /**
     * Of a hundred lookups. A hit saves about what a miss costs here while all tables are in memory, and much more
     * where they are not; so half would be right for the first, and less for the second.
     */
    private static final int WORTHWHILE_PERCENT = 40;
    /** Less, since the keys that come for the first time after the beginning are misses too. */
    private static final int WORTHLESS_PERCENT = 20;
    private static final VarHandle HITS;
    private static final VarHandle MISSES;
    private static final VarHandle USED_BYTES;

    static
    {
        try
        {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            HITS = lookup.findVarHandle(EntryCache.class, "hits", long.class);
            MISSES = lookup.findVarHandle(EntryCache.class, "misses", long.class);
            USED_BYTES = lookup.findVarHandle(EntryCache.class, "usedBytes", long.class);
        }
        catch (final ReflectiveOperationException ex)
        {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final Arena arena;
    private final UnsafeBuffer slab = new UnsafeBuffer(0, 0);
    private final int setCountMax;
    private final int miniatureSetCount;
    /** In use. */
    private int setCount;
    /** Keys with any of these bits in their hash are left out. */
    private int sampleMask;
    private long judgedHits;
    private long judgedLookups;
    /** The slot of the last hit, until a put or an invalidation may have given it to another key. */
    private int hitSlot = NULL_SLOT;
    /** Written by the owner, opaquely because others show them. */
    private long hits;
    private long misses;
    private long usedBytes;

    /**
     * Reserves the memory.
     *
     * @param size bound; entries are rounded up to whole sets of eight, bytes rounded down.
     * @throws IllegalArgumentException if it takes more than {@link Arena#MAX_CAPACITY}.
     */
    public EntryCache(final CacheSize size)
    {
        final int capacity = (int) lengthBytes(size);
        setCountMax = capacity / SetDescriptor.SET_LENGTH;
        arena = new Arena(Math.max(capacity, Arena.ALIGNMENT));
        slab.wrap(arena.buffer(), arena.allocate(capacity), capacity);
        miniatureSetCount = setCountMax / MINIATURE_PART >= MINIATURE_SET_COUNT_MIN
            ? setCountMax / MINIATURE_PART
            : setCountMax;
        useSets(miniatureSetCount);
    }

    /** Begins anew, with so many sets. */
    private void useSets(final int count)
    {
        setCount = count;
        sampleMask = count < setCountMax ? MINIATURE_PART - 1 : 0;
        USED_BYTES.setOpaque(this, (long) count * SetDescriptor.HEADER_LENGTH);
        for (int i = 0; i < count; i++)
        {
            slab.setMemory(i * SetDescriptor.SET_LENGTH, SetDescriptor.HEADER_LENGTH, (byte) 0);
        }
    }

    /**
     * Memory that a cache reserves.
     *
     * @param size bound; entries are rounded up to whole sets of eight, bytes rounded down.
     * @return bytes.
     * @throws IllegalArgumentException if it takes more than {@link Arena#MAX_CAPACITY}.
     */
    public static long lengthBytes(final CacheSize size)
    {
        final long wanted = size.unit() == CacheSize.Unit.ENTRIES
            ? size.amount() / WAY_COUNT + (size.amount() % WAY_COUNT == 0 ? 0 : 1)
            : size.amount() / SetDescriptor.SET_LENGTH;
        final long maxSetCount = Arena.MAX_CAPACITY / SetDescriptor.SET_LENGTH;
        if (wanted > maxSetCount)
        {
            throw new IllegalArgumentException(
                "cache size too large: amount=" + size.amount() + ", unit=" + size.unit() + ", maxEntries=" +
                    maxSetCount * WAY_COUNT + ", maxBytes=" + maxSetCount * SetDescriptor.SET_LENGTH);
        }
        return wanted * SetDescriptor.SET_LENGTH;
    }

    /**
     * Frees the memory; later use meets an exception.
     */
    @Override
    public void close()
    {
        slab.wrap(0, 0);
        arena.close();
    }

    /**
     * Whether an entry is small enough to be kept.
     *
     * @param keyLength   in bytes.
     * @param valueLength in bytes.
     * @return false if {@link #put} would not keep it.
     */
    public static boolean fits(final int keyLength, final int valueLength)
    {
        return keyLength + (long) valueLength <= SetDescriptor.MAX_PAYLOAD_LENGTH;
    }

    /**
     * Looks up a key.
     *
     * @param key     buffer of the internal key.
     * @param offset  of the key.
     * @param length  in bytes.
     * @param keyHash of the key, the same for the same bytes.
     * @param view    filled with the value; untouched on a miss.
     * @return whether it is here; then {@link #asOfSequence()} and {@link #refresh} are about it.
     */
    public boolean get(
        final DirectBuffer key,
        final int offset,
        final int length,
        final long keyHash,
        final EntryView view)
    {
        final long hash = mix(keyHash);
        if (isLeftOut(hash))
        {
            hitSlot = NULL_SLOT;
            return false;
        }
        final int set = set(hash);
        final int way = find(set, tag(hash), key, offset, length);
        if (way == NULL_SLOT)
        {
            hitSlot = NULL_SLOT;
            MISSES.setOpaque(this, misses + 1);
            return false;
        }

        final int slot = SetDescriptor.slotOffset(set, way);
        tick(set);
        SetDescriptor.useNow(slab, set, way);
        SetDescriptor
            .frequency(slab, set, way, Math.min(SetDescriptor.frequency(slab, set, way) + 1, MAX_FREQUENCY));
        view.wrapValue(
            slab, slot + SetDescriptor.KEY_OFFSET + length, SetDescriptor.valueLength(slab, slot),
            SetDescriptor.sequence(slab, slot), Expiry.NEVER_MS);
        hitSlot = slot;
        HITS.setOpaque(this, hits + 1);
        return true;
    }

    /**
     * How far the last hit knows.
     *
     * @return the sequence up to which all tables had been looked at.
     * @throws IllegalStateException without a hit just before.
     */
    public long asOfSequence()
    {
        checkHit();
        return SetDescriptor.asOf(slab, hitSlot);
    }

    /**
     * Confirms the last hit: no table up to a sequence has a newer entry of the key.
     *
     * @param newAsOfSequence up to which all tables have been looked at now.
     * @throws IllegalStateException without a hit just before.
     */
    public void refresh(final long newAsOfSequence)
    {
        checkHit();
        SetDescriptor.asOf(slab, hitSlot, newAsOfSequence);
    }

    /**
     * Keeps an answer, or forgets the key if the entry is a tombstone or too large.
     *
     * @param key          buffer of the internal key.
     * @param offset       of the key.
     * @param length       in bytes.
     * @param keyHash      of the key.
     * @param entry        what tables say about it.
     * @param asOfSequence up to which all tables have been looked at.
     */
    public void put(
        final DirectBuffer key,
        final int offset,
        final int length,
        final long keyHash,
        final EntryView entry,
        final long asOfSequence)
    {
        final int valueLength = entry.value().capacity();
        if (entry.isTombstone() || setCount == 0 || !fits(length, valueLength))
        {
            invalidate(key, offset, length, keyHash);
            return;
        }

        hitSlot = NULL_SLOT;
        judge();
        final long hash = mix(keyHash);
        if (isLeftOut(hash))
        {
            return;
        }
        final int set = set(hash);
        int way = find(set, tag(hash), key, offset, length);
        if (way == NULL_SLOT)
        {
            way = admit(set, tag(hash));
            if (way == NULL_SLOT)
            {
                return;
            }
        }
        final int slot = SetDescriptor.slotOffset(set, way);
        SetDescriptor.putSlot(slab, slot, entry.sequence(), length, valueLength);
        SetDescriptor.asOf(slab, slot, asOfSequence);
        // The value first: where the view shows what this very slot has, the key is the same and stays in place.
        slab.putBytes(slot + SetDescriptor.KEY_OFFSET + length, entry.value(), 0, valueLength);
        slab.putBytes(slot + SetDescriptor.KEY_OFFSET, key, offset, length);
    }

    /**
     * Forgets a key.
     *
     * @param key     buffer of the internal key.
     * @param offset  of the key.
     * @param length  in bytes.
     * @param keyHash of the key.
     */
    public void invalidate(final DirectBuffer key, final int offset, final int length, final long keyHash)
    {
        hitSlot = NULL_SLOT;
        final long hash = mix(keyHash);
        final int set = set(hash);
        final int way = find(set, tag(hash), key, offset, length);
        if (way != NULL_SLOT)
        {
            SetDescriptor.tag(slab, set, way, 0);
            SetDescriptor.frequency(slab, set, way, 0);
            USED_BYTES.setOpaque(this, usedBytes - SetDescriptor.SLOT_LENGTH);
        }
    }

    /**
     * Lookups that found their key, accepted by the reader or not; any thread. Those of keys that the miniature leaves
     * out count neither as this nor as misses.
     *
     * @return the count.
     */
    public long hits()
    {
        return (long) HITS.getOpaque(this);
    }

    /**
     * Lookups that did not; any thread.
     *
     * @return the count.
     */
    public long misses()
    {
        return (long) MISSES.getOpaque(this);
    }

    /**
     * Entries that there is room for at most.
     *
     * @return the count.
     */
    public int capacity()
    {
        return setCountMax * WAY_COUNT;
    }

    /** Entries that there is room for now. */
    int usedCapacity()
    {
        return setCount * WAY_COUNT;
    }

    /**
     * Memory that is of use: the slots that hold an answer, and the headers of the sets that are looked at; any thread.
     *
     * @return bytes, at most {@link #allocatedBytes()}.
     */
    public long usedBytes()
    {
        return (long) USED_BYTES.getOpaque(this);
    }

    /**
     * Memory reserved, all of the cache's but this object.
     *
     * @return bytes.
     */
    public long allocatedBytes()
    {
        return arena.allocatedBytes();
    }

    private int find(final int set, final int tag, final DirectBuffer key, final int offset, final int length)
    {
        if (arena.isClosed())
        {
            throw new IllegalStateException("cache is closed");
        }
        if (setCount == 0)
        {
            return NULL_SLOT;
        }
        for (int way = 0; way < WAY_COUNT; way++)
        {
            if (SetDescriptor.tag(slab, set, way) == tag)
            {
                final int slot = SetDescriptor.slotOffset(set, way);
                final int slotKeyLength = SetDescriptor.keyLength(slab, slot);
                if (slotKeyLength == length && Keys
                    .compare(slab, slot + SetDescriptor.KEY_OFFSET, slotKeyLength, key, offset, length) == 0)
                {
                    return way;
                }
            }
        }
        return NULL_SLOT;
    }

    /** Whether what comes next is worth it, going by what came since this was asked last. */
    private void judge()
    {
        final long lookups = hits + misses - judgedLookups;
        if (lookups < (long) setCount * (WAY_COUNT * LOOKUPS_PER_ENTRY))
        {
            return;
        }
        final long hitPercent = (hits - judgedHits) * 100 / lookups;
        judgedLookups += lookups;
        judgedHits = hits;
        if (setCount < setCountMax && hitPercent >= WORTHWHILE_PERCENT)
        {
            useSets(setCountMax);
        }
        else if (setCount > miniatureSetCount && hitPercent < WORTHLESS_PERCENT)
        {
            useSets(miniatureSetCount);
        }
    }

    /** Makes room for who comes back and writes all but its slot, or only notes who came: then there is no slot. */
    private int admit(final int set, final int tag)
    {
        tick(set);
        final int victim = victim(set);
        final int victimTag = SetDescriptor.tag(slab, set, victim);
        final boolean isBack = SetDescriptor.hasGhost(slab, set, tag);
        if (victimTag != 0)
        {
            SetDescriptor.addGhost(slab, set, isBack ? victimTag : tag);
            if (!isBack)
            {
                return NULL_SLOT;
            }
        }
        else
        {
            USED_BYTES.setOpaque(this, usedBytes + SetDescriptor.SLOT_LENGTH);
        }
        SetDescriptor.tag(slab, set, victim, tag);
        SetDescriptor.frequency(slab, set, victim, isBack ? RETURN_FREQUENCY : 0);
        SetDescriptor.useNow(slab, set, victim);
        return victim;
    }

    private int victim(final int set)
    {
        int victim = 0;
        int leastWorth = Integer.MAX_VALUE;
        for (int way = 0; way < WAY_COUNT; way++)
        {
            if (SetDescriptor.tag(slab, set, way) == 0)
            {
                return way;
            }
            final int worth = (SetDescriptor.frequency(slab, set, way) << Byte.SIZE) -
                SetDescriptor.idleTime(slab, set, way);
            if (worth < leastWorth)
            {
                leastWorth = worth;
                victim = way;
            }
        }
        return victim;
    }

    private void tick(final int set)
    {
        final int clock = SetDescriptor.clock(slab, set) + 1;
        SetDescriptor.clock(slab, set, clock);
        if (clock % AGING_PERIOD == 0)
        {
            for (int way = 0; way < WAY_COUNT; way++)
            {
                SetDescriptor.frequency(slab, set, way, SetDescriptor.frequency(slab, set, way) >> 1);
            }
        }
    }

    private void checkHit()
    {
        if (hitSlot == NULL_SLOT)
        {
            throw new IllegalStateException("no hit to speak of");
        }
    }

    /** Spreads what the caller's hash has in few bits over all of them. */
    private static long mix(final long keyHash)
    {
        final long product = (keyHash ^ (keyHash >>> 32)) * 0x9E37_79B9_7F4A_7C15L;
        return product ^ (product >>> 32);
    }

    /** By its lowest bits, which say nothing about the set and the tag. */
    private boolean isLeftOut(final long hash)
    {
        return (hash & sampleMask) != 0;
    }

    private int set(final long hash)
    {
        return (int) (((hash & 0xFFFF_FFFFL) * setCount) >>> 32) * SetDescriptor.SET_LENGTH;
    }

    /** Upper half of the hash, never 0. */
    private static int tag(final long hash)
    {
        return (int) (hash >>> 32) | 1;
    }
}
