package org.velocitydb.perf.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.HandshakeTranscript;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;

/**
 * The two messages of a login, made once, for many connections that are to cost their client next to nothing.
 */
final class LoginMessages
{
    private static final int LENGTH_MAX = 1024;

    private LoginMessages()
    {
    }

    /**
     * HELLO and AUTH, one behind the other.
     *
     * @param user     who logs in.
     * @param password right or wrong.
     * @return a buffer to be duplicated for each connection.
     */
    static ByteBuffer of(final String user, final String password)
    {
        final FrameCodec codec = new FrameCodec(new Crc());
        final ByteBuffer buffer = hello();
        final int helloLimit = buffer.limit();
        buffer.clear();
        final int limit = AuthRequest.put(
            buffer, FrameCodec.begin(buffer, helloLimit, MessageType.AUTH, 2), user.getBytes(StandardCharsets.UTF_8),
            password.getBytes(StandardCharsets.UTF_8));
        codec.seal(buffer, helloLimit, limit);
        return buffer.limit(limit);
    }

    /**
     * HELLO alone.
     *
     * @return a buffer to be duplicated for each connection.
     */
    static ByteBuffer hello()
    {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(LENGTH_MAX).order(ByteOrder.LITTLE_ENDIAN);
        final int limit = HelloRequest.put(
            buffer, FrameCodec.begin(buffer, 0, MessageType.HELLO, 1), new byte[HandshakeTranscript.NONCE_LENGTH],
            "load".getBytes(StandardCharsets.UTF_8));
        new FrameCodec(new Crc()).seal(buffer, 0, limit);
        return buffer.limit(limit);
    }
}
