package org.velocitydb.server.node;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

import org.velocitydb.protocol.v2.HandshakeTranscript;
import org.velocitydb.transport.Session;

/**
 * Signs handshakes, which cost the event loop some hundred microseconds each and which anybody may ask for. So they
 * wait here, one for each connection at most, and are done one in a duty cycle; and while clients that are logged in
 * are being served, a signature is followed by {@link #REST_FACTOR} times its own length without another. A flood of
 * connections then takes a fifth of the loop's time from the clients, and delays each of their requests by one
 * signature at most.
 *
 * <p>A handshake that waits is given up with its connection, after the login timeout at the latest. Owned by one event
 * loop.
 */
final class HandshakeDesk
{
    /**
     * Appends the answer.
     */
    @FunctionalInterface
    interface Answer
    {
        /**
         * Called when it is a handshake's turn.
         *
         * @param client that asked; its session is open.
         * @param hello  what it said.
         */
        void onHello(ClientState client, Hello hello);
    }

    /** What a client said: its request's number and its nonce. */
    record Hello(long sessionId, long correlationId, byte[] clientNonce)
    {
    }

    private static final int REST_FACTOR = 4;
    /** Clients are being served if one was within this time. */
    private static final long SERVING_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final LoopServices loop;
    private final Answer answer;
    private final ArrayDeque<Hello> waiting = new ArrayDeque<>();
    private long lastServedNs;
    private long restUntilNs;

    HandshakeDesk(final LoopServices loop, final Answer answer)
    {
        this.loop = loop;
        this.answer = answer;
        restUntilNs = loop.context().nanoClock().nanoTime();
        lastServedNs = restUntilNs - SERVING_NS;
    }

    /**
     * Has a connection wait for its turn. Nothing more is read from it until then.
     *
     * @param client that asks.
     * @param hello  what it said; the nonce is kept.
     */
    void submit(final ClientState client, final Hello hello)
    {
        final Session session = client.session();
        client.isGreeting(true);
        session.suspendReading();
        waiting.addLast(hello);
    }

    /** A request of a client that is logged in was served: it is to go before strangers. */
    void onServed()
    {
        lastServedNs = loop.nowNs();
    }

    /**
     * Answers the next one, if it is time.
     *
     * @param clients of this loop.
     * @param nowNs   the present.
     * @return handshakes dealt with.
     */
    int doWork(final ClientTable clients, final long nowNs)
    {
        if (waiting.isEmpty() || restUntilNs - nowNs > 0 && nowNs - lastServedNs < SERVING_NS)
        {
            return 0;
        }
        final Hello hello = waiting.pollFirst();
        final ClientState client = clients.find(hello.sessionId());
        if (client != null)
        {
            client.isGreeting(false);
            answer.onHello(client, hello);
            client.session().resumeReading();
            final long endNs = loop.context().nanoClock().nanoTime();
            restUntilNs = endNs + REST_FACTOR * (endNs - nowNs);
        }
        return 1;
    }

    /** Finds a connection's state. */
    @FunctionalInterface
    interface ClientTable
    {
        /**
         * Finds it.
         *
         * @param sessionId of the connection.
         * @return null where it is gone.
         */
        ClientState find(long sessionId);
    }

    static byte[] newNonce()
    {
        return new byte[HandshakeTranscript.NONCE_LENGTH];
    }
}
