package org.velocitydb.client.aeron;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.AeronException;
import org.agrona.CloseHelper;
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
    private static final long NAP_MIN_NS = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long NAP_MAX_NS = TimeUnit.MICROSECONDS.toNanos(100);
    /** Guarded by itself. */
    private static final Map<Path, SharedAeron> OPEN = new HashMap<>();

    private final Path directory;
    /** Null where somebody else runs it. */
    private final MediaDriver driver;
    private final Thread atExit = new Thread(this::close, "velocity-client-aeron-exit");
    private final Aeron aeron;
    private int useCount;

    private SharedAeron(final Path directory, final MediaDriver driver, final Aeron aeron)
    {
        this.directory = directory;
        this.driver = driver;
        this.aeron = aeron;
    }

    /** The client for a media driver; {@code directory} is null for the one of this process. */
    static SharedAeron acquire(final Path directory) throws IOException
    {
        final Path key = directory == null ? ownDirectory() : directory.toAbsolutePath();
        synchronized (OPEN)
        {
            SharedAeron shared = OPEN.get(key);
            // Aeron gives up a client whose process was stopped for long; connections made from now on get another.
            if (shared == null || shared.aeron.isClosed())
            {
                shared = open(key, directory == null);
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

    void release()
    {
        synchronized (OPEN)
        {
            useCount--;
            if (useCount == 0)
            {
                OPEN.remove(directory, this);
                close();
                forgetExit();
            }
        }
    }

    private static SharedAeron open(final Path directory, final boolean isOwn) throws IOException
    {
        MediaDriver driver = null;
        try
        {
            if (isOwn)
            {
                driver = launchDriver(directory);
            }
            else if (!CommonContext.isDriverActive(directory.toFile(), DRIVER_TIMEOUT_MS, SharedAeron::ignore))
            {
                throw new IOException("no media driver runs: directory=" + directory);
            }
            final Aeron aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(directory.toString())
                .driverTimeoutMs(DRIVER_TIMEOUT_MS)
                .threadFactory((work) -> daemon(work, "velocity-client-aeron"))
                .errorHandler(SharedAeron::log));
            final SharedAeron shared = new SharedAeron(directory, driver, aeron);
            if (isOwn)
            {
                Runtime.getRuntime().addShutdownHook(shared.atExit);
            }
            return shared;
        }
        catch (final AeronException | IllegalStateException ex)
        {
            CloseHelper.quietClose(driver);
            throw new IOException("cannot join the media driver: directory=" + directory + ", " + ex.getMessage(), ex);
        }
    }

    private static MediaDriver launchDriver(final Path directory) throws IOException
    {
        final MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(directory.toString())
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .warnIfDirectoryExists(false)
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(new BackoffIdleStrategy(10, 20, NAP_MIN_NS, NAP_MAX_NS))
            .sharedThreadFactory((work) -> daemon(work, "velocity-client-aeron-driver"))
            .termBufferSparseFile(true)
            .errorHandler(SharedAeron::log));
        if (Files.getFileStore(directory).supportsFileAttributeView("posix"))
        {
            // What goes over the wire lies in there.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        return driver;
    }

    private static Path ownDirectory()
    {
        return AeronDefaults.directory().resolveSibling(
            AeronDefaults.directory().getFileName() + "-client-" + ProcessHandle.current().pid());
    }

    private void close()
    {
        CloseHelper.quietClose(aeron);
        CloseHelper.quietClose(driver);
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
