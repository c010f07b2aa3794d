package org.velocitydb.protocol.v1;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Crc;

/**
 * Writes frames of version 1 in place: the payload goes to {@link #payloadOffset}, then {@link #seal} puts header and
 * checksum around it. Owned by one thread; allocation-free.
 */
public final class FrameEncoder
{
    private final Crc crc;

    /**
     * Makes an encoder.
     *
     * @param crc of the owning thread.
     */
    public FrameEncoder(final Crc crc)
    {
        this.crc = crc;
    }

    /**
     * Where the payload of a frame goes.
     *
     * @param offset of the frame.
     * @return offset in the same buffer.
     */
    public static int payloadOffset(final int offset)
    {
        return offset + FrameDescriptor.HEADER_LENGTH;
    }

    /**
     * Extent of a frame.
     *
     * @param payloadLength in bytes.
     * @return bytes.
     */
    public static int frameLength(final int payloadLength)
    {
        return FrameDescriptor.HEADER_LENGTH + payloadLength + FrameDescriptor.TRAILER_LENGTH;
    }

    /**
     * Puts header and checksum around a payload that is already in its place.
     *
     * @param buffer        little-endian.
     * @param offset        of the frame.
     * @param type          one of {@link MessageType}.
     * @param payloadLength in bytes.
     * @return extent of the frame in bytes.
     */
    public int seal(final ByteBuffer buffer, final int offset, final int type, final int payloadLength)
    {
        FrameDescriptor.putHeader(buffer, offset, type, payloadLength);
        final int coveredLength = FrameDescriptor.HEADER_LENGTH + payloadLength;
        buffer.putInt(offset + coveredLength, crc.crc32(buffer, offset, coveredLength));
        return coveredLength + FrameDescriptor.TRAILER_LENGTH;
    }
}
