package org.velocitydb.client;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The bytes from and to a server, encrypted or not. One thread reads while others take turns at writing; any may close,
 * which ends a read or write under way.
 */
interface Wire extends AutoCloseable
{
    /**
     * Waits for bytes.
     *
     * @return bytes read, from the position on, or -1 when none will come any more.
     */
    int read(ByteBuffer dst) throws IOException;

    /** Writes all that remains. */
    void write(ByteBuffer src) throws IOException;

    /** Where the server is, or null once closed. */
    InetAddress remoteAddress();

    /** Whether nobody on the way can read what is sent. */
    boolean isSecure();

    /** Fingerprint of the key that the server has proved to hold by TLS, or null. */
    String fingerprint();

    @Override
    void close();
}
