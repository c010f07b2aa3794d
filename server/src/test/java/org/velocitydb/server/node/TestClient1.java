package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.v1.FrameDecoder;
import org.velocitydb.protocol.v1.FrameEncoder;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.transport.network.SimulatedEndpoint;

/**
 * A client of version 1 that a test drives frame by frame.
 */
final class TestClient1 extends TestConnection<TestClient1.Frame>
{
    private static final int MAX_FRAME_LENGTH = 128 * 1024 * 1024;

    private final Crc crc = new Crc();
    private final FrameEncoder encoder = new FrameEncoder(crc);
    private final FrameDecoder decoder = new FrameDecoder(crc, MAX_FRAME_LENGTH);

    /**
     * A received frame.
     *
     * @param type of the frame.
     * @param text that it carries.
     */
    record Frame(int type, String text)
    {
    }

    TestClient1(final SteppedNode node, final SimulatedEndpoint endpoint)
    {
        super(node, endpoint);
    }

    void send(final int type, final String text)
    {
        final byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        final int offset = output().position();
        output().put(FrameEncoder.payloadOffset(offset), payload);
        commit(encoder.seal(output(), offset, type, payload.length));
    }

    Frame command(final String sql)
    {
        send(MessageType.COMMAND, sql);
        return take();
    }

    @Override
    int onBytes(final ByteBuffer buffer, final int offset, final int available, final ArrayDeque<Frame> frames)
    {
        if (decoder.tryWrap(buffer, offset, available) != Fault.NONE)
        {
            return 0;
        }
        final byte[] payload = new byte[decoder.payloadLength()];
        buffer.get(decoder.payloadOffset(), payload);
        frames.add(new Frame(decoder.type(), new String(payload, StandardCharsets.UTF_8)));
        return decoder.frameLength();
    }
}
