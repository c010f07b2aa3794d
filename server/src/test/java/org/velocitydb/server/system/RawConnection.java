package org.velocitydb.server.system;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * A socket to a server, and frames made byte by byte from the words of the protocol's page, with nothing of the code
 * that the server uses. Whatever is read is awaited with a bound.
 */
final class RawConnection implements AutoCloseable
{
    static final int HELLO = 0x01;
    static final int SERVER_INFO = 0x02;
    static final int AUTH_REQUEST = 0x03;
    static final int AUTH_RESPONSE = 0x04;
    static final int DISCONNECT = 0x05;
    static final int COMMAND = 0x10;
    static final int RESPONSE = 0x11;
    static final int ERROR = 0x12;
    static final int PING = 0x20;
    static final int PONG = 0x21;
    static final int STATS = 0x22;

    static final int V2_HELLO = 0x01;
    static final int V2_AUTH = 0x02;
    static final int V2_PING = 0x03;
    static final int V2_GET = 0x10;
    static final int V2_WRITE = 0x12;
    static final int V2_ERROR = 0xFF;

    private static final int MAGIC = 0x56454C4F;
    private static final int V1_HEADER_LENGTH = 10;
    private static final int V2_HEADER_LENGTH = 24;
    private static final int NONCE_LENGTH = 32;

    private final Socket socket;

    RawConnection(final int port) throws IOException
    {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Await.TIMEOUT_MS);
        socket.setTcpNoDelay(true);
    }

    Socket socket()
    {
        return socket;
    }

    void send(final byte[] bytes) throws IOException
    {
        socket.getOutputStream().write(bytes);
    }

    void endOutput() throws IOException
    {
        socket.shutdownOutput();
    }

    private ByteBuffer read(final int length) throws IOException
    {
        final byte[] bytes = socket.getInputStream().readNBytes(length);
        if (bytes.length < length)
        {
            throw new EOFException("the server ended the stream: wanted=" + length + ", got=" + bytes.length);
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads until the server ends its side.
     *
     * @return what it still said.
     */
    byte[] readToEnd() throws IOException
    {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        final InputStream in = socket.getInputStream();
        final byte[] bytes = new byte[8192];
        for (int length = in.read(bytes); length >= 0; length = in.read(bytes))
        {
            all.write(bytes, 0, length);
        }
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException
    {
        socket.close();
    }

    // --- version 1

    /**
     * A message of version 1.
     *
     * @param type    of the frame.
     * @param payload whole.
     */
    record Message(int type, byte[] payload)
    {
        String text()
        {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    static byte[] frame1(final int type, final byte[] payload)
    {
        return frame1(MAGIC, 1, type, payload.length, payload);
    }

    static byte[] frame1(
        final int magic, final int version, final int type, final int announcedLength, final byte[] payload)
    {
        final ByteBuffer frame = ByteBuffer.allocate(V1_HEADER_LENGTH + payload.length + 4)
            .order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(magic).put((byte) version).put((byte) type).putInt(announcedLength).put(payload);
        return frame.putInt(crc(new CRC32(), frame.array(), 0, frame.position())).array();
    }

    void send1(final int type, final String payload) throws IOException
    {
        send(frame1(type, payload.getBytes(StandardCharsets.UTF_8)));
    }

    Message read1() throws IOException
    {
        final ByteBuffer header = read(V1_HEADER_LENGTH);
        final byte[] payload = read(header.getInt(6)).array();
        final CRC32 crc = new CRC32();
        crc.update(header.array());
        require(header.getInt(0) == MAGIC && header.get(4) == 1, "magic or version of an answer is wrong");
        require(read(4).getInt() == crc(crc, payload, 0, payload.length), "checksum of an answer is wrong");
        return new Message(header.get(5) & 0xFF, payload);
    }

    Message ask1(final int type, final String payload) throws IOException
    {
        send1(type, payload);
        return read1();
    }

    RawConnection login1(final String user, final String password) throws IOException
    {
        require(ask1(HELLO, "").type() == SERVER_INFO, "no SERVER_INFO");
        final Message answer = ask1(AUTH_REQUEST, user + '\0' + password);
        require(answer.type() == AUTH_RESPONSE && "OK".equals(answer.text()), "not logged in: " + answer.text());
        return this;
    }

    // --- version 2

    /**
     * A message of version 2.
     *
     * @param type          of the frame.
     * @param correlationId of the request.
     * @param body          whole.
     */
    record Answer(int type, long correlationId, ByteBuffer body)
    {
        int errorCode()
        {
            require(type == V2_ERROR, "not an error: type=" + type);
            return body.getShort(0) & 0xFFFF;
        }

        int outcome()
        {
            return body.get(2);
        }

        int retryAfterMs()
        {
            return body.getInt(8);
        }

        String message()
        {
            return new String(body.array(), 16, body.getInt(12), StandardCharsets.UTF_8);
        }
    }

    static byte[] frame2(final int type, final long correlationId, final byte[] body)
    {
        final ByteBuffer frame = ByteBuffer.allocate(V2_HEADER_LENGTH + body.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(MAGIC).put((byte) 2).put((byte) type).putShort((short) 0).putInt(body.length).putInt(0);
        frame.putLong(correlationId).put(body);
        return seal2(frame.array());
    }

    /**
     * Puts the right checksum into a frame.
     *
     * @param frame whole.
     * @return the same array.
     */
    static byte[] seal2(final byte[] frame)
    {
        final CRC32C crc = new CRC32C();
        crc.update(frame, 0, 12);
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(12, crc(crc, frame, 16, frame.length - 16));
        return frame;
    }

    void send2(final int type, final long correlationId, final byte[] body) throws IOException
    {
        send(frame2(type, correlationId, body));
    }

    Answer read2() throws IOException
    {
        final ByteBuffer header = read(V2_HEADER_LENGTH);
        require(header.getInt(0) == MAGIC && header.get(4) == 2, "magic or version of an answer is wrong");
        final ByteBuffer body = read(header.getInt(8));
        final CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, 12);
        crc.update(header.array(), 16, 8);
        require(header.getInt(12) == crc(crc, body.array(), 0, body.capacity()), "checksum of an answer is wrong");
        return new Answer(header.get(5) & 0xFF, header.getLong(16), body);
    }

    Answer ask2(final int type, final long correlationId, final byte[] body) throws IOException
    {
        send2(type, correlationId, body);
        return read2();
    }

    RawConnection login2(final String user, final String password) throws IOException
    {
        require(ask2(V2_HELLO, 1, new byte[NONCE_LENGTH + 2]).type() == 0x81, "no SERVER_HELLO");
        final Answer answer = ask2(V2_AUTH, 2, authBody(user, password));
        require(answer.type() == 0x82, "not logged in: type=" + answer.type());
        return this;
    }

    static byte[] helloBody()
    {
        return new byte[NONCE_LENGTH + 2];
    }

    static byte[] authBody(final String user, final String password)
    {
        final byte[] name = user.getBytes(StandardCharsets.UTF_8);
        final byte[] word = password.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + name.length + word.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) name.length)
            .put(name)
            .putShort((short) word.length)
            .put(word)
            .array();
    }

    static byte[] getBody(final byte[] key)
    {
        return ByteBuffer.allocate(8 + key.length).order(ByteOrder.LITTLE_ENDIAN).putInt(0).putInt(key.length)
            .put(key).array();
    }

    static byte[] putBody(final byte[] key, final byte[] value)
    {
        return ByteBuffer.allocate(32 + key.length + value.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0)
            .putInt(1)
            .put((byte) 1)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(0)
            .putInt(key.length)
            .putInt(value.length)
            .putLong(0)
            .put(key)
            .put(value)
            .array();
    }

    private static int crc(final Checksum crc, final byte[] bytes, final int offset, final int length)
    {
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static void require(final boolean isTrue, final String message)
    {
        if (!isTrue)
        {
            throw new AssertionError(message);
        }
    }
}
