package org.velocitydb.engine.concurrent;

import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;

/**
 * Says when something that readers reach without a lock may be freed: epoch-based reclamation (Fraser, "Practical
 * lock-freedom", 2004, section 5.2.3), with one slot a reader.
 *
 * <p>A reader {@linkplain Slot#enter() enters} before it loads the shared reference and {@linkplain Slot#exit() exits}
 * when it is done with what it found. Whoever replaces the reference {@linkplain #retire(Runnable) retires} the old
 * object afterwards, with the epoch of that moment; {@link #reclaim()} frees it once every reader is either outside or
 * has entered in a later epoch.
 *
 * <p>Why that is enough: a reader that holds the old object loaded it after entering and before it was replaced, hence
 * before it was retired, so its slot shows the retiring epoch or an earlier one until it exits. A reader that has not
 * yet stored its epoch when the slots are scanned loads the reference after that store and a full fence, so it finds
 * the replacement.
 *
 * <p>Threads: any thread registers, and enters and exits with its own slot; retire and reclaim belong to one thread,
 * the reclaimer.
 */
public final class Epochs
{
    /** Most readers at once: event loops, and threads of an embedding program that read. */
    public static final int READER_COUNT_MAX = 256;
    private static final long OUTSIDE = Long.MAX_VALUE;

    private final PaddedLong epoch = new PaddedLong(0);
    private final Slot[] slots = new Slot[READER_COUNT_MAX];
    private final ArrayDeque<Retired> retired = new ArrayDeque<>();
    private volatile int slotCount;

    /**
     * Gives a thread its slot.
     *
     * @return a slot that was never used, or one that was given back.
     * @throws IllegalStateException when {@link #READER_COUNT_MAX} readers are registered.
     */
    public synchronized Slot register()
    {
        for (int i = 0; i < slotCount; i++)
        {
            if (!slots[i].isRegistered)
            {
                slots[i].isRegistered = true;
                return slots[i];
            }
        }
        if (slotCount == READER_COUNT_MAX)
        {
            throw new IllegalStateException("too many readers: max=" + READER_COUNT_MAX);
        }
        final Slot slot = new Slot();
        slots[slotCount] = slot;
        // Volatile store: whoever scans with the new count finds the slot behind it.
        slotCount++;
        return slot;
    }

    /**
     * Hands over what is no longer reachable by readers that enter from now on. Reclaimer only.
     *
     * @param free frees it; called by {@link #reclaim()}, once.
     */
    public void retire(final Runnable free)
    {
        retired.addLast(new Retired(epoch.getAndIncrement(), free));
    }

    /**
     * Frees what no reader can hold any more. Reclaimer only.
     *
     * @return how many objects were freed.
     */
    public int reclaim()
    {
        if (retired.isEmpty())
        {
            return 0;
        }
        final long oldest = oldestReader();
        int freed = 0;
        while (!retired.isEmpty() && retired.peekFirst().retiredEpoch < oldest)
        {
            retired.pollFirst().free.run();
            freed++;
        }
        return freed;
    }

    /**
     * How many retired objects still wait for a reader. Reclaimer only.
     *
     * @return the count.
     */
    public int retiredCount()
    {
        return retired.size();
    }

    private long oldestReader()
    {
        long oldest = OUTSIDE;
        final int count = slotCount;
        for (int i = 0; i < count; i++)
        {
            oldest = Math.min(oldest, slots[i].entered.getVolatile());
        }
        return oldest;
    }

    /**
     * One reader's place. Used by one thread at a time.
     */
    public final class Slot
    {
        private final PaddedLong entered = new PaddedLong(OUTSIDE);
        // Guarded by Epochs.this.
        private boolean isRegistered = true;

        private Slot()
        {
        }

        /**
         * From here on, what this thread loads stays.
         */
        public void enter()
        {
            entered.setRelease(epoch.getVolatile());
            // Store-load: the load of the shared reference that follows must not be done before the store above. A
            // volatile store would only keep back volatile loads, and the reference is loaded with acquire.
            VarHandle.fullFence();
        }

        /**
         * From here on, this thread holds nothing.
         */
        public void exit()
        {
            // Release: whoever reads OUTSIDE also sees that this thread's reads are over.
            entered.setRelease(OUTSIDE);
        }

        /**
         * Gives the slot back.
         */
        public void unregister()
        {
            exit();
            synchronized (Epochs.this)
            {
                isRegistered = false;
            }
        }
    }

    private record Retired(long retiredEpoch, Runnable free)
    {
    }
}
