package org.velocitydb.transport.aeron;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.AeronEvent;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentTerminationException;
import org.velocitydb.transport.network.Listener;
import org.velocitydb.transport.network.Network;
import org.velocitydb.transport.network.NetworkException;
import org.velocitydb.transport.network.Poller;

/**
 * Aeron as a {@link Network} for one event loop, with its media driver where that is embedded.
 *
 * <p>An embedded driver has one thread, which naps as {@link Naps} says when idle: on a machine with few cores a driver
 * that
 * spins takes a core from whoever has work. Over IPC it is not on the way of a message at all, since
 * client and server write into the same memory; it only makes and frees that memory.
 *
 * <p>What lies in the driver's directory is what goes over the wire, passwords included. Therefore the directory of an
 * embedded driver is open to its own user alone.
 */
public final class AeronEndpoint implements Network, AutoCloseable
{
    /** Heartbeats come once a second. */
    private static final long OTHER_TIMEOUT_MS = 3_000;
    private static final long OTHER_NAP_MS = 100;

    private final AeronContext context;
    private final MediaDriver driver;
    private final AeronLink link;

    private AeronEndpoint(final AeronContext context, final MediaDriver driver)
    {
        this.context = context;
        this.driver = driver;
        link = new AeronLink(context);
    }

    /**
     * Starts the media driver, if that is to be embedded.
     *
     * @param context concluded here.
     * @return the endpoint, which listens once it is asked to.
     * @throws NetworkException when the driver cannot start: another one may own the directory.
     */
    public static AeronEndpoint open(final AeronContext context)
    {
        context.conclude();
        return new AeronEndpoint(context, context.isDriverEmbedded() ? launchDriver(context) : null);
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
        return new AeronPoller(link, context.nanoClock());
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

    private static MediaDriver launchDriver(final AeronContext context)
    {
        final Path directory = context.directory();
        awaitEndOfOther(directory);
        MediaDriver driver = null;
        try
        {
            driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new NappingIdleStrategy(context.nanoClock()))
                .termBufferSparseFile(true)
                .clientLivenessTimeoutNs(context.clientLivenessTimeoutNs())
                .imageLivenessTimeoutNs(context.clientLivenessTimeoutNs())
                .publicationUnblockTimeoutNs(2 * context.clientLivenessTimeoutNs())
                .streamSessionLimit(context.maxSessionCount())
                .errorHandler(withoutEvents(context.errorHandler())));
            closeToOthers(directory);
            return driver;
        }
        catch (final IOException | RuntimeException ex)
        {
            CloseHelper.close(context.errorHandler(), driver);
            throw new NetworkException(
                "media driver cannot start: directory=" + directory + ", cause=" + ex.getMessage(), ex);
        }
    }

    /**
     * Aeron deletes a directory whether or not somebody works in it. A driver that was killed looks alive until its
     * last heartbeat is old, so that is waited for.
     */
    private static void awaitEndOfOther(final Path directory)
    {
        int naps = 0;
        while (CommonContext.isDriverActive(directory.toFile(), OTHER_TIMEOUT_MS, (text) ->
        {
        }))
        {
            if (naps++ > OTHER_TIMEOUT_MS / OTHER_NAP_MS)
            {
                throw new NetworkException("another media driver runs: directory=" + directory, null);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(OTHER_NAP_MS));
        }
    }

    /**
     * Leaves out what Aeron tells as an event: that a client was turned away, for instance, which a stranger could have
     * us write to the log for ever. They are counted, and in the error log that Aeron's ErrorStat shows.
     * The end of the conductor goes without saying: its reason has been told just before.
     */
    static ErrorHandler withoutEvents(final ErrorHandler errorHandler)
    {
        return (ex) ->
        {
            if (!(ex instanceof AeronEvent || ex instanceof AgentTerminationException))
            {
                errorHandler.onError(ex);
            }
        };
    }

    /** Before anybody is told of the directory, and so before there is anything in it to be read. */
    private static void closeToOthers(final Path directory) throws IOException
    {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix"))
        {
            return;
        }
        try (Stream<Path> all = Files.walk(directory).filter(Files::isDirectory))
        {
            for (final Path path : (Iterable<Path>) all::iterator)
            {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
        }
    }
}
