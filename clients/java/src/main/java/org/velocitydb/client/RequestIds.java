package org.velocitydb.client;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Hands out the identities under which a server does each write once. For any number of threads.
 *
 * <p>A server keeps the last answer for each of {@link #PLACE_COUNT} places of a client id, request number modulo that,
 * and refuses a number that is less than the one it keeps there. So a place is lent to one request at a time, and comes
 * back with its next number when the request is settled or given up: no request can push another one's answer out, in
 * whatever order they arrive, however long one is in doubt. The place that came back last is lent first, so the server
 * remembers about as many answers as there are writes at once.
 */
final class RequestIds
{
    /** Answers that a server keeps of one client id. */
    static final int PLACE_COUNT = 4096;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ConcurrentLinkedDeque<RequestId> free = new ConcurrentLinkedDeque<>();
    /** Guarded by this object's monitor, as the count is. One for each {@link #PLACE_COUNT} places. */
    private final List<Long> clientIds = new ArrayList<>();
    private int madeCount;

    /** A place, with the number that it has now. Owned by the request that it is lent to. */
    static final class RequestId
    {
        private final long clientId;
        private long number;

        private RequestId(final long clientId, final long number)
        {
            this.clientId = clientId;
            this.number = number;
        }

        long clientId()
        {
            return clientId;
        }

        long number()
        {
            return number;
        }
    }

    RequestId take()
    {
        // The deque's own hand-over publishes the number that the last owner left.
        final RequestId id = free.pollFirst();
        return id == null ? make() : id;
    }

    void giveBack(final RequestId id)
    {
        id.number += PLACE_COUNT;
        free.addFirst(id);
    }

    private synchronized RequestId make()
    {
        final int place = madeCount % PLACE_COUNT;
        if (place == 0)
        {
            clientIds.add(RANDOM.nextLong());
        }
        madeCount++;
        return new RequestId(clientIds.get(clientIds.size() - 1), 1 + place);
    }
}
