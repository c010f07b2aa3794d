package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CommandResults;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.Session;

/**
 * Makes the answers of the Redis protocol of what the writer has done, and sends them. What finds no room is kept with
 * the connection, in order; no further request is taken from it meanwhile. Owned by one event loop.
 */
final class RespReplies
{
    /** Milliseconds in a second. */
    static final int MS_PER_S = 1000;
    private static final int NO_TTL = -1;
    private static final int NO_KEY = -2;
    /** Bytes that are claimed at a time, so that long answers wait for room piece by piece. */
    private static final int PIECE_LENGTH = 64 * 1024;

    private final LoopServices loop;
    /** What is longer never finds room. */
    private final int answerLengthMax;
    private final RespWriter out;
    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);

    RespReplies(final LoopServices loop, final RespWriter out)
    {
        this.loop = loop;
        this.out = out;
        answerLengthMax = loop.context().maxFrameLength();
    }

    // --- sending ---

    /**
     * Sends what was gathered, all or nothing.
     *
     * @return false where there is no room.
     */
    boolean trySend(final Session session)
    {
        if (out.length() > answerLengthMax)
        {
            tooLong();
        }
        final int offset = session.claim(out.length());
        if (offset == Session.NO_ROOM)
        {
            return false;
        }
        out.buffer().getBytes(0, session.output(), offset, out.length());
        session.commit(out.length());
        return true;
    }

    /**
     * Sends a value as it lies, without gathering it first.
     *
     * @return false where there is no room.
     */
    boolean trySendBulk(final Session session, final DirectBuffer value)
    {
        final int valueLength = value.capacity();
        if (valueLength + RespWriter.BULK_OVERHEAD > answerLengthMax)
        {
            tooLong();
            return trySend(session);
        }
        final int offset = session.claim(valueLength + RespWriter.BULK_OVERHEAD);
        if (offset == Session.NO_ROOM)
        {
            return false;
        }
        out.bulkHeader(valueLength);
        final int headerLength = out.length();
        final ByteBuffer output = session.output();
        out.buffer().getBytes(0, output, offset, headerLength);
        value.getBytes(0, output, offset + headerLength, valueLength);
        final int end = offset + headerLength + valueLength;
        output.put(end, (byte) '\r');
        output.put(end + 1, (byte) '\n');
        session.commit(end + 2 - offset);
        return true;
    }

    private void tooLong()
    {
        out.begin(RespWriter.VERSION_2).error(
            "ERR the answer is longer than a frame may be: server.max_frame_size, max=" + answerLengthMax);
    }

    /** Sends what was gathered to a peer that nobody has promised room; one that has left none is let go. */
    void sendOrClose(final Session session)
    {
        if (!trySend(session))
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
        }
    }

    /**
     * Sends as much as there is room for.
     *
     * @return bytes sent.
     */
    int send(final Session session, final byte[] source, final int from, final int length)
    {
        bytes.wrap(source);
        return send(session, bytes, from, length);
    }

    private static int send(final Session session, final DirectBuffer source, final int from, final int length)
    {
        int sent = 0;
        while (sent < length)
        {
            final int pieceLength = Math.min(PIECE_LENGTH, length - sent);
            final int offset = session.claim(pieceLength);
            if (offset == Session.NO_ROOM)
            {
                break;
            }
            final ByteBuffer output = session.output();
            source.getBytes(from + sent, output, offset, pieceLength);
            session.commit(pieceLength);
            sent += pieceLength;
        }
        return sent;
    }

    /**
     * Sends what was gathered for a command that has been done, or keeps it until there is room.
     *
     * @param client  that asked.
     * @param results that are released with the last of it, or null.
     * @return whether something is kept.
     */
    boolean sendOrHold(final ClientState client, final CommandResults results)
    {
        final RespState state = client.resp();
        final int sent = state.hasBacklog() ? 0 : send(client.session(), out.buffer(), 0, out.length());
        if (sent == out.length() || !client.session().isOpen())
        {
            if (results != null)
            {
                results.release();
            }
            return false;
        }
        final byte[] rest = new byte[out.length() - sent];
        out.buffer().getBytes(sent, rest);
        state.hold(rest, results);
        return true;
    }

    // --- what the writer has done ---

    /**
     * Answers a command that came back from the writer.
     *
     * @param client     that asked.
     * @param completion what has become of it.
     * @return whether a part of the answer is kept until there is room.
     */
    boolean answer(final ClientState client, final Completion completion)
    {
        final RespState state = client.resp();
        final RespForm form = form(completion.correlationId());
        final List<RespPlan> plans = form == RespForm.EXEC ? state.executing().pollFirst() : null;
        out.begin(state.version());
        final CommandStatus status = completion.status();
        if (status == CommandStatus.APPLIED)
        {
            applied(form, plans, completion);
        }
        else if (status == CommandStatus.CONDITION_FAILED)
        {
            conditionFailed(form);
        }
        else
        {
            error(status);
        }
        return sendOrHold(client, completion.results());
    }

    static long correlationId(final RespState state, final RespForm form)
    {
        return state.nextRequest() << Byte.SIZE | form.ordinal();
    }

    static RespForm form(final long correlationId)
    {
        return RespForm.ofCode((int) correlationId & 0xFF);
    }

    private void applied(final RespForm form, final List<RespPlan> plans, final Completion completion)
    {
        switch (form)
        {
            case OK, OK_OR_NIL -> out.simple("OK");
            case NUMBER -> out.number(completion.counterValue());
            case APPLIED -> out.number(completion.appliedCount() > 0 ? 1 : 0);
            case APPLIED_COUNT -> out.number(completion.appliedCount());
            case LAST_APPLIED -> out.number(1);
            case EXEC -> transaction(plans, completion.results());
            default -> {
                completion.results().next();
                result(RespPlan.of(form, 1), completion.results());
            }
        }
    }

    private void conditionFailed(final RespForm form)
    {
        switch (form)
        {
            case APPLIED, APPLIED_COUNT, LAST_APPLIED -> out.number(0);
            case EXEC -> out.noArray();
            default -> out.nothing();
        }
    }

    private void transaction(final List<RespPlan> plans, final CommandResults results)
    {
        int count = 0;
        for (final RespPlan plan : plans)
        {
            count += plan.form() == RespForm.WATCHED ? 0 : 1;
        }
        out.array(count);
        for (final RespPlan plan : plans)
        {
            switch (plan.form())
            {
                case LITERAL -> out.raw(plan.literal());
                case WATCHED -> skip(results, plan.operationCount());
                case VALUES -> values(results, plan.operationCount());
                case OK, APPLIED_COUNT, FOUND_COUNT, LAST_APPLIED -> several(plan, results);
                default -> {
                    results.next();
                    result(plan, results);
                }
            }
        }
    }

    private static void skip(final CommandResults results, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            results.next();
        }
    }

    private void values(final CommandResults results, final int count)
    {
        out.array(count);
        for (int i = 0; i < count; i++)
        {
            results.next();
            value(results);
        }
    }

    private void several(final RespPlan plan, final CommandResults results)
    {
        int appliedCount = 0;
        int foundCount = 0;
        for (int i = 0; i < plan.operationCount(); i++)
        {
            results.next();
            appliedCount += results.isApplied() ? 1 : 0;
            foundCount += results.isFound() ? 1 : 0;
        }
        switch (plan.form())
        {
            case OK -> out.simple("OK");
            case FOUND_COUNT -> out.number(foundCount);
            case LAST_APPLIED -> out.number(results.isApplied() ? 1 : 0);
            default -> out.number(appliedCount);
        }
    }

    /** Answers by the result of a single operation. */
    private void result(final RespPlan plan, final CommandResults results)
    {
        if (results.status() != CommandStatus.APPLIED)
        {
            error(results.status());
            return;
        }
        switch (plan.form())
        {
            case OK_OR_NIL -> {
                if (results.isApplied())
                {
                    out.simple("OK");
                }
                else
                {
                    out.nothing();
                }
            }
            case OLD_VALUE -> value(results);
            case RANGE -> range(plan, results);
            case APPLIED -> out.number(results.isApplied() ? 1 : 0);
            case TYPE -> out.simple(results.isFound() ? "string" : "none");
            case TTL_S, TTL_MS, EXPIRY_S, EXPIRY_MS -> expiry(plan.form(), results.isFound(), results.expiryMs());
            default -> out.number(results.number());
        }
    }

    private void value(final CommandResults results)
    {
        if (results.valueLength() == CommandResults.NO_VALUE)
        {
            out.nothing();
        }
        else
        {
            out.bulk(results.buffer(), results.valueOffset(), results.valueLength());
        }
    }

    private void range(final RespPlan plan, final CommandResults results)
    {
        range(
            results.buffer(), results.valueOffset(), Math.max(0, results.valueLength()), plan.first(), plan.last());
    }

    /** Answers with a part of a value, as GETRANGE counts. */
    void range(final DirectBuffer value, final int offset, final int length, final long first, final long last)
    {
        final long from = Math.max(0, first < 0 ? length + first : first);
        final long to = Math.min(length - 1, last < 0 ? Math.max(0, length + last) : last);
        if (first < 0 && last < 0 && first > last || from > to || length == 0)
        {
            out.bulk(value, 0, 0);
        }
        else
        {
            out.bulk(value, offset + (int) from, (int) (to - from + 1));
        }
    }

    /** Answers when a value expires. */
    void expiry(final RespForm form, final boolean isFound, final long expiryMs)
    {
        if (!isFound)
        {
            out.number(NO_KEY);
        }
        else if (expiryMs == Long.MAX_VALUE)
        {
            out.number(NO_TTL);
        }
        else
        {
            final long leftMs = Math.max(0, expiryMs - loop.context().store().epochClock().time());
            out.number(switch (form)
            {
                case TTL_S -> (leftMs + MS_PER_S / 2) / MS_PER_S;
                case TTL_MS -> leftMs;
                case EXPIRY_S -> (expiryMs + MS_PER_S / 2) / MS_PER_S;
                default -> expiryMs;
            });
        }
    }

    // --- errors ---

    /** Answers that the store could not do it. */
    void error(final CommandStatus status)
    {
        out.error(switch (status)
        {
            case NOT_A_NUMBER -> RespErrors.NOT_AN_INTEGER;
            case NUMBER_OVERFLOW -> "ERR increment or decrement would overflow";
            case DISK_FULL, STORAGE_FAILED -> "MISCONF " + CommandErrors.text(status);
            case TOO_MANY_RESULTS -> "OOM " + CommandErrors.text(status);
            case TOO_LONG -> RespErrors.TOO_LONG;
            default -> "ERR " + CommandErrors.text(status);
        });
    }
}
