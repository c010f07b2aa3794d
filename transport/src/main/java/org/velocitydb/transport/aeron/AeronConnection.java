package org.velocitydb.transport.aeron;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;
import org.velocitydb.transport.network.Connection;
import org.velocitydb.transport.network.Poller;

/**
 * One client: its image, from which requests are read, and a publication of its own for the answers. Used by the loop's
 * thread alone; allocation-free between opening and closing.
 *
 * <p>Who does not poll its answers finds the publication full; what is left waits in the session, whose limits hold as
 * over TCP. Whose requests nobody reads is held back by Aeron in the same way.
 */
final class AeronConnection implements Connection
{
    /** A change of terms is over by the second attempt; more would be a driver that is stuck. */
    private static final int ADMIN_ACTIONS_MAX = 3;

    /**
     * Messages taken in one read. Nothing says that a message has a byte in it, so without this a client that sends
     * empty ones would keep the loop for itself.
     */
    static final int FRAGMENTS_MAX = 1024;

    private final Image image;
    private final ExclusivePublication publication;
    private final InetSocketAddress remoteAddress;
    private final BufferClaim claim = new BufferClaim();
    private final ControlledFragmentHandler onFragment = this::onFragment;
    private final ControlledFragmentHandler onPeek = this::onPeek;
    private final int pieceLengthMax;
    private ByteBuffer destination;
    /** Bytes of the fragment at the image's position that have been read already. */
    private int takenOfFragment;
    private boolean hasFragment;
    private boolean isClosed;

    private Object attachment;
    private int interestOps;

    AeronConnection(
        final Image image, final ExclusivePublication publication, final InetSocketAddress remoteAddress)
    {
        this.image = image;
        this.publication = publication;
        this.remoteAddress = remoteAddress;
        pieceLengthMax = publication.maxPayloadLength();
    }

    @Override
    public int read(final ByteBuffer dst)
    {
        final int before = dst.position();
        destination = dst;
        int remainingCount = FRAGMENTS_MAX;
        int count = 1;
        while (dst.hasRemaining() && remainingCount > 0 && count > 0)
        {
            // One poll ends with a term; the next goes on in the following one.
            count = image.controlledPoll(onFragment, remainingCount);
            remainingCount -= count;
        }
        final int length = dst.position() - before;
        return length == 0 && isAtEnd() ? END_OF_STREAM : length;
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
        return destination.hasRemaining()
            ? ControlledFragmentHandler.Action.CONTINUE
            : ControlledFragmentHandler.Action.BREAK;
    }

    private boolean isAtEnd()
    {
        return image.isClosed() || image.isEndOfStream();
    }

    @Override
    public int write(final ByteBuffer src) throws IOException
    {
        final int before = src.position();
        int adminActions = 0;
        while (src.hasRemaining())
        {
            final int length = Math.min(pieceLengthMax, src.remaining());
            final long result = publication.tryClaim(length, claim);
            if (result > 0)
            {
                claim.buffer().putBytes(claim.offset(), src, src.position(), length);
                claim.commit();
                src.position(src.position() + length);
            }
            else if (result != Publication.ADMIN_ACTION || ++adminActions > ADMIN_ACTIONS_MAX)
            {
                refuse(result);
                break;
            }
        }
        return src.position() - before;
    }

    /** What is not said below passes, and what remains is written when the poller finds room. */
    private void refuse(final long result) throws IOException
    {
        if (result == Publication.NOT_CONNECTED)
        {
            throw new IOException("the client takes part no more: remote=" + remoteAddress);
        }
        if (result == Publication.CLOSED)
        {
            throw new IOException("Aeron has closed the publication: remote=" + remoteAddress);
        }
        if (result == Publication.MAX_POSITION_EXCEEDED)
        {
            throw new IOException(
                "the stream of answers has reached its end: remote=" + remoteAddress + ", position=" +
                    publication.position());
        }
    }

    @Override
    public void shutdownOutput()
    {
        publication.close();
    }

    @Override
    public InetSocketAddress remoteAddress()
    {
        return remoteAddress;
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            publication.close();
            // A client that goes on all the same is told, and its image leaves the driver.
            if (!isAtEnd())
            {
                Arrival.turnAway(image);
            }
        }
    }

    boolean isClosed()
    {
        return isClosed;
    }

    void register(final Object value)
    {
        attachment = value;
        interestOps = Poller.READ;
    }

    Object attachment()
    {
        return attachment;
    }

    void interest(final int ops)
    {
        interestOps = ops;
    }

    /** What it is ready for, of that which is asked for. */
    int readyOps()
    {
        int ops = 0;
        if ((interestOps & Poller.READ) != 0 && (hasInput() || isAtEnd()))
        {
            ops |= Poller.READ;
        }
        if ((interestOps & Poller.WRITE) != 0 && hasRoom())
        {
            ops |= Poller.WRITE;
        }
        return ops;
    }

    private boolean hasInput()
    {
        hasFragment = false;
        final long position = image.position();
        // A term may end with padding: there is nothing to be had, but to be passed over by reading.
        return image.controlledPeek(position, onPeek, Long.MAX_VALUE) > position || hasFragment;
    }

    private ControlledFragmentHandler.Action onPeek(
        final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        hasFragment = true;
        return ControlledFragmentHandler.Action.ABORT;
    }

    /** Also where it is broken, so that the attempt to write finds that out. */
    private boolean hasRoom()
    {
        return publication.isClosed() || publication.availableWindow() > 0 || !publication.isConnected();
    }
}
