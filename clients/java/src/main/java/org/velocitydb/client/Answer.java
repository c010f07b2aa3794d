package org.velocitydb.client;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.Fault;

/**
 * Puts together what a request is answered with, frame by frame, on the reader's thread.
 */
abstract class Answer<T>
{
    /** Takes one frame's message, of the type that answers the request; copies what it keeps. */
    abstract Fault onMessage(ByteBuffer buffer, int offset, int length);

    /** The whole answer, after its last frame. */
    abstract T result();

    /** The answer will not be whole. */
    void onFailure(final VelocityException failure)
    {
        // Whoever waits is told by the future.
    }

    /** Copies bytes out of the reader's buffer. */
    static byte[] copy(final ByteBuffer buffer, final int offset, final int length)
    {
        final byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }
}
