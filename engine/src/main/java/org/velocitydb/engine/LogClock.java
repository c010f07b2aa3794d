package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicLong;

import org.agrona.concurrent.EpochClock;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;

/**
 * The store's time: the machine's epoch clock, but for anybody who has once seen a moment it never goes back. It begins
 * with the time of the last record in the log, so what had expired before a restart stays so although the machine's
 * clock was set back meanwhile.
 *
 * <p>Any thread. The time advances by whoever asks; within a millisecond nobody writes, so asking costs a load and the
 * clock. Whoever sees that an entry has expired has moved this clock, so the writer, which asks later, sees it too.
 */
final class LogClock
{
    private final EpochClock epochClock;
    /** Raised by any thread, never lowered. */
    private final AtomicLong latestMs;

    /**
     * One thread's view of the time: taken when it is first needed, which most work never does, and the same from then
     * on until it is forgotten.
     */
    static final class Reading
    {
        private static final long NULL_TIME = Long.MIN_VALUE;

        private final LogClock clock;
        private long nowMs = NULL_TIME;

        Reading(final LogClock clock)
        {
            this.clock = clock;
        }

        void forget()
        {
            nowMs = NULL_TIME;
        }

        long nowMs()
        {
            if (nowMs == NULL_TIME)
            {
                nowMs = clock.nowMs();
            }
            return nowMs;
        }

        /**
         * Whether an entry is a value that has not expired.
         *
         * @param entry that was found.
         * @return false for a tombstone and for what has expired.
         */
        boolean isLive(final EntryView entry)
        {
            return !entry.isTombstone() &&
                (entry.expiryMs() == Expiry.NEVER_MS || !Expiry.isExpired(entry.expiryMs(), nowMs()));
        }

        /**
         * How long a live entry will live from now.
         *
         * @param entry that was found.
         * @return milliseconds, or {@link OperationDescriptor#NO_TTL}.
         */
        long ttlMs(final EntryView entry)
        {
            return entry.expiryMs() == Expiry.NEVER_MS ? OperationDescriptor.NO_TTL : entry.expiryMs() - nowMs();
        }

        /**
         * When an entry expires that is stored now.
         *
         * @param ttlMs time to live, or {@link OperationDescriptor#NO_TTL}.
         * @return epoch milliseconds, or {@link Expiry#NEVER_MS}.
         */
        long expiryMs(final long ttlMs)
        {
            return ttlMs == OperationDescriptor.NO_TTL ? Expiry.NEVER_MS : Expiry.afterTtl(nowMs(), ttlMs);
        }
    }

    LogClock(final EpochClock epochClock, final long lastRecordMs)
    {
        this.epochClock = epochClock;
        latestMs = new AtomicLong(lastRecordMs);
    }

    /**
     * The time now.
     *
     * @return epoch milliseconds, no less than anybody has been told.
     */
    long nowMs()
    {
        final long machineMs = epochClock.time();
        long latest = latestMs.get();
        while (latest < machineMs)
        {
            if (latestMs.compareAndSet(latest, machineMs))
            {
                return machineMs;
            }
            latest = latestMs.get();
        }
        return latest;
    }
}
