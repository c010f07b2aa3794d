package org.velocitydb.client;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The bytes from and to a server, encrypted or not. One thread reads while others take turns at writing; any may close,
 * which ends a read or write under way.
 */
public interface Wire extends AutoCloseable
{
    /**
     * Waits for bytes.
     *
     * @param dst on the heap; where they go, from its position on.
     * @return bytes read, or -1 when none will come any more.
     * @throws IOException when the connection is broken or closed.
     */
    int read(ByteBuffer dst) throws IOException;

    /**
     * Writes all that remains. The thread that writes is one of many whose requests share the connection: that it is
     * interrupted meanwhile must not end the connection.
     *
     * @param src on the heap; the bytes, from its position to its limit.
     * @throws IOException when the connection is broken or closed.
     */
    void write(ByteBuffer src) throws IOException;

    /**
     * Where the server is.
     *
     * @return the address, or null once closed.
     */
    InetAddress remoteAddress();

    /**
     * Whether nobody on the way can read what is sent.
     *
     * @return true for what is encrypted.
     */
    boolean isSecure();

    /**
     * Who the server is by TLS.
     *
     * @return fingerprint of the key that it has proved to hold, or null without TLS.
     */
    String fingerprint();

    @Override
    void close();
}
