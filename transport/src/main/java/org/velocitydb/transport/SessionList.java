package org.velocitydb.transport;

import java.util.Arrays;

/**
 * Sessions that something has to be done for, in the order in which they were added. A growing array; allocation-free
 * once it has the length it needs.
 */
final class SessionList
{
    private static final int INITIAL_LENGTH = 64;

    private TransportSession[] sessions = new TransportSession[INITIAL_LENGTH];
    private int count;

    int count()
    {
        return count;
    }

    TransportSession get(final int index)
    {
        return sessions[index];
    }

    void add(final TransportSession session)
    {
        if (count == sessions.length)
        {
            sessions = Arrays.copyOf(sessions, count * 2);
        }
        sessions[count++] = session;
    }

    /** Removes the first ones; what was added meanwhile moves to the front. */
    void removeFirst(final int removedCount)
    {
        final int remaining = count - removedCount;
        System.arraycopy(sessions, removedCount, sessions, 0, remaining);
        Arrays.fill(sessions, remaining, count, null);
        count = remaining;
    }
}
