package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.transport.Session;

/**
 * Writes one frame of a result in place, row by row, where it is not known beforehand how many rows there will be.
 * Owned by one event loop; a frame is begun and finished within one slice.
 */
final class PageWriter
{
    /** A frame is ended when the next row would take it beyond this length; one larger row makes a frame of its own. */
    static final int PAGE_LENGTH = 64 * 1024;

    /**
     * Writes what stands before the rows. Called again when the number of rows is known; it must take as many bytes.
     */
    @FunctionalInterface
    interface Header
    {
        /**
         * Writes it.
         *
         * @param output   little-endian.
         * @param offset   of the message.
         * @param rowCount rows that follow.
         * @return where the first row goes.
         */
        int put(ByteBuffer output, int offset, int rowCount);
    }

    /** Left free for the answers to all writes that a loop has under way, which cannot wait once they come. */
    private static final int ANSWER_HEADROOM = 256 * 1024;
    /** Longest header: a fixed part and the names of a few columns. */
    private static final int HEADER_LENGTH_MAX = 256;

    private final FrameCodec codec;
    private final int maxFrameLength;
    private Session session;
    private Header header;
    private int type;
    private long correlationId;
    private boolean isClaimed;
    private int frameOffset;
    private int claimLimit;
    private int position;
    private int rowCount;

    PageWriter(final FrameCodec codec, final int maxFrameLength)
    {
        this.codec = codec;
        this.maxFrameLength = maxFrameLength;
    }

    /**
     * Begins a frame. Claims nothing yet.
     *
     * @param target      whom it is for.
     * @param messageType of the answer.
     * @param frameHeader writes what stands before the rows.
     */
    void begin(final ResultTarget target, final int messageType, final Header frameHeader)
    {
        session = target.session();
        correlationId = target.correlationId();
        type = messageType;
        header = frameHeader;
        isClaimed = false;
        rowCount = 0;
    }

    /**
     * Makes room for a row, or with 0 for the frame alone.
     *
     * @param rowLength of the row.
     * @return false where the frame is full, or the session has no room now.
     * @throws ResultTooLargeException where no frame has room for the row.
     */
    boolean reserve(final int rowLength)
    {
        if (isClaimed && rowLength <= claimLimit - position)
        {
            return true;
        }
        if (rowCount > 0)
        {
            return false;
        }
        final int overhead = FrameDescriptor.HEADER_LENGTH + HEADER_LENGTH_MAX;
        final int length = Math.min(maxFrameLength, overhead + Math.max(rowLength, PAGE_LENGTH - overhead));
        if (!session.hasRoomFor(Math.min(maxFrameLength, length + ANSWER_HEADROOM)))
        {
            return false;
        }
        frameOffset = session.claim(length);
        isClaimed = frameOffset != Session.NO_ROOM;
        if (isClaimed)
        {
            claimLimit = frameOffset + length;
            position = header.put(
                session.output(), FrameCodec.begin(session.output(), frameOffset, type, correlationId), 0);
            if (rowLength > claimLimit - position)
            {
                throw new ResultTooLargeException(rowLength, maxFrameLength);
            }
        }
        return isClaimed;
    }

    /**
     * Where to write.
     *
     * @return the session's output, valid until the next {@link #reserve(int)}.
     */
    ByteBuffer output()
    {
        return session.output();
    }

    /**
     * Where the next row goes.
     *
     * @return offset in {@link #output()}.
     */
    int position()
    {
        return position;
    }

    /**
     * Says that a row was written.
     *
     * @param limit offset behind it.
     */
    void rowWritten(final int limit)
    {
        position = limit;
        rowCount++;
    }

    int rowCount()
    {
        return rowCount;
    }

    /**
     * Ends the frame and appends it to the session's output. There must have been room for it.
     *
     * @param hasMore whether further frames follow.
     */
    void finish(final boolean hasMore)
    {
        final ByteBuffer output = session.output();
        header.put(output, frameOffset + FrameDescriptor.HEADER_LENGTH, rowCount);
        session.commit(
            hasMore ? codec.sealWithMore(output, frameOffset, position) : codec.seal(output, frameOffset, position));
        isClaimed = false;
    }
}
