package org.velocitydb.protocol.v1;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.FrameVersion;

/**
 * Reads one frame of version 1 in place. Owned by one thread; allocation-free. After {@link #tryWrap} returned {@link
 * Fault#NONE} the accessors hold until the buffer's bytes change. Types are not judged here.
 */
public final class FrameDecoder
{
    private final Crc crc;
    private final int maxFrameLength;
    private int type;
    private int payloadOffset;
    private int payloadLength;
    private int frameLength;

    /**
     * Makes a decoder.
     *
     * @param crc            of the owning thread.
     * @param maxFrameLength that is accepted, in bytes.
     */
    public FrameDecoder(final Crc crc, final int maxFrameLength)
    {
        this.crc = crc;
        this.maxFrameLength = maxFrameLength;
    }

    /**
     * Checks a frame, its checksum included.
     *
     * @param buffer    little-endian.
     * @param offset    of the frame.
     * @param available bytes from there.
     * @return {@link Fault#NONE}, {@link Fault#INCOMPLETE} (see {@link #frameLength()}), or what is wrong, as soon as
     *         it can be seen; every fault of version 1 ends the connection.
     */
    public Fault tryWrap(final ByteBuffer buffer, final int offset, final int available)
    {
        frameLength = FrameDescriptor.HEADER_LENGTH;
        final Fault peeked = FrameVersion.peek(buffer, offset, available);
        if (peeked != Fault.NONE)
        {
            return peeked;
        }
        if (FrameVersion.version(buffer, offset) != FrameVersion.VERSION_1)
        {
            return Fault.BAD_VERSION;
        }
        if (available < FrameDescriptor.HEADER_LENGTH)
        {
            return Fault.INCOMPLETE;
        }

        final long length = FrameDescriptor.HEADER_LENGTH + FrameDescriptor.payloadLength(buffer, offset) +
            FrameDescriptor.TRAILER_LENGTH;
        if (length > maxFrameLength)
        {
            return Fault.FRAME_TOO_LARGE;
        }
        frameLength = (int) length;
        if (available < frameLength)
        {
            return Fault.INCOMPLETE;
        }
        final int coveredLength = frameLength - FrameDescriptor.TRAILER_LENGTH;
        if (buffer.getInt(offset + coveredLength) != crc.crc32(buffer, offset, coveredLength))
        {
            return Fault.BAD_CHECKSUM;
        }

        wrapVerified(buffer, offset, frameLength);
        return Fault.NONE;
    }

    /**
     * Takes a frame whose bytes have been checked already: magic, version, length and checksum.
     *
     * @param buffer little-endian.
     * @param offset of the frame.
     * @param length of the frame in bytes.
     */
    public void wrapVerified(final ByteBuffer buffer, final int offset, final int length)
    {
        frameLength = length;
        type = FrameDescriptor.type(buffer, offset);
        payloadOffset = offset + FrameDescriptor.HEADER_LENGTH;
        payloadLength = length - FrameDescriptor.HEADER_LENGTH - FrameDescriptor.TRAILER_LENGTH;
    }

    /**
     * Type of the frame.
     *
     * @return one of {@link MessageType}, or anything else.
     */
    public int type()
    {
        return type;
    }

    /**
     * Where the payload begins.
     *
     * @return offset in the wrapped buffer.
     */
    public int payloadOffset()
    {
        return payloadOffset;
    }

    /**
     * Extent of the payload.
     *
     * @return bytes.
     */
    public int payloadLength()
    {
        return payloadLength;
    }

    /**
     * Extent of the whole frame; after {@link Fault#INCOMPLETE}, how many bytes are needed at least before trying
     * again.
     *
     * @return bytes.
     */
    public int frameLength()
    {
        return frameLength;
    }
}
