package org.velocitydb.protocol.v1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Fields;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.Vector;

class VectorsTest
{
    static List<Vector> vectors()
    {
        return Vector.read("v1.txt");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void shouldMakeTheBytesOfTheFields(final Vector vector)
    {
        final byte[] payload = vector.fields().bytes("payload");
        final byte[] frame = new byte[FrameEncoder.frameLength(payload.length)];
        final ByteBuffer buffer = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);

        buffer.put(FrameEncoder.payloadOffset(0), payload);
        final int frameLength = new FrameEncoder(new Crc()).seal(
            buffer, 0, vector.fields().integer("type"), payload.length);

        assertEquals(frame.length, frameLength);
        assertEquals(Fields.hex(vector.bytes()), Fields.hex(frame));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void shouldMakeTheFieldsOfTheBytes(final Vector vector)
    {
        final ByteBuffer buffer = ByteBuffer.wrap(vector.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        final FrameDecoder frame = new FrameDecoder(new Crc(), Limits.DEFAULT_MAX_FRAME_LENGTH);

        assertEquals(Fault.NONE, frame.tryWrap(buffer, 0, buffer.capacity()));
        final Fields fields = new Fields().put("type", frame.type())
            .put("payload", buffer, frame.payloadOffset(), frame.payloadLength());
        if (frame.type() == MessageType.AUTH_REQUEST)
        {
            final AuthRequest auth = new AuthRequest();
            assertEquals(Fault.NONE, auth.tryWrap(buffer, frame.payloadOffset(), frame.payloadLength()));
            fields.put("user", buffer, auth.userOffset(), auth.userLength())
                .put("password", buffer, auth.passwordOffset(), auth.passwordLength());
        }

        assertEquals(vector.fields(), fields);
    }
}
