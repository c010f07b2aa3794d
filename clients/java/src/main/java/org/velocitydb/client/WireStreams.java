package org.velocitydb.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Moves bytes between a socket's streams and buffers on the heap, without another copy.
 */
final class WireStreams
{
    private WireStreams()
    {
    }

    /** Waits for bytes; -1 where none will come any more. */
    static int read(final InputStream in, final ByteBuffer dst) throws IOException
    {
        final int count = in.read(dst.array(), dst.arrayOffset() + dst.position(), dst.remaining());
        dst.position(dst.position() + Math.max(0, count));
        return count;
    }

    /** Writes all that remains. */
    static void write(final ByteBuffer src, final OutputStream out) throws IOException
    {
        out.write(src.array(), src.arrayOffset() + src.position(), src.remaining());
        src.position(src.limit());
    }
}
