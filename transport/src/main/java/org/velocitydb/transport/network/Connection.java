package org.velocitydb.transport.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * One stream of bytes in each direction, non-blocking. It belongs to one event loop at a time and is called on its
 * thread alone.
 *
 * <p>A connection may be wrapped in another that filters its bytes: one that speaks TLS reads cipher text from the
 * connection below and hands out plain text. The poller knows the one below alone.
 */
public interface Connection extends AutoCloseable
{
    /** Returned by {@link #read(ByteBuffer)} when the peer will send nothing more. */
    int END_OF_STREAM = -1;

    /**
     * Reads what is there, up to the room in {@code dst}.
     *
     * @param dst where the bytes go, from its position; the position advances.
     * @return bytes read, 0 when none are there now, or {@link #END_OF_STREAM}.
     * @throws IOException when the connection is broken.
     */
    int read(ByteBuffer dst) throws IOException;

    /**
     * Writes as much as the system takes now.
     *
     * @param src the bytes from its position to its limit; the position advances.
     * @return bytes written, which may be fewer than there are, or 0.
     * @throws IOException when the connection is broken.
     */
    int write(ByteBuffer src) throws IOException;

    /**
     * Tells the peer that nothing more will be sent, while what it sends can still be read.
     *
     * @throws IOException when the connection is broken.
     */
    void shutdownOutput() throws IOException;

    /**
     * Who is at the other end.
     *
     * @return the address, also after closing.
     */
    InetSocketAddress remoteAddress();

    /**
     * Ends both directions at once and leaves the poller. May be called twice.
     */
    @Override
    void close();
}
