package org.velocitydb.server.node;

import java.util.ArrayDeque;
import java.util.function.Consumer;

import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.server.users.AccessCounters;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.Session;

/**
 * Answers requests of the Redis protocol that are decided on the event loop, in their turn: not before all that is owed
 * to the connection has been answered, and not before there is room. Owned by one event loop.
 */
final class RespAnswers
{
    /** Room for any answer that is not made of values or keys. */
    static final int ANSWER_ROOM = 32 * 1024;

    private final LoopServices loop;
    private final AccessCounters counters;
    private final RespWriter out;
    private final RespReplies replies;
    /** Connections with answers for which there was no room. */
    private final ArrayDeque<ClientState> held = new ArrayDeque<>();

    RespAnswers(
        final LoopServices loop, final AccessCounters counters, final RespWriter out, final RespReplies replies)
    {
        this.loop = loop;
        this.counters = counters;
        this.out = out;
        this.replies = replies;
    }

    // --- waiting ---

    /** Whether what is answered here has to wait: for what is owed to the connection, or for room. */
    static boolean mustWait(final ClientState client)
    {
        return client.outstandingCount() > 0 || !client.session().hasRoomFor(ANSWER_ROOM);
    }

    static FrameAction waitFor(final ClientState client)
    {
        return client.outstandingCount() > 0 ? await(client) : FrameAction.RETRY;
    }

    /** Shows the same request again when everything that is owed has been answered. */
    static FrameAction await(final ClientState client)
    {
        client.resp().isWaiting(true);
        client.session().suspendReading();
        return FrameAction.RETRY;
    }

    /** Takes requests again from a connection to which nothing is owed any more. */
    static void resumeIfIdle(final ClientState client)
    {
        if (client.resp().isWaiting() && client.outstandingCount() == 0 && !client.resp().hasBacklog())
        {
            client.resp().isWaiting(false);
            client.session().resumeReading();
        }
    }

    // --- answering ---

    /** Sends what was gathered. */
    FrameAction respond(final ClientState client)
    {
        return replies.trySend(client.session()) ? FrameAction.CONTINUE : FrameAction.RETRY;
    }

    FrameAction respond(final ClientState client, final String error)
    {
        out.error(error);
        return respond(client);
    }

    /** Sends what was gathered and cannot be made again; what finds no room is kept. */
    FrameAction respondInParts(final ClientState client)
    {
        if (replies.sendOrHold(client, null))
        {
            hold(client);
        }
        return FrameAction.CONTINUE;
    }

    FrameAction refuse(final ClientState client, final String text)
    {
        loop.audit().refused();
        if (RespErrors.isForbidding(text))
        {
            counters.increment(AccessCounter.REQUESTS_FORBIDDEN);
        }
        out.begin(client.resp().version());
        return respond(client, text);
    }

    FrameAction refuseArity(final ClientState client, final RespCommand command)
    {
        if (client.resp().transaction() != null)
        {
            client.resp().transaction().spoil();
        }
        return refuse(client, RespErrors.wrongArity(command.text()));
    }

    /** Refuses a command; a transaction that it was to be a part of will not be done. */
    FrameAction spoil(final ClientState client, final String text)
    {
        if (mustWait(client))
        {
            return waitFor(client);
        }
        if (client.resp().transaction() != null)
        {
            client.resp().transaction().spoil();
        }
        return refuse(client, text);
    }

    FrameAction endWith(final ClientState client, final String text)
    {
        out.begin(client.resp().version()).error(text);
        replies.sendOrClose(client.session());
        return FrameAction.CLOSE;
    }

    /**
     * Says something to a client that has not asked for it. Where answers are owed it would be taken for one, which is
     * right where a login alone is under way: nothing comes of it any more.
     */
    void tell(final Session session, final String error)
    {
        final ClientState client = ClientState.of(session);
        if (client == null || client.isIdle() || client.stage() == ClientState.Stage.LOGGING_IN)
        {
            out.begin(RespWriter.VERSION_2).error(error);
            replies.sendOrClose(session);
        }
    }

    // --- answers that wait for room ---

    /** A connection has answers for which there was no room. */
    void hold(final ClientState client)
    {
        if (!held.contains(client))
        {
            held.addLast(client);
        }
    }

    /**
     * Sends answers that wait for room.
     *
     * @param onSent told of each connection whose answers have all been sent.
     * @return how many connections got on.
     */
    int doWork(final Consumer<ClientState> onSent)
    {
        int workCount = 0;
        for (int i = held.size(); i > 0; i--)
        {
            final ClientState client = held.pollFirst();
            if (!client.session().isOpen())
            {
                client.resp().close();
                continue;
            }
            workCount += client.resp().sendBacklog(replies, client) ? 1 : 0;
            if (client.resp().hasBacklog())
            {
                held.addLast(client);
            }
            else
            {
                resumeIfIdle(client);
                onSent.accept(client);
            }
        }
        return workCount;
    }
}
