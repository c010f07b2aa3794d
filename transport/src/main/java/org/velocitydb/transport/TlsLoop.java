package org.velocitydb.transport;

import java.nio.ByteBuffer;

import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * What the TLS connections of one event loop share: the buffers in which records are taken apart and put together, and
 * the way back from {@link TlsHandshakes}. The buffers hold something during one call only; what has to be kept is
 * copied to a pooled buffer of its connection. Used on the loop's thread alone but for {@link
 * #handBack(TlsConnection)}.
 */
final class TlsLoop
{
    /** Header, longest text, and what encrypting may add (RFC 8446, 5.2). */
    static final int MAX_RECORD_LENGTH = 5 + 16 * 1024 + 256;
    /** JSSE wants this much room before it makes a record, however short. */
    private static final int WRAP_ROOM_LENGTH = 17 * 1024;
    /** Records sent with one system call. */
    private static final int RECORDS_PER_WRITE = 8;

    /** Changed by {@link Transport#tls(TlsSettings)}; each connection takes it once, when its handshake begins. */
    private volatile TlsSettings settings;
    private final TlsHandshakes handshakes;
    private final ByteBuffer received;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(MAX_RECORD_LENGTH);
    private final ByteBuffer sending = ByteBuffer.allocateDirect(RECORDS_PER_WRITE * WRAP_ROOM_LENGTH);
    private final ManyToOneConcurrentLinkedQueue<TlsConnection> computed = new ManyToOneConcurrentLinkedQueue<>();
    private Runnable wakeLoop;

    TlsLoop(final TlsSettings settings, final TlsHandshakes handshakes, final int receiveBufferLength)
    {
        this.settings = settings;
        this.handshakes = handshakes;
        received = ByteBuffer.allocateDirect(Math.max(receiveBufferLength, MAX_RECORD_LENGTH) + MAX_RECORD_LENGTH);
    }

    /** Set before the loop runs. */
    void wakeLoop(final Runnable value)
    {
        wakeLoop = value;
    }

    TlsSettings settings()
    {
        return settings;
    }

    void settings(final TlsSettings changed)
    {
        settings = changed;
    }

    TlsHandshakes handshakes()
    {
        return handshakes;
    }

    /** Cipher text from the socket. */
    ByteBuffer received()
    {
        return received;
    }

    /** Plain text of one record that may not fit where it should go. */
    ByteBuffer scratch()
    {
        return scratch;
    }

    /** Cipher text for the socket. */
    ByteBuffer sending()
    {
        return sending;
    }

    static boolean hasRoomToWrap(final ByteBuffer buffer)
    {
        return buffer.remaining() >= WRAP_ROOM_LENGTH;
    }

    /** Called by the handshakes' thread. */
    void handBack(final TlsConnection connection)
    {
        computed.offer(connection);
        wakeLoop.run();
    }

    /**
     * Goes on with connections whose step has been computed.
     *
     * @return how many there were.
     */
    int pollComputed()
    {
        int count = 0;
        for (TlsConnection next = computed.poll(); next != null; next = computed.poll())
        {
            next.onComputed();
            count++;
        }
        return count;
    }
}
