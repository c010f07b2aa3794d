package org.velocitydb.server.node;

/**
 * Bounds what results under way keep of the requests that they answer, in whichever protocol these came: keys of a
 * MULTI_GET or an EXISTS, a pattern, a statement with its parameters. A connection may have sixteen under way, most of
 * them waiting for the first, and each request may be as long as a frame. Where the bound is reached a further long
 * request waits with its connection, as it does while the ring is full; but one of the Redis protocol is refused, since
 * its clients know an error for that. Owned by one event loop.
 */
final class HeldRequests
{
    /** Bytes of all long requests of the event loop. One is always let in, be it longer than this. */
    static final int BYTES_MAX = 64 * 1024 * 1024;
    /** Requests up to this length are not counted: their results take as much. */
    static final int SHORT_LENGTH_MAX = 4 * 1024;

    private long heldBytes;

    /**
     * Whether a request may be begun.
     *
     * @param length of what would be kept of it in bytes: at least that of its message.
     * @return false: back pressure.
     */
    boolean hasRoomFor(final int length)
    {
        return length <= SHORT_LENGTH_MAX || heldBytes == 0 || heldBytes + length <= BYTES_MAX;
    }

    /**
     * Counts a request until its result is closed.
     *
     * @param stream that answers it.
     * @param length that was asked for.
     * @return the stream to go on with.
     */
    ResultStream hold(final ResultStream stream, final int length)
    {
        if (length <= SHORT_LENGTH_MAX)
        {
            return stream;
        }
        heldBytes += length;
        return new HoldingStream(stream, length);
    }

    private final class HoldingStream extends ForwardingStream
    {
        private int length;

        HoldingStream(final ResultStream stream, final int length)
        {
            super(stream);
            this.length = length;
        }

        @Override
        public void close()
        {
            heldBytes -= length;
            length = 0;
            super.close();
        }
    }
}
