package org.velocitydb.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.velocitydb.transport.network.Connection;

/**
 * The receiving side of a loop's sessions: reads, cuts the stream into frames, hands them over.
 *
 * <p>All sessions read into one receive buffer that belongs to the loop, and frames are handed over where they lie in
 * it. Only what cannot be handed over yet is copied away into the session's own {@link SessionInput}, and back before
 * the next read; so a connection that is idle, or whose peer sends whole frames, holds no memory. A frame that is
 * longer than the receive buffer gathers in the session's own buffer, which grows with it.
 *
 * <p>Used on the loop's thread alone; allocation-free once warm.
 */
final class SessionReader
{
    private final LoopState loop;
    private final SessionHandler handler;
    private final TransportCounters counters;
    private final FrameVerifier verifier = new FrameVerifier();
    private final ByteBuffer receiveBuffer;
    private final int frameLimitPerCycle;

    /** Set by {@link #deliverFrames}: whether it stopped with bytes that it has not judged to be incomplete. */
    private boolean isStoppedEarly;
    /** Set by {@link #deliverFrames}: length of the frame at which it stopped, where that is verified already. */
    private int verifiedLength;
    /** Set by {@link #deliverFrames}. */
    private int deliveredCount;

    SessionReader(final LoopState loop)
    {
        this.loop = loop;
        handler = loop.handler();
        counters = loop.counters();
        receiveBuffer = ByteBuffer.allocateDirect(loop.context().receiveBufferLength())
            .order(ByteOrder.LITTLE_ENDIAN);
        frameLimitPerCycle = loop.context().frameLimitPerCycle();
    }

    /**
     * The poller found bytes, the end of the stream or a broken connection.
     */
    void onReadable(final TransportSession session)
    {
        try
        {
            if (session.state() == SessionState.DRAINING)
            {
                drain(session);
            }
            else if (!session.flow().mayRead())
            {
                session.flow().endReadInterest();
            }
            else if (session.input().expectedLength() > receiveBuffer.capacity())
            {
                readLong(session);
            }
            else
            {
                readShort(session);
            }
            readOn(session);
        }
        catch (final IOException ex)
        {
            loop.closeBroken(session, ex);
        }
    }

    /** What is held above the socket is read in the next cycle, so that one session does not delay the others. */
    private void readOn(final TransportSession session)
    {
        if (session.link().hasHeldInput() && session.flow().mayRead())
        {
            loop.needsDelivery(session);
        }
    }

    /**
     * Goes on with sessions whose received bytes, or whose reading, had to wait.
     *
     * @return frames handed over.
     */
    int deliverWaiting()
    {
        final SessionList list = loop.deliveryList();
        final int count = list.count();
        if (count == 0)
        {
            return 0;
        }
        int delivered = 0;
        for (int i = 0; i < count; i++)
        {
            final TransportSession session = list.get(i);
            session.isOnDeliveryList(false);
            if (session.flow().isStopped(SessionFlow.STOP_POOL))
            {
                restart(session);
            }
            else if (session.link().hasHeldInput() && session.flow().mayRead())
            {
                onReadable(session);
                delivered++;
            }
            else if (session.flow().mayDeliver())
            {
                delivered += deliverKept(session);
            }
        }
        list.removeFirst(count);
        return delivered;
    }

    private void readShort(final TransportSession session) throws IOException
    {
        if (!loop.pool().hasRoomForInput(receiveBuffer.capacity()))
        {
            starve(session);
            return;
        }
        final boolean isFrameBegun = session.input().lengthBytes() > 0;
        final int kept = session.input().moveTo(receiveBuffer);
        receiveBuffer.clear().position(kept);
        if (!session.isAdmitted())
        {
            // What waits behind a login that is being verified is kept, and strangers get little to keep.
            receiveBuffer.limit(Math.min(receiveBuffer.capacity(), loop.context().initialFrameLimit()));
        }
        final int received = session.link().connection().read(receiveBuffer);
        if (received > 0)
        {
            onReceived(session, received, isFrameBegun);
            deliverReceived(session, kept + received);
        }
        else
        {
            session.input().keep(receiveBuffer, 0, kept);
            endIf(received == Connection.END_OF_STREAM, session);
        }
    }

    private void readLong(final TransportSession session) throws IOException
    {
        final SessionInput input = session.input();
        if (!input.ensureRoom())
        {
            starve(session);
            return;
        }
        final int received = input.read(session.link().connection(), receiveBuffer.capacity());
        if (received > 0)
        {
            onReceived(session, received, true);
            if (input.lengthBytes() >= input.expectedLength())
            {
                deliverKept(session);
            }
        }
        else
        {
            endIf(received == Connection.END_OF_STREAM, session);
        }
    }

    private void deliverReceived(final TransportSession session, final int limit)
    {
        final int consumed = deliverFrames(session, receiveBuffer, 0, limit, 0);
        if (session.isOpen())
        {
            session.input().keep(receiveBuffer, consumed, limit - consumed);
            rememberStop(session);
        }
    }

    private int deliverKept(final TransportSession session)
    {
        final SessionInput input = session.input();
        final int head = input.head();
        final int consumed = deliverFrames(session, input.buffer(), head, input.tail(), input.verifiedLength());
        if (session.isOpen())
        {
            input.consume(consumed - head);
            rememberStop(session);
        }
        return deliveredCount;
    }

    private void rememberStop(final TransportSession session)
    {
        final SessionInput input = session.input();
        if (isStoppedEarly)
        {
            input.verifiedLength(verifiedLength);
            session.flow().stop(SessionFlow.STOP_UNDELIVERED);
            if (session.flow().mayDeliver())
            {
                loop.needsDelivery(session);
            }
            return;
        }
        if (input.lengthBytes() > 0)
        {
            input.verifiedLength(0);
            input.expectedLength(
                session.scanner() == null ? verifier.expectedLength() : session.scanProgress().neededLength());
        }
        if (session.flow().isStopped(SessionFlow.STOP_UNDELIVERED))
        {
            session.flow().resume(SessionFlow.STOP_UNDELIVERED);
        }
    }

    /**
     * Hands over whole frames until there is none, the handler wants no more, or the cycle's share is used up.
     *
     * @return the offset of the first byte that was not handed over.
     */
    private int deliverFrames(
        final TransportSession session,
        final ByteBuffer buffer,
        final int from,
        final int limit,
        final int lengthVerifiedBefore)
    {
        int offset = from;
        int verified = lengthVerifiedBefore;
        deliveredCount = 0;
        isStoppedEarly = false;
        while (offset < limit && session.flow().mayDeliver() && deliveredCount < frameLimitPerCycle)
        {
            final int length = verified > 0 ? verified : judge(session, buffer, offset, limit - offset);
            if (length <= FrameVerifier.INCOMPLETE)
            {
                verifiedLength = 0;
                return offset;
            }
            if (!handOver(session, buffer, offset, length))
            {
                isStoppedEarly = true;
                verifiedLength = length;
                return offset;
            }
            offset += length;
            verified = 0;
        }
        isStoppedEarly = offset < limit;
        verifiedLength = 0;
        return offset;
    }

    /**
     * Judges the bytes at the head and deals with a fault.
     *
     * @return length of the whole frame there, or {@link FrameVerifier#INCOMPLETE} where there is none to hand over.
     */
    private int judge(final TransportSession session, final ByteBuffer buffer, final int offset, final int available)
    {
        if (session.isRefused())
        {
            refuse(session, buffer, offset, available);
            return FrameVerifier.INCOMPLETE;
        }
        if (session.link().isPlainRefused())
        {
            refusePlain(session, buffer, offset, available);
            return FrameVerifier.INCOMPLETE;
        }
        final int result = session.scanner() == null
            ? verify(session, buffer, offset, available)
            : session.scanner().scan(buffer, offset, available, session.frameLimit(), session.scanProgress());
        if (result < 0)
        {
            onFault(session, FrameVerifier.fault(result));
            return FrameVerifier.INCOMPLETE;
        }
        return result;
    }

    private int verify(final TransportSession session, final ByteBuffer buffer, final int offset, final int available)
    {
        final int result = verifier
            .inspect(buffer, offset, available, session.protocolVersion(), session.frameLimit());
        session.protocolVersion(verifier.version());
        return result;
    }

    /**
     * Hands one frame over.
     *
     * @return false where the same frame is to be handed over again.
     */
    private boolean handOver(
        final TransportSession session,
        final ByteBuffer buffer,
        final int offset,
        final int length)
    {
        final FrameAction action;
        try
        {
            session.onFirstFrame();
            action = handler.onFrame(session, buffer, offset, length);
        }
        catch (final RuntimeException ex)
        {
            loop.onHandlerFailure(session, ex);
            return true;
        }
        if (action == FrameAction.RETRY)
        {
            counters.add(TransportCounter.RETRIES, 1);
            return false;
        }
        deliveredCount++;
        session.activity().onFrameEnd(action != FrameAction.ALIVE, loop.nowNs());
        counters.add(TransportCounter.FRAMES_IN, 1);
        if (action == FrameAction.CLOSE)
        {
            session.closeAfterFlush(CloseReason.HANDLER);
        }
        return true;
    }

    private void refuse(final TransportSession session, final ByteBuffer buffer, final int offset, final int available)
    {
        if (isVersionKnown(session, buffer, offset, available))
        {
            try
            {
                handler.onRefused(session, session.refusal());
                session.closeAfterFlush(session.refusal());
            }
            catch (final RuntimeException ex)
            {
                loop.onHandlerFailure(session, ex);
            }
        }
    }

    /** Finds out in which version a session is to be told that it is refused, or that it has none. */
    private boolean isVersionKnown(
        final TransportSession session, final ByteBuffer buffer, final int offset, final int available)
    {
        if (session.scanner() != null)
        {
            return true;
        }
        final int result = verifier.inspectPrefix(buffer, offset, available, Session.NULL_VERSION);
        session.protocolVersion(verifier.version());
        return result < 0 || verifier.version() != Session.NULL_VERSION;
    }

    private void refusePlain(
        final TransportSession session, final ByteBuffer buffer, final int offset, final int available)
    {
        if (isVersionKnown(session, buffer, offset, available))
        {
            counters.add(TransportCounter.TLS_MISSING, 1);
            try
            {
                handler.onTlsMissing(session);
                session.closeAfterFlush(CloseReason.TLS_MISSING);
            }
            catch (final RuntimeException ex)
            {
                loop.onHandlerFailure(session, ex);
            }
        }
    }

    private void onFault(final TransportSession session, final FrameFault fault)
    {
        counters.onFault(fault);
        try
        {
            handler.onProtocolError(session, fault);
            session.closeAfterFlush(CloseReason.PROTOCOL_ERROR);
        }
        catch (final RuntimeException ex)
        {
            loop.onHandlerFailure(session, ex);
        }
    }

    private void endIf(final boolean isEnd, final TransportSession session)
    {
        if (!isEnd)
        {
            return;
        }
        session.flow().endInput();
        if (session.isRefused())
        {
            session.closeAfterFlush(session.refusal());
        }
        else if (session.input().lengthBytes() > 0)
        {
            onFault(session, FrameFault.TRUNCATED_FRAME);
        }
        else
        {
            tellEnd(session);
        }
    }

    private void tellEnd(final TransportSession session)
    {
        try
        {
            handler.onEndOfInput(session);
        }
        catch (final RuntimeException ex)
        {
            loop.onHandlerFailure(session, ex);
        }
    }

    private void onReceived(final TransportSession session, final int received, final boolean isFrameBegun)
    {
        counters.add(TransportCounter.BYTES_IN, received);
        session.activity().onInput(received, isFrameBegun, loop.nowNs());
    }

    /** Reads nothing more until the pool has a buffer again. What was begun times out if that takes too long. */
    private void starve(final TransportSession session)
    {
        counters.add(TransportCounter.POOL_PRESSURE, 1);
        session.flow().stop(SessionFlow.STOP_POOL);
        session.flow().endReadInterest();
        loop.needsDelivery(session);
    }

    private void restart(final TransportSession session)
    {
        if (session.state() != SessionState.OPEN)
        {
            return;
        }
        final SessionInput input = session.input();
        final int needed = Math.max(receiveBuffer.capacity(),
            Math.min(input.expectedLength(), 2 * input.lengthBytes()));
        if (loop.pool().hasRoomForInput(needed))
        {
            session.flow().resume(SessionFlow.STOP_POOL);
        }
        else
        {
            loop.needsDelivery(session);
        }
    }

    private void drain(final TransportSession session) throws IOException
    {
        receiveBuffer.clear();
        // Nobody looks at these bytes, so they are not decrypted either.
        final int received = session.link().wire().read(receiveBuffer);
        if (received == Connection.END_OF_STREAM)
        {
            loop.close(session, session.closeReason());
        }
        else
        {
            counters.add(TransportCounter.BYTES_IN, received);
        }
    }
}
