package org.velocitydb.server.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Asks every event loop for its connections. Each loop puts its own part in place; the last of them wakes the loop that
 * asked. No lock, and nobody waits: a loop that is busy answers after its duty cycle.
 */
final class ConnectionCensus implements LoopRequest, ShowAnswer
{
    /** Most connections that one loop tells of: about a millisecond of its time. */
    static final int ROWS_PER_LOOP_MAX = 10_000;

    private final AtomicReferenceArray<List<ConnectionRow>> parts;
    private final AtomicInteger claimedCount = new AtomicInteger();
    private final AtomicInteger doneCount = new AtomicInteger();
    private final long nowMs;
    private final Runnable wakeAsker;
    private ShowRows rows;

    ConnectionCensus(final int loopCount, final long nowMs, final Runnable wakeAsker)
    {
        parts = new AtomicReferenceArray<>(loopCount);
        this.nowMs = nowMs;
        this.wakeAsker = wakeAsker;
    }

    @Override
    public void runOn(final LoopClients clients, final long nowNs)
    {
        final List<ConnectionRow> part = new ArrayList<>();
        for (final ClientState client : clients.all())
        {
            if (part.size() == ROWS_PER_LOOP_MAX)
            {
                break;
            }
            part.add(ConnectionRow.of(client, nowNs));
        }
        // Release: pairs with the acquire in gather(). Whoever sees the part sees its rows.
        parts.setRelease(claimedCount.getAndIncrement(), part);
        if (doneCount.incrementAndGet() == parts.length())
        {
            wakeAsker.run();
        }
    }

    @Override
    public ShowRows poll()
    {
        if (rows == null)
        {
            rows = gather();
        }
        return rows;
    }

    private ShowRows gather()
    {
        final List<ConnectionRow> all = new ArrayList<>();
        for (int i = 0; i < parts.length(); i++)
        {
            final List<ConnectionRow> part = parts.getAcquire(i);
            if (part == null)
            {
                return null;
            }
            all.addAll(part);
        }
        all.sort((left, right) -> Long.compare(left.id(), right.id()));
        return new ShowRows(ConnectionRow.COLUMNS, all.size(), (index) -> all.get(index).texts(nowMs));
    }
}
