package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Crc;

/**
 * Begins and seals frames of version 2 in place. The message is written between the two, at the offset that {@link
 * #begin} returned:
 *
 * <pre>
 *  final int message = FrameCodec.begin(buffer, offset, MessageType.GET_RESULT, correlationId);
 *  final int value = GetResult.put(buffer, message, true, valueLength, version, servedAt);
 *  buffer.put(value, valueBytes);
 *  final int frameLength = codec.seal(buffer, offset, value + valueLength);
 * </pre>
 *
 * Owned by one thread; allocation-free. It grows nothing: a buffer too short meets an IndexOutOfBoundsException.
 */
public final class FrameCodec
{
    private final Crc crc;

    /**
     * Makes a codec.
     *
     * @param crc of the owning thread.
     */
    public FrameCodec(final Crc crc)
    {
        this.crc = crc;
    }

    /**
     * Begins a frame without extensions.
     *
     * @param buffer        little-endian.
     * @param offset        of the frame.
     * @param type          one of {@link MessageType}.
     * @param correlationId of the request.
     * @return where the message goes.
     */
    public static int begin(final ByteBuffer buffer, final int offset, final int type, final long correlationId)
    {
        FrameDescriptor.putHeader(buffer, offset, type, 0, correlationId);
        return offset + FrameDescriptor.HEADER_LENGTH;
    }

    /**
     * Begins a request.
     *
     * @param buffer        little-endian.
     * @param offset        of the frame.
     * @param type          one of {@link MessageType}.
     * @param correlationId any but {@link FrameDescriptor#NULL_CORRELATION_ID}.
     * @param timeoutUs     time budget, or {@link FrameDescriptor#NULL_TIMEOUT_US}.
     * @param clientId      that numbers its requests; ignored without a number.
     * @param requestNumber positive, or {@link FrameDescriptor#NULL_REQUEST_NUMBER}.
     * @return where the message goes.
     */
    public static int beginRequest(
        final ByteBuffer buffer,
        final int offset,
        final int type,
        final long correlationId,
        final long timeoutUs,
        final long clientId,
        final long requestNumber)
    {
        int flags = 0;
        int next = offset + FrameDescriptor.HEADER_LENGTH;
        if (timeoutUs != FrameDescriptor.NULL_TIMEOUT_US)
        {
            flags |= FrameDescriptor.FLAG_HAS_TIMEOUT;
            buffer.putLong(next, timeoutUs);
            next += FrameDescriptor.TIMEOUT_LENGTH;
        }
        if (requestNumber != FrameDescriptor.NULL_REQUEST_NUMBER)
        {
            flags |= FrameDescriptor.FLAG_HAS_REQUEST_ID;
            buffer.putLong(next, clientId);
            buffer.putLong(next + Long.BYTES, requestNumber);
            next += FrameDescriptor.REQUEST_ID_LENGTH;
        }
        FrameDescriptor.putHeader(buffer, offset, type, flags, correlationId);
        return next;
    }

    /**
     * Seals a frame: puts its length and its checksum.
     *
     * @param buffer in which the frame was begun.
     * @param offset of the frame.
     * @param limit  offset after the message's last byte.
     * @return extent of the frame in bytes.
     */
    public int seal(final ByteBuffer buffer, final int offset, final int limit)
    {
        final int frameLength = limit - offset;
        FrameDescriptor.bodyLength(buffer, offset, frameLength - FrameDescriptor.HEADER_LENGTH);
        FrameDescriptor.crc(buffer, offset, crc(crc, buffer, offset, frameLength));
        return frameLength;
    }

    /**
     * Seals a frame that others of the same answer follow.
     *
     * @param buffer in which the frame was begun.
     * @param offset of the frame.
     * @param limit  offset after the message's last byte.
     * @return extent of the frame in bytes.
     */
    public int sealWithMore(final ByteBuffer buffer, final int offset, final int limit)
    {
        FrameDescriptor.flags(buffer, offset, FrameDescriptor.flags(buffer, offset) | FrameDescriptor.FLAG_MORE);
        return seal(buffer, offset, limit);
    }

    /**
     * Seals the HELLO of a client that answers the server's PING.
     *
     * @param buffer in which the frame was begun.
     * @param offset of the frame.
     * @param limit  offset after the message's last byte.
     * @return extent of the frame in bytes.
     */
    public int sealAnsweringPing(final ByteBuffer buffer, final int offset, final int limit)
    {
        FrameDescriptor
            .flags(buffer, offset, FrameDescriptor.flags(buffer, offset) | FrameDescriptor.FLAG_ANSWERS_PING);
        return seal(buffer, offset, limit);
    }

    static int crc(final Crc crc, final ByteBuffer buffer, final int offset, final int frameLength)
    {
        return crc.crc32c(
            buffer, offset, FrameDescriptor.CRC_OFFSET, offset + FrameDescriptor.CORRELATION_ID_OFFSET,
            frameLength - FrameDescriptor.CORRELATION_ID_OFFSET);
    }
}
