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
 * @param mayChange     whether it may change the store, so that a lost answer leaves a doubt.
 * @param clientId      that numbers its requests.
 * @param requestNumber or {@link FrameDescriptor#NULL_REQUEST_NUMBER}.
 * @param body          writes the message.
 */
record RequestMessage(int type, int length, boolean mayChange, long clientId, long requestNumber, Body body)
{
    private static final int EXTENSIONS_LENGTH = FrameDescriptor.extensionsLength(
        FrameDescriptor.FLAG_HAS_TIMEOUT | FrameDescriptor.FLAG_HAS_REQUEST_ID);

    /** Writes a message of the announced length. */
    @FunctionalInterface
    interface Body
    {
        int put(ByteBuffer buffer, int offset);
    }

    static RequestMessage reading(final int type, final int length, final Body body)
    {
        return new RequestMessage(type, length, false, 0, FrameDescriptor.NULL_REQUEST_NUMBER, body);
    }

    static RequestMessage empty(final int type)
    {
        return reading(type, 0, (buffer, offset) -> offset);
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
