package org.velocitydb.client.aeron;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.velocitydb.client.Wire;
import org.velocitydb.protocol.aeron.ConnectMessage;

/**
 * A connection over Aeron: a publication of our own for the requests, and a subscription of our own for the answers,
 * whose stream and session nobody else has. The first message says where the answers are to go.
 *
 * <p>Nothing tells of bytes in shared memory, so whoever reads looks again and again: at first at once, then giving the
 * processor away, then after short naps.
 */
final class AeronWire implements Wire
{
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String IPC = "aeron:ipc";
    /** Half of it may be on its way to the server. */
    private static final String TERM_LENGTH = "term-length=256k";
    /** Longest piece of the stream over IPC; over UDP it is what a datagram takes. */
    private static final String IPC_MTU = "mtu=8k";
    private static final int SPINS = 20;
    private static final int YIELDS = 50;
    private static final long NAP_MIN_NS = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long NAP_MAX_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long FORSAKEN_MAX_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long NOT_FORSAKEN = Long.MIN_VALUE;

    private final AeronAddress address;
    private final SharedAeron shared;
    private final InetAddress server;
    private final Subscription answers;
    private final ExclusivePublication requests;
    /** Used by the one thread that reads. */
    private final IdleStrategy readIdling = newIdling();
    private final ControlledFragmentHandler onFragment = this::onFragment;
    private Image image;
    private ByteBuffer destination;
    private int takenOfFragment;
    /** Since when the server has not taken part; belongs to the thread that reads. */
    private long forsakenNs = NOT_FORSAKEN;
    /** Used by the one thread that writes. */
    private final IdleStrategy writeIdling = newIdling();
    private final BufferClaim claim = new BufferClaim();
    /**
     * Whoever reads or writes now, and one more until it is closed. Aeron unmaps the memory with the last connection,
     * so that is left to whoever leaves last.
     */
    private final AtomicInteger holdCount = new AtomicInteger(1);
    private volatile boolean isClosed;

    private AeronWire(
        final AeronAddress address,
        final SharedAeron shared,
        final InetAddress server,
        final Subscription answers,
        final ExclusivePublication requests)
    {
        this.address = address;
        this.shared = shared;
        this.server = server;
        this.answers = answers;
        this.requests = requests;
    }

    static AeronWire open(final AeronAddress address, final long timeoutNs) throws IOException
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        final SharedAeron shared = SharedAeron.acquire(address.directory(), timeoutNs);
        Subscription answers = null;
        ExclusivePublication requests = null;
        AeronWire wire = null;
        try
        {
            final InetSocketAddress server = address.isIpc() ? null : resolve(address.endpoint());
            final int sessionId = RANDOM.nextInt();
            final int streamId = 1 + RANDOM.nextInt(Integer.MAX_VALUE);
            answers = shared.aeron().addSubscription(
                (server == null ? IPC + "?" : "aeron:udp?endpoint=" + local(server) + "|rejoin=false|") +
                    "session-id=" + sessionId,
                streamId);
            requests = shared.aeron().addExclusivePublication(
                (server == null ? IPC + "?" + IPC_MTU : "aeron:udp?endpoint=" + endpoint(server)) + "|" + TERM_LENGTH,
                address.streamId());
            wire = new AeronWire(
                address, shared, server == null ? InetAddress.getLoopbackAddress() : server.getAddress(), answers,
                requests);
            final int port = server == null ? ConnectMessage.NO_PORT : wire.answerPort(deadlineNs);
            wire.connect(new ConnectMessage(streamId, sessionId, port), deadlineNs);
            return wire;
        }
        catch (final RuntimeException ex)
        {
            // Not Aeron's own alone: an image may go in the moment in which it is asked for, a driver at any.
            close(requests, answers, shared);
            throw new IOException("Aeron refuses: server=" + address.text() + ", cause=" + ex.getMessage(), ex);
        }
        catch (final IOException ex)
        {
            close(requests, answers, shared);
            throw ex;
        }
    }

    private static InetSocketAddress resolve(final String endpoint) throws IOException
    {
        final int colon = endpoint.lastIndexOf(':');
        final String host = endpoint.substring(0, colon);
        final boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        final InetSocketAddress found = new InetSocketAddress(
            isBracketed ? host.substring(1, host.length() - 1) : host,
            Integer.parseInt(endpoint.substring(colon + 1)));
        if (found.isUnresolved())
        {
            throw new UnknownHostException("no such host: " + host);
        }
        return found;
    }

    private static String endpoint(final InetSocketAddress found)
    {
        return text(found.getAddress()) + ":" + found.getPort();
    }

    /** Of the addresses of this machine the one from which the server is reached, and any port. */
    private static String local(final InetSocketAddress server) throws IOException
    {
        try (DatagramSocket probe = new DatagramSocket())
        {
            probe.connect(server);
            return text(probe.getLocalAddress()) + ":0";
        }
    }

    private static String text(final InetAddress host)
    {
        return host instanceof Inet6Address ? "[" + host.getHostAddress() + "]" : host.getHostAddress();
    }

    private int answerPort(final long deadlineNs) throws IOException
    {
        String resolved = answers.resolvedEndpoint();
        while (resolved == null)
        {
            await(writeIdling, deadlineNs, "no port for answers");
            resolved = answers.resolvedEndpoint();
        }
        return Integer.parseInt(resolved.substring(resolved.lastIndexOf(':') + 1));
    }

    private void connect(final ConnectMessage message, final long deadlineNs) throws IOException
    {
        while (!requests.isConnected())
        {
            await(writeIdling, deadlineNs, "nobody listens");
        }
        write(message.encode());
        while (answers.hasNoImages())
        {
            if (!requests.isConnected())
            {
                throw new IOException("the server turns this client away: server=" + address.text());
            }
            await(readIdling, deadlineNs, "the server does not answer");
        }
        image = answers.imageAtIndex(0);
        readIdling.reset();
        writeIdling.reset();
    }

    private void await(final IdleStrategy idling, final long deadlineNs, final String reason) throws IOException
    {
        if (deadlineNs - System.nanoTime() <= 0)
        {
            throw new IOException(reason + ": server=" + address.text());
        }
        idling.idle();
    }

    @Override
    public int read(final ByteBuffer dst) throws IOException
    {
        hold();
        try
        {
            return poll(dst);
        }
        finally
        {
            letGo();
        }
    }

    private int poll(final ByteBuffer dst) throws IOException
    {
        final int before = dst.position();
        destination = dst;
        readIdling.reset();
        while (!isClosed)
        {
            image.controlledPoll(onFragment, Integer.MAX_VALUE);
            if (dst.position() > before)
            {
                return dst.position() - before;
            }
            if (image.isClosed() || image.isEndOfStream() || isForsaken())
            {
                return -1;
            }
            readIdling.idle();
        }
        throw new ClosedChannelException();
    }

    /**
     * Whether the server has not taken part for a while in the stream of our requests. It may have been killed: the
     * driver takes seconds to notice, and until then the stream of answers looks as it always did; but a server that is
     * started in its place turns our requests away at once. Answers that are still on their way get the time to arrive.
     */
    private boolean isForsaken()
    {
        if (requests.isConnected())
        {
            forsakenNs = NOT_FORSAKEN;
            return false;
        }
        final long nowNs = System.nanoTime();
        if (forsakenNs == NOT_FORSAKEN)
        {
            forsakenNs = nowNs;
        }
        return nowNs - forsakenNs > FORSAKEN_MAX_NS;
    }

    private ControlledFragmentHandler.Action onFragment(
        final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        final int taken = Math.min(length - takenOfFragment, destination.remaining());
        buffer.getBytes(offset + takenOfFragment, destination, taken);
        takenOfFragment += taken;
        if (takenOfFragment < length)
        {
            // It is handed over again, from its beginning.
            return ControlledFragmentHandler.Action.ABORT;
        }
        takenOfFragment = 0;
        return ControlledFragmentHandler.Action.CONTINUE;
    }

    @Override
    public void write(final ByteBuffer src) throws IOException
    {
        hold();
        try
        {
            offer(src);
        }
        finally
        {
            letGo();
        }
    }

    private void offer(final ByteBuffer src) throws IOException
    {
        while (src.hasRemaining())
        {
            if (isClosed)
            {
                throw new ClosedChannelException();
            }
            final int length = Math.min(requests.maxPayloadLength(), src.remaining());
            final long result = requests.tryClaim(length, claim);
            if (result > 0)
            {
                claim.buffer().putBytes(claim.offset(), src, src.position(), length);
                claim.commit();
                src.position(src.position() + length);
                writeIdling.reset();
            }
            else if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION)
            {
                writeIdling.idle();
            }
            else
            {
                throw new IOException(
                    "server is gone: server=" + address.text() + ", reason=" + Publication.errorString(result));
            }
        }
    }

    @Override
    public InetAddress remoteAddress()
    {
        return isClosed ? null : server;
    }

    @Override
    public boolean isSecure()
    {
        return false;
    }

    @Override
    public String fingerprint()
    {
        return null;
    }

    @Override
    public void close()
    {
        synchronized (this)
        {
            if (isClosed)
            {
                return;
            }
            isClosed = true;
        }
        letGo();
    }

    private void hold() throws IOException
    {
        int count = holdCount.get();
        while (count > 0 && !holdCount.compareAndSet(count, count + 1))
        {
            count = holdCount.get();
        }
        if (count == 0)
        {
            throw new ClosedChannelException();
        }
    }

    private void letGo()
    {
        if (holdCount.decrementAndGet() == 0)
        {
            close(requests, answers, shared);
        }
    }

    private static void close(
        final ExclusivePublication requests, final Subscription answers, final SharedAeron shared)
    {
        CloseHelper.quietCloseAll(requests, answers);
        shared.release();
    }

    private static IdleStrategy newIdling()
    {
        return new BackoffIdleStrategy(SPINS, YIELDS, NAP_MIN_NS, NAP_MAX_NS);
    }
}
