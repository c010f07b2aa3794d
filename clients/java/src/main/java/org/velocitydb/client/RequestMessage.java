package org.velocitydb.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;

/**
 * What a request says, before it has a number. Made and turned into a frame on the caller's thread, so that the
 * connection has only to copy.
 *
 * @param type          of the frame.
 * @param length        of the message in bytes.
 * @param effect        what it may do to the store, so that it is known what a lost answer means.
 * @param clientId      that numbers its requests.
 * @param requestNumber or {@link FrameDescriptor#NULL_REQUEST_NUMBER}.
 * @param body          writes the message.
 */
record RequestMessage(int type, int length, Effect effect, long clientId, long requestNumber, Body body)
{
    private static final int EXTENSIONS_LENGTH = FrameDescriptor.extensionsLength(
        FrameDescriptor.FLAG_HAS_TIMEOUT | FrameDescriptor.FLAG_HAS_REQUEST_ID);

    /** What a request may do to the store. */
    enum Effect
    {
        /** Nothing: it may be sent as often as one likes. */
        READS,
        /** It writes, and the server does it once under a request id. */
        WRITES_ONCE,
        /** It may change something, and nobody knows whether a second time is the same as one. */
        CHANGES
    }

    /** Writes a message of the announced length. */
    @FunctionalInterface
    interface Body
    {
        int put(ByteBuffer buffer, int offset);
    }

    static RequestMessage reading(final int type, final int length, final Body body)
    {
        return new RequestMessage(type, length, Effect.READS, 0, FrameDescriptor.NULL_REQUEST_NUMBER, body);
    }

    static RequestMessage empty(final int type)
    {
        return reading(type, 0, (buffer, offset) -> offset);
    }

    /** Whether it may change the store, so that a lost answer leaves a doubt. */
    boolean mayChange()
    {
        return effect != Effect.READS;
    }

    boolean hasRequestId()
    {
        return requestNumber != FrameDescriptor.NULL_REQUEST_NUMBER;
    }

    /** The same request under an identity. */
    RequestMessage withRequestId(final long client, final long number)
    {
        return new RequestMessage(type, length, effect, client, number, body);
    }

    /** The frame, between position 0 and the limit. */
    ByteBuffer frame(final long correlationId, final long timeoutUs)
    {
        final ByteBuffer buffer = ByteBuffer.allocate(
            Math.addExact(FrameDescriptor.HEADER_LENGTH + EXTENSIONS_LENGTH, length)).order(ByteOrder.LITTLE_ENDIAN);
        final int message = FrameCodec.beginRequest(
            buffer, 0, type, correlationId, timeoutUs, clientId, requestNumber);
        final FrameCodec codec = new FrameCodec(new Crc());
        final int limit = body.put(buffer, message);
        return buffer.limit(
            type == MessageType.HELLO ? codec.sealAnsweringPing(buffer, 0, limit) : codec.seal(buffer, 0, limit));
    }
}
