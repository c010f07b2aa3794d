package org.velocitydb.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.FrameDecoder;

/**
 * Finds the frames in what comes from a server. For the one thread that reads.
 */
final class IncomingStream
{
    private static final int INITIAL_LENGTH = 64 * 1024;

    private final Wire wire;
    private final ServerSilence silence;
    private final FrameDecoder frame = FrameDecoder.ofResponses(new Crc(), Limits.DEFAULT_MAX_FRAME_LENGTH);
    /** What has come and has not been taken lies between the two offsets. */
    private ByteBuffer buffer = newBuffer(INITIAL_LENGTH);
    private int start;
    private int end;

    IncomingStream(final Wire wire, final ServerSilence silence)
    {
        this.wire = wire;
        this.silence = silence;
    }

    /**
     * Waits for the next frame, which is valid until the next call.
     *
     * @return {@link Fault#NONE}; {@link Fault#INCOMPLETE} where nothing will come any more; or what is wrong.
     * @throws IOException when the connection is broken or closed.
     */
    Fault next() throws IOException
    {
        while (true)
        {
            buffer.clear();
            final Fault fault = frame.tryWrap(buffer, start, end - start);
            if (fault == Fault.NONE)
            {
                start += frame.frameLength();
            }
            if (fault != Fault.INCOMPLETE || !readMore())
            {
                return fault;
            }
        }
    }

    /** The last frame that was found. */
    FrameDecoder frame()
    {
        return frame;
    }

    /** In which the last frame lies. */
    ByteBuffer buffer()
    {
        return buffer;
    }

    private boolean readMore() throws IOException
    {
        if (start + frame.frameLength() > buffer.capacity() || start == end)
        {
            makeRoom(frame.frameLength());
        }
        silence.onReadBegin(System.nanoTime());
        final int count = wire.read(buffer.limit(buffer.capacity()).position(end));
        silence.onReadEnd();
        end += Math.max(0, count);
        return count >= 0;
    }

    private void makeRoom(final int neededLength)
    {
        buffer.limit(end).position(start);
        buffer = neededLength <= buffer.capacity()
            ? buffer.compact()
            : newBuffer(neededLength + INITIAL_LENGTH).put(buffer);
        end -= start;
        start = 0;
    }

    private static ByteBuffer newBuffer(final int length)
    {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
