package org.velocitydb.server.node;

import java.util.ArrayDeque;

import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.sql.SqlException;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.protocol.ErrorCode;

/**
 * The results that are under way on one event loop: in every duty cycle some of them get a slice of it, in turn. Used
 * on the loop's thread alone.
 */
final class ResultSlices
{
    private static final int VERSION_1 = 1;
    /** Room for an error that ends a result. */
    private static final int ERROR_ROOM = 1024;
    /** Results that get a slice in one duty cycle; the others come first in the next one. */
    private static final int SLICE_LIMIT = 16;

    private final NodeContext context;
    private final LoopServices loop;
    private final RequestAudit audit;
    private final SessionNotices notices;
    private final ArrayDeque<ClientState> streaming = new ArrayDeque<>();

    ResultSlices(final LoopServices loop, final SessionNotices notices)
    {
        this.loop = loop;
        this.notices = notices;
        context = loop.context();
        audit = loop.audit();
    }

    boolean isEmpty()
    {
        return streaming.isEmpty();
    }

    /** A request has been served, which may have begun a result where there was none. */
    void addIfStreaming(final ClientState client, final boolean wasStreaming)
    {
        if (!wasStreaming && client.hasStreams())
        {
            streaming.addLast(client);
        }
    }

    /**
     * Does this cycle's slices.
     *
     * @param nowNs the present.
     * @return how much that was.
     */
    int doWork(final long nowNs)
    {
        int workCount = 0;
        for (int i = Math.min(streaming.size(), SLICE_LIMIT); i > 0; i--)
        {
            final ClientState client = streaming.pollFirst();
            workCount += doSlice(client, nowNs);
            if (client.hasStreams())
            {
                streaming.addLast(client);
            }
        }
        return workCount;
    }

    private int doSlice(final ClientState client, final long nowNs)
    {
        final ResultStream stream = client.firstStream();
        if (stream == null)
        {
            // The session was closed meanwhile, and its results with it.
            return 0;
        }
        if (stream.target().expiryNs() - nowNs < 0)
        {
            return giveUp(
                client, stream, stream.target().expiryCode(), "the result was not taken in the time allowed for it");
        }
        if (client.isFirstStreamRevoked())
        {
            return giveUp(client, stream, ErrorCode.FORBIDDEN, "the user's rights have changed");
        }
        try
        {
            final int workCount = stream.doWork(nowNs);
            if (stream.isDone())
            {
                end(client, stream);
            }
            return workCount;
        }
        catch (final CorruptionException ex)
        {
            context.errorHandler().onError(ex);
            fail(client, stream, ErrorCode.CORRUPTION, CommandErrors.text(CommandStatus.CORRUPTION));
        }
        catch (final ResultTooLargeException ex)
        {
            context.limitCounters().increment(LimitCounter.RESULTS_TOO_LARGE);
            fail(client, stream, ErrorCode.RESULT_TOO_LARGE, ex.getMessage());
        }
        catch (final SqlException ex)
        {
            fail(client, stream, CommandErrors.code(ex), ex.getMessage());
        }
        catch (final RuntimeException | Error ex)
        {
            // A mistake of ours. Left alone, the result would neither go on nor let its snapshot go, and the client's
            // others would never have their turn again. Where memory is short the JVM has ended before it comes here,
            // if it was told to; if not, the want may be this result's alone.
            context.errorHandler().onError(ex);
            fail(client, stream, ErrorCode.INTERNAL_ERROR, "the node could not go on with the result");
        }
        return 1;
    }

    private int giveUp(
        final ClientState client, final ResultStream stream, final ErrorCode code, final String text)
    {
        if (!client.session().hasRoomFor(ERROR_ROOM))
        {
            // A peer that takes nothing for long is disconnected by the transport; one that is slow shall be told.
            client.letGoOverdue(loop.nowNs(), context.errorHandler());
            return 0;
        }
        fail(client, stream, code, text);
        return 1;
    }

    private void fail(final ClientState client, final ResultStream stream, final ErrorCode code, final String text)
    {
        audit.failed(client, stream, code);
        notices.resultFailed(client, stream.target().correlationId(), code, text);
        end(client, stream);
    }

    private static void end(final ClientState client, final ResultStream stream)
    {
        client.endFirstStream();
        stream.close();
        // Where it has sent a write, its answer is still to come.
        if (client.resp() != null ||
            client.session().protocolVersion() == VERSION_1 && client.outstandingCount() == 0)
        {
            client.session().resumeReading();
        }
        client.closeIfFinished();
    }
}
