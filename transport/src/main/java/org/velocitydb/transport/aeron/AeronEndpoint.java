package org.velocitydb.transport.aeron;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.exceptions.InvalidChannelException;
import io.aeron.exceptions.AeronEvent;
import io.aeron.exceptions.ControlProtocolException;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;
import org.velocitydb.transport.network.Listener;
import org.velocitydb.transport.network.Network;
import org.velocitydb.transport.network.NetworkException;
import org.velocitydb.transport.network.Poller;

/**
 * Aeron as a {@link Network} for one event loop, with its media driver where that is embedded.
 *
 * <p>An embedded driver has one thread, which naps as {@link Naps} says when idle: on a machine with few cores a driver
 * that spins takes a core from whoever has work. Over IPC it is not on the way of a message at all, since client and
 * server write into the same memory; it only makes and frees that memory.
 *
 * <p>What lies in the driver's directory is what goes over the wire, passwords included. Therefore the directory of an
 * embedded driver is open to its own user alone.
 */
public final class AeronEndpoint implements Network, AutoCloseable
{
    private final AeronContext context;
    private final NappingIdleStrategy driverIdling;
    private final MediaDriver driver;
    private final AeronLink link;

    private AeronEndpoint(final AeronContext context)
    {
        this.context = context;
        driverIdling = new NappingIdleStrategy(context.nanoClock());
        driver = context.isDriverEmbedded() ? launchDriver(context, driverIdling) : null;
        link = new AeronLink(context);
    }

    /**
     * Starts the media driver, if that is to be embedded.
     *
     * @param context concluded here.
     * @return the endpoint, which listens once it is asked to.
     * @throws NetworkException when the driver cannot start: another one may own the directory, or be just starting in
     *                          it, or there may be files that are no driver's.
     */
    public static AeronEndpoint open(final AeronContext context)
    {
        return new AeronEndpoint(context.conclude());
    }

    /**
     * Where a transport is told to listen: the UDP address, or for IPC alone any on the loopback.
     *
     * @return the address.
     */
    public InetSocketAddress address()
    {
        return context.udpAddress() != null
            ? context.udpAddress()
            : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /**
     * Connections that were not made: what came first was no connect message, or the way back could not be had. Any
     * thread may call.
     *
     * @return the count.
     */
    public long refusedCount()
    {
        return link.refusedCount();
    }

    @Override
    public Listener listen(final InetSocketAddress address)
    {
        link.open();
        return new AeronListener(link, address);
    }

    @Override
    public Poller newPoller()
    {
        final AeronPoller poller = new AeronPoller(link, context.nanoClock());
        driverIdling.onWork(poller::endNap);
        return poller;
    }

    /**
     * Closes the client, then the driver. Called once the event loop has ended.
     */
    @Override
    public void close()
    {
        link.close();
        CloseHelper.close(context.errorHandler(), driver);
    }

    private static MediaDriver launchDriver(final AeronContext context, final IdleStrategy idling)
    {
        final DriverDirectory directory = new DriverDirectory(context.directory());
        directory.checkOwner();
        directory.awaitVacancy();
        MediaDriver driver = null;
        try
        {
            driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(context.directory().toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(idling)
                .termBufferSparseFile(true)
                .clientLivenessTimeoutNs(context.clientLivenessTimeoutNs())
                .imageLivenessTimeoutNs(context.clientLivenessTimeoutNs())
                .publicationUnblockTimeoutNs(2 * context.clientLivenessTimeoutNs())
                .streamSessionLimit(context.maxSessionCount())
                .errorHandler(withoutEvents(context.errorHandler())));
            directory.closeToOthers();
            return driver;
        }
        catch (final Exception ex)
        {
            // Also checked ones, which Agrona throws without a word about them.
            CloseHelper.close(context.errorHandler(), driver);
            throw new NetworkException(
                "media driver cannot start: directory=" + context.directory() + ", cause=" + ex.getMessage(), ex);
        }
    }

    /**
     * Leaves out what Aeron tells as an event: that a client was turned away, for instance, which a stranger could have
     * us write to the log for ever. They are counted, and in the error log that Aeron's ErrorStat shows. The same holds
     * of what a client asks of the driver, or has us ask, in vain: whoever asked is answered.
     * The end of the conductor goes without saying: its reason has been told just before.
     */
    static ErrorHandler withoutEvents(final ErrorHandler errorHandler)
    {
        return (ex) ->
        {
            final boolean isAnswered = ex instanceof ControlProtocolException || ex instanceof InvalidChannelException;
            if (!isAnswered && !(ex instanceof AeronEvent) && !(ex instanceof AgentTerminationException))
            {
                errorHandler.onError(ex);
            }
        };
    }
}
