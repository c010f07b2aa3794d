package org.velocitydb.transport.aeron;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.FragmentHandler;
import org.velocitydb.protocol.aeron.ConnectMessage;

/**
 * A client that is being connected.
 *
 * <pre>
 *   its image is there ─► connect message ─► publication asked for ─► publication made ─► client takes part: CONNECTED
 * </pre>
 *
 * Any step may fail; none waits. Used by the loop's thread alone.
 */
final class Arrival
{
    /**
     * Longer terms over UDP would let a stranger have the driver take more memory than a connection is worth. Over IPC
     * it has taken it already.
     */
    private static final int TERM_LENGTH_MAX = 16 * 1024 * 1024;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    /** How long it keeps its place when others want it; a client that is alive needs some milliseconds. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long NULL_ID = Aeron.NULL_VALUE;

    /**
     * What the answers of one client take of the driver's directory, three times; half of it may wait to be read. A
     * message is at most an eighth of it.
     */
    private static final String TERM_LENGTH = "term-length=256k";
    /** Longest piece of the stream over IPC. Over UDP it is what a datagram takes, which Aeron knows. */
    private static final String IPC_MTU = "mtu=8k";

    /** How far it has come. */
    enum Progress
    {
        /** On its way. */
        WAITING,
        /** It can be used. */
        CONNECTED,
        /** It never will be. */
        FAILED
    }

    private final Image image;
    private final boolean isIpc;
    private final long deadlineNs;
    private final FragmentHandler onFirst;
    private boolean hasFirst;
    private ConnectMessage message;
    private long registrationId = NULL_ID;
    private ExclusivePublication publication;

    Arrival(final Image image, final boolean isIpc, final long nowNs)
    {
        this.image = image;
        this.isIpc = isIpc;
        deadlineNs = nowNs + TIMEOUT_NS;
        onFirst = (buffer, offset, length, header) ->
        {
            hasFirst = true;
            if (length == ConnectMessage.LENGTH)
            {
                final ByteBuffer bytes = ByteBuffer.allocate(length);
                buffer.getBytes(offset, bytes, length);
                message = ConnectMessage.tryDecode(bytes.flip());
            }
        };
    }

    /** A stream that was joined in its middle, as after a restart of this server, says nothing that can be read. */
    static boolean isAcceptable(final Image image, final boolean isIpc)
    {
        return image.joinPosition() == 0 && (isIpc || image.termBufferLength() <= TERM_LENGTH_MAX);
    }

    static void turnAway(final Image image)
    {
        if (!image.isClosed())
        {
            image.reject("VelocityDB: not accepted");
        }
    }

    /** Whether it has had the time that any client needs. */
    boolean isSlow(final long nowNs)
    {
        return deadlineNs - nowNs <= TIMEOUT_NS - PATIENCE_NS;
    }

    Progress advance(final Aeron aeron, final long nowNs)
    {
        if (image.isClosed() || deadlineNs - nowNs <= 0)
        {
            return Progress.FAILED;
        }
        try
        {
            return registrationId == NULL_ID ? receive(aeron) : await(aeron);
        }
        catch (final AeronException | UnknownHostException ex)
        {
            // The driver could not make what the client asked for; it is told by being turned away.
            return Progress.FAILED;
        }
    }

    private Progress receive(final Aeron aeron) throws UnknownHostException
    {
        image.poll(onFirst, 1);
        if (!hasFirst)
        {
            return Progress.WAITING;
        }
        if (message == null || isIpc != (message.port() == ConnectMessage.NO_PORT))
        {
            return Progress.FAILED;
        }
        registrationId = aeron.asyncAddExclusivePublication(channel(), message.streamId());
        return Progress.WAITING;
    }

    private Progress await(final Aeron aeron)
    {
        if (publication == null)
        {
            publication = aeron.getExclusivePublication(registrationId);
        }
        return publication != null && publication.isConnected() ? Progress.CONNECTED : Progress.WAITING;
    }

    private String channel() throws UnknownHostException
    {
        final String way = isIpc
            ? "aeron:ipc?" + IPC_MTU
            : "aeron:udp?endpoint=" +
                AeronLink.endpoint(remoteAddress().getAddress(), Integer.toString(message.port()));
        return way + "|" + TERM_LENGTH + "|session-id=" + message.sessionId();
    }

    /** Where the requests come from; over IPC the loopback, which is what it is to every rule about addresses. */
    private InetSocketAddress remoteAddress() throws UnknownHostException
    {
        if (isIpc)
        {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }
        final String source = image.sourceIdentity();
        final int colon = source.lastIndexOf(':');
        // Digits, so nobody is asked for a name.
        return new InetSocketAddress(
            InetAddress.getByName(source.substring(0, colon)), Integer.parseInt(source.substring(colon + 1)));
    }

    AeronConnection toConnection()
    {
        try
        {
            return new AeronConnection(image, publication, remoteAddress());
        }
        catch (final UnknownHostException ex)
        {
            throw new IllegalStateException("address was known before: source=" + image.sourceIdentity(), ex);
        }
    }

    void abandon(final Aeron aeron)
    {
        if (publication != null)
        {
            publication.close();
        }
        else if (registrationId != NULL_ID && !aeron.isClosed())
        {
            aeron.asyncRemovePublication(registrationId);
        }
        turnAway(image);
    }
}
