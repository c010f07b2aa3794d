package org.velocitydb.transport.aeron;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NoOpLock;
import org.velocitydb.transport.network.NetworkException;

/**
 * The Aeron client of an endpoint, what it listens on, and the connections that are being made. Opened before its event
 * loop runs, used by that loop's thread alone from then on: Aeron's conductor runs in {@link #poll()}, without a thread
 * or a lock of its own.
 *
 * <p>Where the media driver goes away, or this process was stopped for so long that the driver took it for dead, every
 * connection ends. The link is then made anew as soon as there is a driver again.
 */
final class AeronLink
{
    /** Clients that are being connected at a time; of further ones either they or the eldest are turned away. */
    static final int ARRIVALS_MAX = 64;
    private static final long REOPEN_DELAY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long DRIVER_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(10);

    private final AeronContext context;
    private final DriverDirectory directory;
    private final AtomicLong refusedCount = new AtomicLong();
    private final List<Image> images = new ArrayList<>();
    /** In the order in which they came. */
    private final List<Arrival> arrivals = new ArrayList<>();
    private final ArrayDeque<AeronConnection> established = new ArrayDeque<>();
    private Aeron aeron;
    private Subscription ipc;
    private Subscription udp;
    private boolean isListening = true;
    private boolean isClosed;
    private long nextOpenNs;
    /** Why a driver that is there cannot be joined, once until it can. */
    private boolean isRefusalTold;

    AeronLink(final AeronContext context)
    {
        this.context = context;
        directory = new DriverDirectory(context.directory());
    }

    /** Joins the driver, for which it waits if that is just starting, and listens. */
    void open()
    {
        directory.awaitDriver(DRIVER_TIMEOUT_MS);
        try
        {
            join();
        }
        catch (final Exception ex)
        {
            // Also what Agrona throws without a word about it, of a driver that goes away in this moment for instance.
            leave();
            throw new NetworkException(
                "cannot listen over Aeron: directory=" + context.directory() + ", address=" + context.udpAddress() +
                    ", cause=" + ex.getMessage(),
                ex);
        }
    }

    private void join()
    {
        directory.checkOwner();
        aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(context.directory().toString())
            .useConductorAgentInvoker(true)
            .clientLock(NoOpLock.INSTANCE)
            .driverTimeoutMs(DRIVER_TIMEOUT_MS)
            .errorHandler(AeronEndpoint.withoutEvents(context.errorHandler())));
        if (context.isIpc())
        {
            ipc = aeron.addSubscription("aeron:ipc", context.streamId(), images::add, null);
        }
        if (context.udpAddress() != null)
        {
            // Who was silent for so long that its buffers were given up does not come back in the middle of a frame.
            udp = aeron.addSubscription(
                "aeron:udp?rejoin=false|endpoint=" + endpoint(
                    context.udpAddress().getAddress(), Integer.toString(context.udpAddress().getPort())),
                context.streamId(), images::add, null);
        }
    }

    private void leave()
    {
        CloseHelper.close(context.errorHandler(), aeron);
        aeron = null;
        ipc = null;
        udp = null;
        images.clear();
        arrivals.clear();
    }

    /** The bound address, with the port that the system chose. */
    InetSocketAddress localAddress(final InetSocketAddress asked)
    {
        if (udp == null)
        {
            return asked;
        }
        // The driver binds a moment after it has taken the subscription.
        String resolved = udp.resolvedEndpoint();
        while (resolved == null && !aeron.isClosed())
        {
            aeron.conductorAgentInvoker().invoke();
            Thread.yield();
            resolved = udp.resolvedEndpoint();
        }
        if (resolved == null)
        {
            throw new NetworkException("cannot listen over Aeron: address=" + asked, null);
        }
        return new InetSocketAddress(
            asked.getAddress(), Integer.parseInt(resolved.substring(resolved.lastIndexOf(':') + 1)));
    }

    /**
     * Runs Aeron's conductor and gets on with the connections that are being made.
     *
     * @return how much was done.
     */
    int poll()
    {
        if (aeron == null || aeron.isClosed())
        {
            return isClosed ? 0 : reopen();
        }
        final int work = aeron.conductorAgentInvoker().invoke();
        return images.isEmpty() && arrivals.isEmpty() ? work : work + welcome();
    }

    private int reopen()
    {
        final long nowNs = context.nanoClock().nanoTime();
        if (aeron != null)
        {
            leave();
            nextOpenNs = nowNs;
        }
        if (nextOpenNs - nowNs > 0)
        {
            return 0;
        }
        nextOpenNs = nowNs + REOPEN_DELAY_NS;
        try
        {
            // One look: a loop has more to do than to wait for a driver that is just starting, or never ends starting.
            if (directory.look(DRIVER_TIMEOUT_MS) == DriverDirectory.State.RUNNING)
            {
                join();
                isRefusalTold = false;
            }
        }
        catch (final Exception ex)
        {
            // Whatever it is, a driver that is just coming or going included; Agrona also throws what it does not say.
            leave();
            if (!isRefusalTold)
            {
                isRefusalTold = true;
                context.errorHandler().onError(ex);
            }
        }
        return 1;
    }

    private int welcome()
    {
        final long nowNs = context.nanoClock().nanoTime();
        for (final Image image : images)
        {
            final boolean isIpc = image.subscription() == ipc;
            if (isListening && Arrival.isAcceptable(image, isIpc) && hasPlace(nowNs))
            {
                arrivals.add(new Arrival(image, isIpc, nowNs));
            }
            else
            {
                refusedCount.incrementAndGet();
                Arrival.turnAway(image);
            }
        }
        images.clear();
        int work = 0;
        for (int i = arrivals.size() - 1; i >= 0; i--)
        {
            final Arrival arrival = arrivals.get(i);
            final Arrival.Progress progress = isListening ? arrival.advance(aeron, nowNs) : Arrival.Progress.FAILED;
            if (progress != Arrival.Progress.WAITING)
            {
                arrivals.remove(i);
                conclude(arrival, progress);
                work++;
            }
        }
        return work;
    }

    /**
     * Whoever has come and says nothing makes room, but not at once: when more clients come than can be connected at a
     * time, those that came first are to get through.
     */
    private boolean hasPlace(final long nowNs)
    {
        if (arrivals.size() == ARRIVALS_MAX && arrivals.get(0).isSlow(nowNs))
        {
            conclude(arrivals.remove(0), Arrival.Progress.FAILED);
        }
        return arrivals.size() < ARRIVALS_MAX;
    }

    private void conclude(final Arrival arrival, final Arrival.Progress progress)
    {
        if (progress == Arrival.Progress.CONNECTED)
        {
            established.addLast(arrival.toConnection());
        }
        else
        {
            refusedCount.incrementAndGet();
            arrival.abandon(aeron);
        }
    }

    boolean hasEstablished()
    {
        return !established.isEmpty();
    }

    /** The next connection, or null. */
    AeronConnection accept()
    {
        return established.pollFirst();
    }

    /** Takes no more connections; those that are there go on. */
    void stopListening()
    {
        isListening = false;
        established.forEach(AeronConnection::close);
        established.clear();
    }

    long refusedCount()
    {
        return refusedCount.get();
    }

    void close()
    {
        isClosed = true;
        stopListening();
        leave();
    }

    /** As a channel has it. */
    static String endpoint(final InetAddress address, final String port)
    {
        final String text = address.getHostAddress();
        return (address instanceof Inet6Address ? "[" + text + "]" : text) + ":" + port;
    }
}
