package org.velocitydb.transport;

import java.util.Arrays;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * All sessions of one event loop, to be found by id and to be walked by index. Used on the loop's thread alone.
 *
 * <p>A removed session's place is taken by the last one. So whoever walks from the last index down to 0, over many duty
 * cycles if need be, meets every session that was there from the beginning to the end of the walk.
 */
final class SessionTable
{
    private static final int INITIAL_LENGTH = 64;

    private final Long2ObjectHashMap<TransportSession> byId = new Long2ObjectHashMap<>();
    private TransportSession[] sessions = new TransportSession[INITIAL_LENGTH];
    private int count;

    int count()
    {
        return count;
    }

    TransportSession at(final int index)
    {
        return sessions[index];
    }

    TransportSession find(final long id)
    {
        return byId.get(id);
    }

    void add(final TransportSession session)
    {
        if (count == sessions.length)
        {
            sessions = Arrays.copyOf(sessions, count * 2);
        }
        session.tableIndex(count);
        sessions[count++] = session;
        byId.put(session.id(), session);
    }

    void remove(final TransportSession session)
    {
        final int index = session.tableIndex();
        final TransportSession last = sessions[--count];
        sessions[index] = last;
        last.tableIndex(index);
        sessions[count] = null;
        byId.remove(session.id());
    }
}
