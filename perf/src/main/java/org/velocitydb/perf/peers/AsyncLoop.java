package org.velocitydb.perf.peers;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;
import org.velocitydb.perf.peers.StoreSession.DurableListener;

/**
 * One thread that puts durably and waits only when so many puts are outstanding. A put's time runs from when it is sent
 * until the store says that it is on disk; it is recorded by whatever thread of the store says so, always the same.
 */
final class AsyncLoop
{
    private static final long PAUSE_NS = 1_000;
    private static final long ANSWER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final StoreSession session;
    private final PeerRecords records;
    private final int outstandingMax;
    private final AtomicLong nextNumber;
    private final byte[] key = new byte[PeerRecords.KEY_LENGTH];
    private final byte[] value = new byte[PeerRecords.VALUE_LENGTH];

    AsyncLoop(
        final StoreSession session, final PeerRecords records, final int outstandingMax, final AtomicLong nextNumber)
    {
        this.session = session;
        this.records = records;
        this.outstandingMax = outstandingMax;
        this.nextNumber = nextNumber;
    }

    Timing run(final long durationNs) throws Exception
    {
        final Histogram histogram = Timing.newHistogram();
        final AtomicLong doneCount = new AtomicLong();
        final DurableListener listener = sentNs ->
        {
            histogram.recordValue(System.nanoTime() - sentNs);
            // Volatile: pairs with the loads in await(). Whoever sees the last count sees the whole histogram.
            doneCount.incrementAndGet();
        };
        final long startNs = System.nanoTime();
        long sentCount = 0;
        long nowNs = startNs;
        do
        {
            final long number = nextNumber.getAndIncrement();
            records.key(number, key);
            records.value(number, value);
            await(doneCount, sentCount - outstandingMax + 1);
            nowNs = System.nanoTime();
            session.putAsync(key, value, nowNs, listener);
            sentCount++;
        }
        while (nowNs - startNs < durationNs);
        await(doneCount, sentCount);
        return new Timing(sentCount, System.nanoTime() - startNs, histogram);
    }

    private static void await(final AtomicLong doneCount, final long count) throws TimeoutException
    {
        if (doneCount.get() >= count)
        {
            return;
        }
        final long deadlineNs = System.nanoTime() + ANSWER_TIMEOUT_NS;
        while (doneCount.get() < count)
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new TimeoutException("puts not answered: done=" + doneCount + ", awaited=" + count);
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }
}
