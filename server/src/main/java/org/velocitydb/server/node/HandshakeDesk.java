package org.velocitydb.server.node;

import java.util.ArrayDeque;

import org.velocitydb.protocol.v2.HandshakeTranscript;
import org.velocitydb.transport.Session;

/**
 * One event loop's side of handshakes: they wait here, one for each connection at most, and are given to the {@link
 * HandshakeSigner} one after the other. So a flood of them takes no more of the loop's time than reading and answering
 * does, and those whose connection is gone before it is their turn are never signed.
 *
 * <p>A handshake that waits is given up with its connection, after the login timeout at the latest. Owned by one event
 * loop; {@link Signing#done} alone is called by the signer.
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
         * Called when a handshake is signed.
         *
         * @param client that asked; its session is open.
         * @param signed what it said, and the signature, which is null where signing failed.
         */
        void onSigned(ClientState client, Signing signed);
    }

    /** What a client said: its request's number and its nonce. */
    record Hello(long sessionId, long correlationId, byte[] clientNonce)
    {
    }

    /** A handshake under way: the loop's until it is submitted, then the signer's until it is done, then the loop's. */
    final class Signing
    {
        private final Hello hello;
        private final byte[] serverNonce;
        private final byte[] publicKey;
        private byte[] signature;

        private Signing(final Hello hello, final byte[] serverNonce, final byte[] publicKey)
        {
            this.hello = hello;
            this.serverNonce = serverNonce;
            this.publicKey = publicKey;
        }

        Hello hello()
        {
            return hello;
        }

        byte[] serverNonce()
        {
            return serverNonce;
        }

        byte[] publicKey()
        {
            return publicKey;
        }

        byte[] signature()
        {
            return signature;
        }

        byte[] message()
        {
            return HandshakeTranscript.bytes(hello.clientNonce(), serverNonce, publicKey);
        }

        void done(final byte[] result)
        {
            signature = result;
            // Volatile: pairs with the read in doWork, which sees the signature with it.
            signed = this;
            wakeLoop.run();
        }
    }

    private final LoopServices loop;
    private final HandshakeSigner signer;
    private final Answer answer;
    private final Runnable wakeLoop;
    private final ArrayDeque<Hello> waiting = new ArrayDeque<>();
    private boolean isSigning;
    /** Written by the signer with what is done, by the loop with null, in turn. */
    private volatile Signing signed;

    HandshakeDesk(
        final LoopServices loop, final HandshakeSigner signer, final Answer answer, final Runnable wakeLoop)
    {
        this.loop = loop;
        this.signer = signer;
        this.answer = answer;
        this.wakeLoop = wakeLoop;
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

    /**
     * Answers what is signed and has the next one signed.
     *
     * @param clients of this loop.
     * @return handshakes dealt with.
     */
    int doWork(final ClientTable clients)
    {
        int workCount = 0;
        final Signing done = isSigning ? signed : null;
        if (done != null)
        {
            signed = null;
            isSigning = false;
            finish(clients, done);
            workCount++;
        }
        while (!isSigning && !waiting.isEmpty())
        {
            final Hello hello = waiting.pollFirst();
            if (clients.find(hello.sessionId()) != null)
            {
                final byte[] serverNonce = newNonce();
                loop.context().entropy().fill(serverNonce);
                isSigning = true;
                signer.submit(new Signing(hello, serverNonce, signer.publicKey()));
            }
            workCount++;
        }
        return workCount;
    }

    private void finish(final ClientTable clients, final Signing done)
    {
        final ClientState client = clients.find(done.hello.sessionId());
        if (client != null)
        {
            client.isGreeting(false);
            answer.onSigned(client, done);
            client.session().resumeReading();
        }
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
