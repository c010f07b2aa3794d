package org.velocitydb.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.HandshakeTranscript;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;

/**
 * Opens connections and logs in on them. Who the server is, is not verified: the generator gives nothing away but a
 * password of the measurement's own.
 */
final class Handshake
{
    private final InetSocketAddress address;
    private final byte[] user;
    private final byte[] password;
    private final FrameCodec codec;
    private final FrameDecoder decoder;

    Handshake(final InetSocketAddress address, final String user, final String password)
    {
        this.address = address;
        this.user = user.getBytes(StandardCharsets.UTF_8);
        this.password = password.getBytes(StandardCharsets.UTF_8);
        final Crc crc = new Crc();
        codec = new FrameCodec(crc);
        decoder = FrameDecoder.ofResponses(crc, Limits.DEFAULT_MAX_FRAME_LENGTH);
    }

    LoadConnection open() throws IOException
    {
        final LoadConnection connection = LoadConnection.open(address);
        final ByteBuffer output = connection.output();

        int message = FrameCodec.begin(output, 0, MessageType.HELLO, 1);
        int limit = HelloRequest.put(
            output, message, new byte[HandshakeTranscript.NONCE_LENGTH], "load".getBytes(StandardCharsets.UTF_8));
        codec.seal(output, 0, limit);
        connection.appended(limit);
        final int authOffset = limit;
        message = FrameCodec.begin(output, authOffset, MessageType.AUTH, 2);
        limit = AuthRequest.put(output, message, user, password);
        codec.seal(output, authOffset, limit);
        connection.appended(limit);
        connection.flush();

        await(connection, MessageType.SERVER_HELLO);
        await(connection, MessageType.AUTH_OK);
        return connection;
    }

    private void await(final LoadConnection connection, final int type) throws IOException
    {
        Fault fault = decoder.tryWrap(connection.input(), connection.inputOffset(), connection.available());
        while (fault == Fault.INCOMPLETE)
        {
            connection.receive();
            fault = decoder.tryWrap(connection.input(), connection.inputOffset(), connection.available());
        }
        if (fault != Fault.NONE || decoder.type() != type)
        {
            throw new LoadException("cannot log in: fault=" + fault + ", error=" + error(connection));
        }
        connection.taken(decoder.frameLength());
    }

    private ErrorCode error(final LoadConnection connection)
    {
        final ErrorMessage error = new ErrorMessage();
        final boolean isError = decoder.type() == MessageType.ERROR &&
            error.tryWrap(connection.input(), decoder.messageOffset(), decoder.messageLength()) == Fault.NONE;
        return isError ? error.code() : null;
    }
}
