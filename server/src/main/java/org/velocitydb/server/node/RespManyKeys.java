package org.velocitydb.server.node;

import org.velocitydb.engine.StoreSnapshot;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.server.users.AccessCounters;
import org.velocitydb.server.users.Principal;

/**
 * What a command works with that looks at many keys, some a slice, all as of one snapshot: the keys, and whether its
 * user may touch them, which is found out before anything is answered.
 */
final class RespManyKeys implements AutoCloseable
{
    private final LoopServices loop;
    private final AccessCounters counters;
    private final ClientState client;
    private final Principal principal;
    private final RespCommand command;
    private final RespKeyList keys;
    private final StoreSnapshot snapshot;
    private final int keyspace;
    private final EntryView value = new EntryView();
    private int allowedCount;
    private boolean isForbidden;

    RespManyKeys(
        final LoopServices loop,
        final AccessCounters counters,
        final ClientState client,
        final RespCommand command,
        final RespKeyList keys,
        final int keyspace)
    {
        this.loop = loop;
        this.counters = counters;
        this.client = client;
        this.command = command;
        this.keys = keys;
        this.keyspace = keyspace;
        principal = client.principal();
        allowedCount = principal.isScoped() ? 0 : keys.count();
        snapshot = loop.reader().snapshot();
    }

    RespCommand command()
    {
        return command;
    }

    int count()
    {
        return keys.count();
    }

    /** Whether a key is there; its value is valid until the next look. */
    boolean find(final int index)
    {
        return keys.find(index, snapshot, keyspace, value);
    }

    EntryView value()
    {
        return value;
    }

    /** Whether the user may touch all of the keys, as far as is known. */
    boolean areAllowed()
    {
        return allowedCount == keys.count();
    }

    boolean isForbidden()
    {
        return isForbidden;
    }

    /**
     * Finds out about some more.
     *
     * @param limit of the keys that are looked at.
     * @return how many were looked at.
     */
    int checkSome(final int limit)
    {
        int workCount = 0;
        while (!isForbidden && !areAllowed() && workCount < limit)
        {
            isForbidden = !keys.isAllowed(allowedCount, principal, loop.reader(), keyspace);
            allowedCount += isForbidden ? 0 : 1;
            workCount++;
        }
        return workCount;
    }

    /**
     * Says that the user may not touch one of them.
     *
     * @return false where there is no room to say it.
     */
    boolean tryForbid(final ResultStream stream, final RespWriter out, final RespReplies replies)
    {
        out.begin(client.resp().version()).error(RespErrors.NO_KEY_PERMISSION);
        if (!replies.trySend(client.session()))
        {
            return false;
        }
        counters.increment(AccessCounter.REQUESTS_FORBIDDEN);
        loop.audit().failed(client, stream, ErrorCode.FORBIDDEN);
        return true;
    }

    @Override
    public void close()
    {
        snapshot.close();
    }
}
