package org.velocitydb.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.IoUtil;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.protocol.aeron.AeronDefaults;
import org.velocitydb.transport.network.NetworkException;
import org.velocitydb.transport.network.Poller;

/**
 * Opening an endpoint in a directory in which there is already something.
 */
class AeronEndpointTest
{
    @TempDir
    private Path parent;
    private Path directory;
    private final AtomicLong nowNs = new AtomicLong(1);
    private final List<Throwable> errors = new ArrayList<>();

    private AeronContext context(final boolean isDriverEmbedded)
    {
        directory = parent.resolve("driver");
        return new AeronContext()
            .directory(directory)
            .isDriverEmbedded(isDriverEmbedded)
            .isIpc(true)
            .nanoClock(nowNs::get)
            .errorHandler(errors::add);
    }

    @AfterEach
    void after()
    {
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldStartWhereADriverWasKilledBeforeItWasDoneWithStarting() throws IOException
    {
        final AeronContext context = context(true);
        CncFiles.halfStarted(directory);

        assertServes(context);

        assertFalse(Files.exists(directory));
        CncFiles.tooShort(directory);
        assertServes(context);
    }

    @Test
    void shouldNotStartWhereThereIsADriverOfAnotherVersion() throws IOException
    {
        final AeronContext context = context(true);
        CncFiles.ofAnotherVersion(directory);

        assertNamesTheDirectory(assertThrows(NetworkException.class, () -> AeronEndpoint.open(context)));
        assertTrue(Files.exists(directory.resolve("cnc.dat")));
    }

    @Test
    void shouldNotStartWhereTheFileOfADriverIsDamaged() throws IOException
    {
        final AeronContext context = context(true);
        CncFiles.cutOff(directory);

        assertNamesTheDirectory(assertThrows(NetworkException.class, () -> AeronEndpoint.open(context)));
    }

    @Test
    void shouldNotDeleteADirectoryThatIsNoDrivers() throws IOException
    {
        final AeronContext context = context(true);
        Files.createDirectories(directory.resolve("precious"));

        assertNamesTheDirectory(assertThrows(NetworkException.class, () -> AeronEndpoint.open(context)));
        assertTrue(Files.exists(directory.resolve("precious")));
    }

    @Test
    void shouldStartWhereADriverWasKilledWhileItDeletedItsFiles() throws IOException
    {
        final AeronContext context = context(true);
        try (MediaDriver driver = launchDriver())
        {
            Files.delete(Path.of(driver.aeronDirectoryName()).resolve("cnc.dat"));
            try (AeronEndpoint endpoint = AeronEndpoint.open(context))
            {
                endpoint.listen(endpoint.address());
            }
        }
    }

    @Test
    void shouldSayThatAnExternalDriverDoesNotGetDoneWithStarting() throws IOException
    {
        final AeronContext context = context(false);
        assertDoesNotListen(context, "no media driver runs");

        CncFiles.halfStarted(directory);

        assertDoesNotListen(context, "does not get done with starting");
    }

    @Test
    void shouldNotListenOverAnExternalDriverWhoseFileIsNone() throws IOException
    {
        final AeronContext context = context(false);
        CncFiles.ofAnotherVersion(directory);
        assertDoesNotListen(context, "version");

        CncFiles.cutOff(directory);
        assertDoesNotListen(context, "damaged");

        Files.delete(directory.resolve("cnc.dat"));
        Files.createDirectory(directory.resolve("cnc.dat"));
        assertDoesNotListen(context, "cannot tell");
    }

    @Test
    void shouldWaitForAnExternalDriverThatIsJustStarting() throws Exception
    {
        final AeronContext context = context(false);
        try (MediaDriver driver = launchDriver(); AeronEndpoint endpoint = AeronEndpoint.open(context))
        {
            final Path started = Path.of(driver.aeronDirectoryName());
            final int version = CncFiles.version(started, 0);
            final Thread waiting = Thread.currentThread();
            final Thread starter = new Thread(() ->
            {
                while (waiting.getState() != Thread.State.TIMED_WAITING)
                {
                    Thread.onSpinWait();
                }
                setVersion(started, version);
            });
            starter.start();

            endpoint.listen(endpoint.address());

            starter.join();
        }
    }

    @Test
    void shouldGoOnPollingWhileTheNextDriverDoesNotGetDoneWithStarting() throws IOException
    {
        final AeronContext context = context(false);
        try (AeronEndpoint endpoint = AeronEndpoint.open(context))
        {
            final Poller poller;
            try (MediaDriver driver = launchDriver())
            {
                poller = endpoint.newPoller();
                poller.register(endpoint.listen(endpoint.address()), "listener");
                assertTrue(Files.exists(Path.of(driver.aeronDirectoryName())));
            }
            CncFiles.halfStarted(directory);
            while (errors.isEmpty())
            {
                poll(poller);
            }
            // The end of the driver.
            errors.clear();

            for (int i = 0; i < 3; i++)
            {
                nowNs.addAndGet(TimeUnit.SECONDS.toNanos(2));
                poll(poller);
            }
        }
    }

    @Test
    void shouldNotUseTheDefaultDirectoryOfSomebodyElse() throws IOException
    {
        final AeronContext context = context(false);
        final String user = System.getProperty("user.name");
        System.setProperty("user.name", "test-stranger-" + ProcessHandle.current().pid());
        final Path shared = AeronDefaults.directory();
        try
        {
            Files.createDirectory(shared);
            giveAway(shared);
            for (final boolean isDriverEmbedded : new boolean[]{ true, false })
            {
                context.directory(shared).isDriverEmbedded(isDriverEmbedded);
                CncFiles.halfStarted(shared);
                final NetworkException failure = assertThrows(NetworkException.class, () ->
                {
                    try (AeronEndpoint endpoint = AeronEndpoint.open(context);
                        MediaDriver driver = launchDriver(shared))
                    {
                        giveAway(Path.of(driver.aeronDirectoryName()));
                        endpoint.listen(endpoint.address());
                    }
                });
                assertTrue(failure.getMessage().contains("somebody else's: directory=" + shared), failure::getMessage);
                assertEquals(!isDriverEmbedded, !Files.exists(shared), "deleted");
            }
        }
        finally
        {
            System.setProperty("user.name", user);
            IoUtil.delete(shared.toFile(), true);
        }
    }

    /** Only the superuser can. */
    private static void giveAway(final Path path) throws IOException
    {
        final boolean isPosix = FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
        assumeTrue(isPosix && Files.getAttribute(path, "unix:uid").equals(0));
        Files.setAttribute(path, "unix:uid", 12_345);
    }

    private void assertServes(final AeronContext context)
    {
        try (AeronEndpoint endpoint = AeronEndpoint.open(context))
        {
            endpoint.listen(endpoint.address());
        }
    }

    private void assertDoesNotListen(final AeronContext context, final String reason)
    {
        try (AeronEndpoint endpoint = AeronEndpoint.open(context))
        {
            final NetworkException failure = assertThrows(
                NetworkException.class, () -> endpoint.listen(endpoint.address()));
            assertNamesTheDirectory(failure);
            assertTrue(failure.getMessage().contains(reason), failure::getMessage);
        }
    }

    private void assertNamesTheDirectory(final NetworkException failure)
    {
        assertTrue(failure.getMessage().contains("directory=" + directory), failure::getMessage);
    }

    private static void setVersion(final Path started, final int version)
    {
        try
        {
            CncFiles.version(started, version);
        }
        catch (final IOException ex)
        {
            throw new AssertionError(ex);
        }
    }

    private static void poll(final Poller poller)
    {
        poller.poll((attachment, readyOps) ->
        {
        });
    }

    private MediaDriver launchDriver()
    {
        return launchDriver(directory);
    }

    private static MediaDriver launchDriver(final Path directory)
    {
        return MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(directory.toString())
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .warnIfDirectoryExists(false)
            .termBufferSparseFile(true)
            .errorHandler((ex) ->
            {
            })
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(YieldingIdleStrategy.INSTANCE));
    }
}
