package org.velocitydb.server.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Gathers one answer. What differs between versions 2 and 3 of the protocol is told by {@link #version(int)}. One for
 * each event loop; allocation-free once warm for all that takes no text.
 */
public final class RespWriter
{
    /** The version that connections begin with. */
    public static final int VERSION_2 = 2;
    /** The version that HELLO 3 asks for. */
    public static final int VERSION_3 = 3;
    /** Bytes that frame a bulk string at most. */
    public static final int BULK_OVERHEAD = 16;

    private static final int INITIAL_CAPACITY = 1024;
    /** A buffer that has grown longer is not kept. */
    private static final int KEPT_LENGTH_MAX = 256 * 1024;

    private ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(INITIAL_CAPACITY);
    private int length;
    private int version = VERSION_2;

    /**
     * Makes an empty one.
     */
    public RespWriter()
    {
    }

    /**
     * Begins with an answer.
     *
     * @param protocolVersion of the connection.
     * @return this.
     */
    public RespWriter begin(final int protocolVersion)
    {
        if (buffer.capacity() > KEPT_LENGTH_MAX)
        {
            buffer = new ExpandableArrayBuffer(INITIAL_CAPACITY);
        }
        length = 0;
        version = protocolVersion;
        return this;
    }

    /**
     * The version that the answer is written in.
     *
     * @param protocolVersion of what follows.
     */
    public void version(final int protocolVersion)
    {
        version = protocolVersion;
    }

    /**
     * What was gathered.
     *
     * @return the buffer, to be read from 0.
     */
    public DirectBuffer buffer()
    {
        return buffer;
    }

    /**
     * How much was gathered.
     *
     * @return bytes.
     */
    public int length()
    {
        return length;
    }

    /**
     * Appends bytes as they are.
     *
     * @param bytes of the protocol.
     * @return this.
     */
    public RespWriter raw(final byte[] bytes)
    {
        buffer.putBytes(length, bytes);
        length += bytes.length;
        return this;
    }

    /**
     * Appends what another has gathered.
     *
     * @param other to take from.
     * @return this.
     */
    public RespWriter raw(final RespWriter other)
    {
        buffer.putBytes(length, other.buffer, 0, other.length);
        length += other.length;
        return this;
    }

    /**
     * Appends a word such as OK.
     *
     * @param text without line ends.
     * @return this.
     */
    public RespWriter simple(final String text)
    {
        put('+');
        ascii(text);
        return lineEnd();
    }

    /**
     * Appends an error.
     *
     * @param text that begins with the kind of error in capitals; line ends in it are replaced.
     * @return this.
     */
    public RespWriter error(final String text)
    {
        put('-');
        ascii(text.replace('\r', ' ').replace('\n', ' '));
        return lineEnd();
    }

    /**
     * Appends a whole number.
     *
     * @param number any.
     * @return this.
     */
    public RespWriter number(final long number)
    {
        put(':');
        length += buffer.putLongAscii(length, number);
        return lineEnd();
    }

    /**
     * Appends that there is nothing.
     *
     * @return this.
     */
    public RespWriter nothing()
    {
        return raw(version == VERSION_3 ? Constants.NULL : Constants.NULL_BULK);
    }

    /**
     * Appends that a transaction was not done.
     *
     * @return this.
     */
    public RespWriter noArray()
    {
        return raw(version == VERSION_3 ? Constants.NULL : Constants.NULL_ARRAY);
    }

    /**
     * Appends bytes.
     *
     * @param source that holds them.
     * @param offset of the first one.
     * @param count  of them.
     * @return this.
     */
    public RespWriter bulk(final DirectBuffer source, final int offset, final int count)
    {
        header('$', count);
        buffer.putBytes(length, source, offset, count);
        length += count;
        return lineEnd();
    }

    /**
     * Appends bytes.
     *
     * @param bytes any.
     * @return this.
     */
    public RespWriter bulk(final byte[] bytes)
    {
        header('$', bytes.length);
        raw(bytes);
        return lineEnd();
    }

    /**
     * Appends bytes.
     *
     * @param source that holds them.
     * @param offset of the first one.
     * @param count  of them.
     * @return this.
     */
    public RespWriter bulk(final ByteBuffer source, final int offset, final int count)
    {
        header('$', count);
        buffer.putBytes(length, source, offset, count);
        length += count;
        return lineEnd();
    }

    /**
     * Begins bytes, which the caller sends himself, and the line end behind them.
     *
     * @param count of the bytes.
     * @return this.
     */
    public RespWriter bulkHeader(final int count)
    {
        return header('$', count);
    }

    /**
     * Appends text.
     *
     * @param text any.
     * @return this.
     */
    public RespWriter bulk(final String text)
    {
        return bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Begins an array.
     *
     * @param count of its elements, which follow.
     * @return this.
     */
    public RespWriter array(final int count)
    {
        return header('*', count);
    }

    /**
     * Begins a map; in version 2 an array of keys and values.
     *
     * @param count of its pairs, which follow.
     * @return this.
     */
    public RespWriter map(final int count)
    {
        return version == VERSION_3 ? header('%', count) : header('*', 2 * count);
    }

    private RespWriter header(final char type, final int count)
    {
        put(type);
        length += buffer.putIntAscii(length, count);
        return lineEnd();
    }

    private void put(final char next)
    {
        buffer.putByte(length, (byte) next);
        length++;
    }

    private void ascii(final String text)
    {
        length += buffer.putStringWithoutLengthAscii(length, text);
    }

    private RespWriter lineEnd()
    {
        put('\r');
        put('\n');
        return this;
    }

    private static final class Constants
    {
        static final byte[] NULL = "_\r\n".getBytes(StandardCharsets.US_ASCII);
        static final byte[] NULL_BULK = "$-1\r\n".getBytes(StandardCharsets.US_ASCII);
        static final byte[] NULL_ARRAY = "*-1\r\n".getBytes(StandardCharsets.US_ASCII);
    }
}
