package org.velocitydb.client.aeron;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.aeron.Aeron;
import io.aeron.CncFileDescriptor;
import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.velocitydb.protocol.aeron.AeronDefaults;

/**
 * One Aeron client for all connections of this process to one media driver, and where none is named one media driver
 * for all of them. Each is closed with the last connection that uses it.
 */
final class SharedAeron
{
    private static final System.Logger LOGGER = System.getLogger(SharedAeron.class.getName());
    private static final long DRIVER_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(10);
    /** Heartbeats come once a second. */
    private static final long HEARTBEAT_TIMEOUT_MIN_MS = 3_000;
    /** A publication that has ended says so in its next heartbeat, of which there are ten a second. */
    private static final long FAREWELL_NS = TimeUnit.MILLISECONDS.toNanos(300);
    /** For whoever is reading or writing in memory that is about to go. */
    private static final long CLOSE_LINGER_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long NAP_MIN_NS = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long NAP_MAX_NS = TimeUnit.MICROSECONDS.toNanos(100);
    /** Stands for the driver of this process, wherever its directory is. */
    private static final Path OWN = Path.of("");
    /** Guarded by itself. */
    private static final Map<Path, SharedAeron> OPEN = new HashMap<>();

    private final Path key;
    /** Null where somebody else runs it. */
    private final MediaDriver driver;
    private final Thread atExit = new Thread(this::close, "velocity-client-aeron-exit");
    private boolean isClosed;
    private final Aeron aeron;
    private final Object meetingPlace;
    private int useCount;

    private SharedAeron(final Path key, final MediaDriver driver, final Aeron aeron, final Object meetingPlace)
    {
        this.key = key;
        this.meetingPlace = meetingPlace;
        this.driver = driver;
        this.aeron = aeron;
    }

    /**
     * The client for a media driver.
     *
     * @param directory null for a driver of this process.
     * @param timeoutNs how long to wait for a driver that is starting; longer where that is less than tells a dead
     *                  driver from a living one.
     */
    static SharedAeron acquire(final Path directory, final long timeoutNs) throws IOException
    {
        final Path key = directory == null ? OWN : directory.toAbsolutePath();
        synchronized (OPEN)
        {
            SharedAeron shared = OPEN.get(key);
            if (shared == null || shared.isPast())
            {
                shared = open(key, timeoutNs);
                OPEN.put(key, shared);
            }
            shared.useCount++;
            return shared;
        }
    }

    Aeron aeron()
    {
        return aeron;
    }

    /**
     * Whether connections made from now on need another one. Aeron gives up a client whose process was stopped for
     * long. A driver that was killed it takes for alive for ten seconds, but when there is another in its place, the
     * file in which drivers and clients meet is another one as well.
     */
    private boolean isPast()
    {
        return aeron.isClosed() || driver == null && !Objects.equals(meetingPlace, meetingPlace(key));
    }

    /** What tells the file from the next of its name, or null where there is none, or nothing tells. */
    private static Object meetingPlace(final Path directory)
    {
        try
        {
            return Files.readAttributes(
                directory.resolve(CncFileDescriptor.CNC_FILE), BasicFileAttributes.class).fileKey();
        }
        catch (final IOException ignored)
        {
            return null;
        }
    }

    void release()
    {
        synchronized (OPEN)
        {
            useCount--;
            if (useCount > 0)
            {
                return;
            }
            OPEN.remove(key, this);
        }
        if (driver == null)
        {
            close();
        }
        else
        {
            // Nobody has to wait for the farewell; the next connection has a driver of its own.
            daemon(this::end, "velocity-client-aeron-end").start();
        }
    }

    private void end()
    {
        close();
        forgetExit();
    }

    private static SharedAeron open(final Path key, final long timeoutNs) throws IOException
    {
        final boolean isOwn = key == OWN;
        final Path directory = isOwn ? newDirectory() : key;
        MediaDriver driver = null;
        try
        {
            if (isOwn)
            {
                driver = launchDriver(directory);
                closeToOthers(directory);
            }
            else
            {
                checkDriver(directory, TimeUnit.NANOSECONDS.toMillis(timeoutNs));
            }
            final Object meetingPlace = meetingPlace(directory);
            final Aeron aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(directory.toString())
                .driverTimeoutMs(DRIVER_TIMEOUT_MS)
                .closeLingerDurationNs(CLOSE_LINGER_NS)
                .threadFactory((work) -> daemon(work, "velocity-client-aeron"))
                .errorHandler(SharedAeron::log));
            final SharedAeron shared = new SharedAeron(key, driver, aeron, meetingPlace);
            if (isOwn)
            {
                Runtime.getRuntime().addShutdownHook(shared.atExit);
            }
            return shared;
        }
        catch (final IOException | RuntimeException ex)
        {
            CloseHelper.quietClose(driver);
            if (isOwn)
            {
                IoUtil.delete(directory.toFile(), true);
            }
            throw new IOException(
                "cannot join the media driver: directory=" + directory + ", cause=" + ex.getMessage(), ex);
        }
    }

    private static void checkDriver(final Path directory, final long timeoutMs) throws IOException
    {
        final long heartbeatTimeoutMs = Math.max(HEARTBEAT_TIMEOUT_MIN_MS, Math.min(timeoutMs, DRIVER_TIMEOUT_MS));
        if (!CommonContext.isDriverActive(directory.toFile(), heartbeatTimeoutMs, SharedAeron::ignore))
        {
            throw new IOException("no media driver runs");
        }
        if (AeronDefaults.isStrangers(directory))
        {
            throw new IOException("the directory is somebody else's");
        }
    }

    private static MediaDriver launchDriver(final Path directory)
    {
        return MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(directory.toString())
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .warnIfDirectoryExists(false)
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(new BackoffIdleStrategy(10, 20, NAP_MIN_NS, NAP_MAX_NS))
            .sharedThreadFactory((work) -> daemon(work, "velocity-client-aeron-driver"))
            .termBufferSparseFile(true)
            .errorHandler(SharedAeron::log));
    }

    private static void closeToOthers(final Path directory) throws IOException
    {
        if (Files.getFileStore(directory).supportsFileAttributeView("posix"))
        {
            // What goes over the wire lies in there.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /**
     * One that nobody has, since a driver deletes what it finds: the driver before this one may not be gone, and in
     * another class loader of this process there may be another one.
     */
    private static Path newDirectory() throws IOException
    {
        final Path name = AeronDefaults.directory();
        return Files.createTempDirectory(
            name.getParent(), name.getFileName() + "-client-" + ProcessHandle.current().pid() + "-");
    }

    /** May be called twice, by different threads. */
    private synchronized void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        CloseHelper.quietClose(aeron);
        if (driver != null)
        {
            // A server that is not told of the end keeps the connection until it takes us for dead.
            LockSupport.parkNanos(FAREWELL_NS);
            CloseHelper.quietClose(driver);
        }
    }

    private void forgetExit()
    {
        try
        {
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
        catch (final IllegalStateException ignored)
        {
            // The process is ending, and the hook does what it is for.
        }
    }

    private static void log(final Throwable failure)
    {
        LOGGER.log(System.Logger.Level.WARNING, "aeron", failure);
    }

    private static void ignore(final String text)
    {
    }

    private static Thread daemon(final Runnable work, final String name)
    {
        final Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
