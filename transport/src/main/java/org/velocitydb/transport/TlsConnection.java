package org.velocitydb.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

import org.velocitydb.transport.network.Connection;

/**
 * Stands between a session and its socket where TLS may be spoken: its first byte tells. From then on it either passes
 * bytes on as they are, or reads records from the socket and hands out their plain text.
 *
 * <p>Read and written like the socket, on the loop's thread, with two differences that the session asks about:
 *
 * <ul>
 * <li>{@link #hasHeldInput()}: something of what the socket gave is still here and can be had without waiting for the
 * socket, because the reader's buffer was full or a step of the handshake has been computed.</li>
 * <li>{@link #hasHeldOutput()}: records were made that the socket has not taken.</li>
 * </ul>
 *
 * While a step of the handshake is computed elsewhere ({@link TlsHandshakes}), or its answer waits for the socket, the
 * session is stopped with {@link SessionFlow#STOP_TLS} and the engine is left alone.
 *
 * <p>Bounds: what is held is at most one read's cipher text, which is one record before the handshake is done, and one
 * record's plain text; and of output one batch of records. Nothing is held while the peer keeps pace. Where TLS fails
 * the peer is sent the alert, if the socket takes it at once, and the caller gets a {@link TlsException}.
 */
final class TlsConnection implements Connection
{
    /** First byte of a record that belongs to a handshake (RFC 8446, 5.1). The frames' magic begins with another. */
    static final int HANDSHAKE_RECORD = 0x16;

    private static final int RECORD_HEADER_LENGTH = 5;
    private static final int RECORD_LENGTH_OFFSET = 3;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /**
     * What is spoken. It only ever goes forward.
     */
    private enum State
    {
        /** Nothing has come yet. */
        UNKNOWN,
        /** No TLS, where that is not allowed: where it is, the session goes on without this object. */
        PLAIN,
        /** TLS, keys not agreed on. */
        HANDSHAKE,
        /** TLS, in order. */
        SECURE,
        /** Closed or failed; the engine is not used any more. */
        ENDED
    }

    private final Connection wire;
    private final TransportSession session;
    private final TlsLoop loop;
    private final TransportCounters counters;
    private final HeldBytes heldCipher;
    private final HeldBytes heldPlain;
    private final HeldBytes heldOutput;
    private State state = State.UNKNOWN;
    private SSLEngine engine;
    private boolean isComputing;
    private boolean hasHeldInput;
    private boolean hasInputEnded;
    private boolean hasSaidFarewell;
    /** Read by the handshakes' thread. */
    private volatile boolean isAbandoned;

    TlsConnection(
        final Connection wire,
        final TransportSession session,
        final TlsLoop loop,
        final BufferPool pool,
        final TransportCounters counters)
    {
        this.wire = wire;
        this.session = session;
        this.loop = loop;
        this.counters = counters;
        heldCipher = new HeldBytes(pool);
        heldPlain = new HeldBytes(pool);
        heldOutput = new HeldBytes(pool);
    }

    boolean hasHeldInput()
    {
        return hasHeldInput;
    }

    boolean hasHeldOutput()
    {
        return !heldOutput.isEmpty();
    }

    /** Whether the peer speaks without TLS where that is not allowed. */
    boolean isPlainRefused()
    {
        return state == State.PLAIN;
    }

    boolean isShakingHands()
    {
        return state == State.HANDSHAKE;
    }

    boolean isSecure()
    {
        return state == State.SECURE;
    }

    /** The peer's certificate, which has been found good, or null where it showed none. */
    X509Certificate peerCertificate()
    {
        if (state != State.SECURE)
        {
            return null;
        }
        try
        {
            final Certificate[] chain = engine.getSession().getPeerCertificates();
            return (X509Certificate) chain[0];
        }
        catch (final SSLPeerUnverifiedException ignored)
        {
            // This is how JSSE says that there is none.
            return null;
        }
    }

    // --- for TlsHandshakes ---

    SSLEngine engine()
    {
        return engine;
    }

    boolean isAbandoned()
    {
        return isAbandoned;
    }

    void handBack()
    {
        loop.handBack(this);
    }

    /** The step is computed: back on the loop's thread. */
    void onComputed()
    {
        isComputing = false;
        hasHeldInput = !isAbandoned;
        resumeSession();
    }

    // --- reading ---

    @Override
    public int read(final ByteBuffer dst) throws IOException
    {
        return switch (state)
        {
            case UNKNOWN -> readFirst(dst);
            case PLAIN -> wire.read(dst);
            default -> readRecords(dst);
        };
    }

    private int readFirst(final ByteBuffer dst) throws IOException
    {
        final int begin = dst.position();
        final int limit = dst.limit();
        dst.limit(Math.min(limit, begin + TlsLoop.MAX_RECORD_LENGTH));
        final int count = wire.read(dst);
        dst.limit(limit);
        if (count <= 0)
        {
            return count;
        }
        if (dst.get(begin) != HANDSHAKE_RECORD)
        {
            state = State.PLAIN;
            if (!loop.settings().isRequired())
            {
                session.link().speaksPlain();
            }
            return count;
        }
        state = State.HANDSHAKE;
        engine = loop.settings().newEngine();
        final ByteBuffer cipher = loop.received().clear();
        cipher.put(0, dst, begin, count).position(count);
        dst.position(begin);
        return takeRecords(cipher, dst);
    }

    private int readRecords(final ByteBuffer dst) throws IOException
    {
        if (hasInputEnded)
        {
            hasHeldInput = false;
            return END_OF_STREAM;
        }
        if (isComputing || state == State.ENDED)
        {
            return 0;
        }
        final int fromBefore = heldPlain.moveTo(dst);
        if (!heldPlain.isEmpty())
        {
            return fromBefore;
        }
        final boolean mayHaveRecord = hasHeldInput;
        hasHeldInput = false;
        final ByteBuffer cipher = loop.received().clear();
        heldCipher.moveTo(cipher);
        if (!mayHaveRecord && !readWire(cipher, dst.remaining()))
        {
            return onWireEnd(cipher);
        }
        final int count = fromBefore + takeRecords(cipher, dst);
        return count == 0 && hasInputEnded ? END_OF_STREAM : count;
    }

    /** Reads no more than the reader has room for, but always enough for one record. */
    private boolean readWire(final ByteBuffer cipher, final int room) throws IOException
    {
        final int wanted = state == State.SECURE
            ? Math.max(room, TlsLoop.MAX_RECORD_LENGTH)
            : TlsLoop.MAX_RECORD_LENGTH;
        cipher.limit(Math.min(cipher.capacity(), Math.max(wanted, cipher.position() + 1)));
        return wire.read(cipher) != END_OF_STREAM;
    }

    /**
     * The stream ended without the peer's having said so in TLS. That cuts off nothing that matters: a request is taken
     * as a whole or not at all, as without TLS.
     */
    private int onWireEnd(final ByteBuffer cipher) throws IOException
    {
        if (state == State.HANDSHAKE)
        {
            throw fail(new TlsException("connection ended in the handshake"));
        }
        if (cipher.position() > 0)
        {
            throw fail(new TlsException("connection ended in a record: received=" + cipher.position()));
        }
        hasInputEnded = true;
        return END_OF_STREAM;
    }

    /** Takes apart what has been received, from 0 to the position, and keeps the rest. */
    private int takeRecords(final ByteBuffer cipher, final ByteBuffer dst) throws IOException
    {
        final int begin = dst.position();
        cipher.flip();
        try
        {
            boolean mayGoOn;
            do
            {
                mayGoOn = step(cipher, dst);
            }
            while (mayGoOn);
        }
        catch (final SSLException ex)
        {
            throw fail(new TlsException(ex));
        }
        catch (final RuntimeException ex)
        {
            // A provider that stumbles over what a peer sent ends that connection, not the loop.
            throw fail(new TlsException(ex));
        }
        heldCipher.add(cipher);
        return dst.position() - begin;
    }

    /** Does what the engine asks for next; false when it has to wait. */
    private boolean step(final ByteBuffer cipher, final ByteBuffer dst) throws IOException
    {
        return switch (engine.getHandshakeStatus())
        {
            case NEED_TASK -> {
                compute();
                yield false;
            }
            case NEED_WRAP -> answer();
            default -> takeRecord(cipher, dst);
        };
    }

    private void compute()
    {
        isComputing = true;
        session.flow().stop(SessionFlow.STOP_TLS);
        loop.handshakes().submit(this);
    }

    /** Sends a part of the handshake. Nothing more is taken from a peer that does not take that. */
    private boolean answer() throws IOException
    {
        final ByteBuffer records = loop.sending().clear();
        SSLEngineResult result;
        do
        {
            result = engine.wrap(NOTHING, records);
        }
        while (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && TlsLoop.hasRoomToWrap(records) &&
            result.getStatus() == SSLEngineResult.Status.OK);
        send(records.flip());
        if (result.getStatus() == SSLEngineResult.Status.CLOSED)
        {
            hasInputEnded = true;
            return false;
        }
        afterHandshake(result.getHandshakeStatus());
        if (hasHeldOutput())
        {
            hasHeldInput = true;
            session.flow().stop(SessionFlow.STOP_TLS);
            session.needsFlush();
            return false;
        }
        return true;
    }

    private boolean takeRecord(final ByteBuffer cipher, final ByteBuffer dst) throws IOException
    {
        final int recordLength = recordLength(cipher);
        if (recordLength > cipher.remaining())
        {
            return false;
        }
        if (state == State.SECURE && !dst.hasRemaining())
        {
            hasHeldInput = true;
            return false;
        }
        final boolean fits = dst.remaining() >= recordLength;
        final ByteBuffer plain = fits ? dst : loop.scratch().clear();
        final SSLEngineResult result = engine.unwrap(cipher, plain);
        if (!fits)
        {
            heldPlain.add(plain.flip());
            heldPlain.moveTo(dst);
            hasHeldInput |= !heldPlain.isEmpty();
        }
        switch (result.getStatus())
        {
            case OK :
                afterHandshake(result.getHandshakeStatus());
                return heldPlain.isEmpty();
            case CLOSED :
                hasInputEnded = true;
                // The socket need not have anything more to say by which the reader would be called again.
                hasHeldInput = true;
                cipher.position(cipher.limit());
                return false;
            default :
                throw new SSLException("record cannot be taken apart: status=" + result.getStatus() + ", length=" +
                    recordLength);
        }
    }

    /** Length of the record at the head, or more than there is. */
    private static int recordLength(final ByteBuffer cipher) throws SSLException
    {
        if (cipher.remaining() < RECORD_HEADER_LENGTH)
        {
            return RECORD_HEADER_LENGTH;
        }
        final int at = cipher.position() + RECORD_LENGTH_OFFSET;
        final int length = RECORD_HEADER_LENGTH + ((cipher.get(at) & 0xFF) << Byte.SIZE | cipher.get(at + 1) & 0xFF);
        if (length > TlsLoop.MAX_RECORD_LENGTH)
        {
            throw new SSLException("record is too long: length=" + length + ", max=" + TlsLoop.MAX_RECORD_LENGTH);
        }
        return length;
    }

    private void afterHandshake(final HandshakeStatus status)
    {
        if (state == State.HANDSHAKE &&
            (status == HandshakeStatus.FINISHED || status == HandshakeStatus.NOT_HANDSHAKING))
        {
            state = State.SECURE;
            counters.add(TransportCounter.TLS_HANDSHAKES, 1);
        }
    }

    // --- writing ---

    @Override
    public int write(final ByteBuffer src) throws IOException
    {
        if (state == State.UNKNOWN || state == State.PLAIN)
        {
            return wire.write(src);
        }
        final int begin = src.position();
        try
        {
            while (src.hasRemaining() && heldOutput.isEmpty())
            {
                final ByteBuffer records = loop.sending().clear();
                while (src.hasRemaining() && TlsLoop.hasRoomToWrap(records))
                {
                    encrypt(src, records);
                }
                send(records.flip());
            }
        }
        catch (final SSLException ex)
        {
            throw fail(new TlsException(ex));
        }
        return src.position() - begin;
    }

    private void encrypt(final ByteBuffer src, final ByteBuffer records) throws IOException
    {
        if (state != State.SECURE)
        {
            throw new TlsException("cannot write before the handshake is done");
        }
        final SSLEngineResult result = engine.wrap(src, records);
        if (result.getStatus() != SSLEngineResult.Status.OK)
        {
            throw new TlsException("record cannot be made: status=" + result.getStatus());
        }
    }

    private void send(final ByteBuffer records) throws IOException
    {
        if (heldOutput.isEmpty())
        {
            wire.write(records);
        }
        heldOutput.add(records);
    }

    /**
     * Writes what the socket takes of the records that wait.
     *
     * @return bytes written.
     */
    int flushHeld() throws IOException
    {
        if (heldOutput.isEmpty())
        {
            return 0;
        }
        final int written = wire.write(heldOutput.bytes());
        heldOutput.releaseIfTaken();
        if (heldOutput.isEmpty())
        {
            resumeSession();
        }
        return written;
    }

    private void resumeSession()
    {
        if (!isComputing && heldOutput.isEmpty() && session.flow().isStopped(SessionFlow.STOP_TLS))
        {
            session.flow().resume(SessionFlow.STOP_TLS);
        }
    }

    // --- the end ---

    /**
     * Tells the peer in TLS that nothing more comes. That may have to wait for the socket, as other records do.
     */
    void sayFarewell() throws IOException
    {
        if (state != State.SECURE || hasSaidFarewell || !heldOutput.isEmpty())
        {
            return;
        }
        hasSaidFarewell = true;
        engine.closeOutbound();
        final ByteBuffer records = loop.sending().clear();
        wrapAll(records);
        send(records.flip());
    }

    @Override
    public void shutdownOutput() throws IOException
    {
        wire.shutdownOutput();
    }

    @Override
    public InetSocketAddress remoteAddress()
    {
        return wire.remoteAddress();
    }

    @Override
    public void close()
    {
        sayFarewellIfItCostsNothing();
        end();
        wire.close();
    }

    private void end()
    {
        if (engine != null)
        {
            state = State.ENDED;
        }
        isAbandoned = true;
        hasHeldInput = false;
        heldCipher.release();
        heldPlain.release();
        heldOutput.release();
    }

    private void sayFarewellIfItCostsNothing()
    {
        try
        {
            sayFarewell();
        }
        catch (final IOException | RuntimeException ignored)
        {
            // The connection ends in any case; the farewell is a courtesy.
        }
    }

    private TlsException fail(final TlsException failure)
    {
        counters.add(TransportCounter.TLS_FAILURES, 1);
        // An alert goes behind what was sent before, or not at all.
        if (state != State.ENDED && heldOutput.isEmpty())
        {
            sendAlert();
        }
        end();
        return failure;
    }

    private void sendAlert()
    {
        try
        {
            final ByteBuffer records = loop.sending().clear();
            wrapAll(records);
            wire.write(records.flip());
        }
        catch (final IOException | RuntimeException ignored)
        {
            // The connection has failed in any case; saying why is a courtesy.
        }
    }

    private void wrapAll(final ByteBuffer records) throws SSLException
    {
        int length = 1;
        while (length > 0 && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP &&
            TlsLoop.hasRoomToWrap(records))
        {
            length = engine.wrap(NOTHING, records).bytesProduced();
        }
    }
}
