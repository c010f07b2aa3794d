package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.FrameVersion;

/**
 * Reads one frame of version 2 in place. Owned by one thread; allocation-free. After {@link #tryWrap} returned {@link
 * Fault#NONE} the accessors hold until the buffer's bytes change. What is inside the message is for the message's own
 * flyweight to check, except that messages which have no bytes are known here.
 */
public final class FrameDecoder
{
    private final Crc crc;
    private final boolean readsRequests;
    private final int maxFrameLength;
    private int type;
    private int flags;
    private long correlationId;
    private long timeoutUs;
    private long clientId;
    private long requestNumber;
    private int messageOffset;
    private int messageLength;
    private int frameLength;

    private FrameDecoder(final Crc crc, final boolean readsRequests, final int maxFrameLength)
    {
        this.crc = crc;
        this.readsRequests = readsRequests;
        this.maxFrameLength = maxFrameLength;
    }

    /**
     * Makes a server's decoder.
     *
     * @param crc            of the owning thread.
     * @param maxFrameLength that is accepted, in bytes.
     * @return a decoder of requests.
     */
    public static FrameDecoder ofRequests(final Crc crc, final int maxFrameLength)
    {
        return new FrameDecoder(crc, true, maxFrameLength);
    }

    /**
     * Makes a client's decoder.
     *
     * @param crc            of the owning thread.
     * @param maxFrameLength that is accepted, in bytes.
     * @return a decoder of responses.
     */
    public static FrameDecoder ofResponses(final Crc crc, final int maxFrameLength)
    {
        return new FrameDecoder(crc, false, maxFrameLength);
    }

    /**
     * Checks a frame: its header, checksum, type, flags and extensions.
     *
     * @param buffer    little-endian.
     * @param offset    of the frame.
     * @param available bytes from there.
     * @return {@link Fault#NONE}, {@link Fault#INCOMPLETE} (see {@link #frameLength()}), or what is wrong, as soon as
     *         it can be seen. {@link #correlationId()} and {@link #type()} are known for faults found after the
     *         checksum held, else they are 0; {@link #frameLength()} then says how much to skip.
     */
    public Fault tryWrap(final ByteBuffer buffer, final int offset, final int available)
    {
        type = 0;
        correlationId = FrameDescriptor.NULL_CORRELATION_ID;
        final Fault fault = tryWrapBytes(buffer, offset, available);
        return fault == Fault.NONE ? tryWrapFields(buffer, offset) : fault;
    }

    /**
     * Checks the fields of a frame whose bytes have been checked already: magic, version, length and checksum.
     *
     * @param buffer little-endian.
     * @param offset of the frame.
     * @param length of the frame in bytes.
     * @return {@link Fault#NONE}, or what is wrong; {@link #type()} and {@link #correlationId()} hold in any case.
     */
    public Fault tryWrapVerified(final ByteBuffer buffer, final int offset, final int length)
    {
        frameLength = length;
        return tryWrapFields(buffer, offset);
    }

    /** The frame as a run of bytes: magic, version, length, checksum. */
    private Fault tryWrapBytes(final ByteBuffer buffer, final int offset, final int available)
    {
        frameLength = FrameDescriptor.HEADER_LENGTH;
        final Fault peeked = FrameVersion.peek(buffer, offset, available);
        if (peeked != Fault.NONE)
        {
            return peeked;
        }
        if (FrameVersion.version(buffer, offset) != FrameVersion.VERSION_2)
        {
            return Fault.BAD_VERSION;
        }
        if (available < FrameDescriptor.HEADER_LENGTH)
        {
            return Fault.INCOMPLETE;
        }
        final long length = FrameDescriptor.HEADER_LENGTH + FrameDescriptor.bodyLength(buffer, offset);
        if (length > maxFrameLength)
        {
            return Fault.FRAME_TOO_LARGE;
        }
        frameLength = (int) length;
        if (available < frameLength)
        {
            return Fault.INCOMPLETE;
        }
        return FrameDescriptor.crc(buffer, offset) == FrameCodec.crc(crc, buffer, offset, frameLength)
            ? Fault.NONE
            : Fault.BAD_CHECKSUM;
    }

    private Fault tryWrapFields(final ByteBuffer buffer, final int offset)
    {
        type = FrameDescriptor.type(buffer, offset);
        flags = FrameDescriptor.flags(buffer, offset);
        correlationId = FrameDescriptor.correlationId(buffer, offset);
        final boolean isKnown = readsRequests ? MessageType.isFromClient(type) : MessageType.isFromServer(type);
        if (!isKnown)
        {
            return Fault.UNKNOWN_TYPE;
        }
        if ((flags & ~MessageType.permittedFlags(type)) != 0)
        {
            return Fault.BAD_FLAGS;
        }
        if (MessageType.isOfNoRequest(type, readsRequests))
        {
            if (flags != 0)
            {
                return Fault.BAD_FLAGS;
            }
            if (correlationId != FrameDescriptor.NULL_CORRELATION_ID)
            {
                return Fault.BAD_FIELD;
            }
        }
        else if (readsRequests && correlationId == FrameDescriptor.NULL_CORRELATION_ID &&
            type != MessageType.DISCONNECT)
        {
            return Fault.BAD_FIELD;
        }
        final int extensionsLength = FrameDescriptor.extensionsLength(flags);
        messageOffset = offset + FrameDescriptor.HEADER_LENGTH + extensionsLength;
        messageLength = frameLength - FrameDescriptor.HEADER_LENGTH - extensionsLength;
        if (messageLength < 0 || messageLength > 0 && MessageType.isEmpty(type))
        {
            return Fault.BAD_LAYOUT;
        }
        return tryWrapExtensions(buffer, offset + FrameDescriptor.HEADER_LENGTH);
    }

    private Fault tryWrapExtensions(final ByteBuffer buffer, final int extensionsOffset)
    {
        timeoutUs = FrameDescriptor.NULL_TIMEOUT_US;
        clientId = 0;
        requestNumber = FrameDescriptor.NULL_REQUEST_NUMBER;
        int next = extensionsOffset;
        if (hasTimeout())
        {
            timeoutUs = buffer.getLong(next);
            next += FrameDescriptor.TIMEOUT_LENGTH;
            if (timeoutUs <= 0)
            {
                return Fault.BAD_FIELD;
            }
        }
        if (hasRequestId())
        {
            clientId = buffer.getLong(next);
            requestNumber = buffer.getLong(next + Long.BYTES);
            if (requestNumber <= 0)
            {
                return Fault.BAD_FIELD;
            }
        }
        return Fault.NONE;
    }

    /**
     * Type of the frame.
     *
     * @return one of {@link MessageType}; after {@link Fault#UNKNOWN_TYPE} anything else.
     */
    public int type()
    {
        return type;
    }

    /**
     * What matches answers to requests.
     *
     * @return the id; {@link FrameDescriptor#NULL_CORRELATION_ID} where it could not be read.
     */
    public long correlationId()
    {
        return correlationId;
    }

    /**
     * Whether the request has a time budget.
     *
     * @return true if {@link #timeoutUs()} is one.
     */
    public boolean hasTimeout()
    {
        return (flags & FrameDescriptor.FLAG_HAS_TIMEOUT) != 0;
    }

    /**
     * Time budget of the request, counted from its receipt.
     *
     * @return microseconds, positive; {@link FrameDescriptor#NULL_TIMEOUT_US} without one.
     */
    public long timeoutUs()
    {
        return timeoutUs;
    }

    /**
     * Whether the request may be retried under its number.
     *
     * @return true if {@link #clientId()} and {@link #requestNumber()} are given.
     */
    public boolean hasRequestId()
    {
        return (flags & FrameDescriptor.FLAG_HAS_REQUEST_ID) != 0;
    }

    /**
     * Who numbers its requests.
     *
     * @return any number; 0 without a request id.
     */
    public long clientId()
    {
        return clientId;
    }

    /**
     * Number of the request among those of its client.
     *
     * @return positive; {@link FrameDescriptor#NULL_REQUEST_NUMBER} without a request id.
     */
    public long requestNumber()
    {
        return requestNumber;
    }

    /**
     * Whether further frames of the same answer follow.
     *
     * @return true for all but the last.
     */
    public boolean hasMore()
    {
        return (flags & FrameDescriptor.FLAG_MORE) != 0;
    }

    /**
     * Whether the client says of itself that it answers PING.
     *
     * @return true on such a HELLO.
     */
    public boolean answersPing()
    {
        return (flags & FrameDescriptor.FLAG_ANSWERS_PING) != 0;
    }

    /**
     * Where the message begins, after the extensions.
     *
     * @return offset in the wrapped buffer.
     */
    public int messageOffset()
    {
        return messageOffset;
    }

    /**
     * Extent of the message.
     *
     * @return bytes.
     */
    public int messageLength()
    {
        return messageLength;
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
