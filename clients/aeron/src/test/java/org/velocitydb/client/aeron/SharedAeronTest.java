package org.velocitydb.client.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.Aeron;
import io.aeron.CncFileDescriptor;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which media driver connections share, and what is said where there is none that they could.
 */
class SharedAeronTest
{
    /** For a driver that never comes. */
    private static final long REFUSED_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(2);

    @TempDir
    private Path directory;

    @Test
    void shouldShareOneDriverAmongConnectionsAndEndItWithTheLast() throws IOException
    {
        final SharedAeron first = SharedAeron.acquire(null, PATIENCE_NS);
        final SharedAeron second = SharedAeron.acquire(null, PATIENCE_NS);
        assertSame(first, second);
        final Path ofDriver = Path.of(first.aeron().context().aeronDirectoryName());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(ofDriver)));

        first.release();
        assertWorks(second);
        second.release();

        awaitEnd(ofDriver);
    }

    @Test
    void shouldTellThePeerOfTheEndBeforeTheDriverEnds() throws IOException
    {
        try (MediaDriver ofPeer = launchDriver();
            Aeron peer = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(ofPeer.aeronDirectoryName())
                .errorHandler((ex) ->
                {
                }));
            Subscription subscription = peer.addSubscription("aeron:udp?endpoint=127.0.0.1:0", 1))
        {
            await(() -> subscription.resolvedEndpoint() != null);
            final SharedAeron shared = SharedAeron.acquire(null, PATIENCE_NS);
            try (Publication publication = shared.aeron().addExclusivePublication(
                "aeron:udp?endpoint=" + subscription.resolvedEndpoint(), 1))
            {
                await(() -> publication.isConnected() && subscription.isConnected());
            }
            shared.release();

            // Its time-out is longer than this waits.
            await(() -> subscription.hasNoImages() || subscription.imageAtIndex(0).isEndOfStream());
        }
    }

    @Test
    void shouldNotDisturbTheNextDriverWhenOneIsReleasedWhoseClientWasGivenUp() throws IOException
    {
        final SharedAeron givenUp = SharedAeron.acquire(null, PATIENCE_NS);
        final Path ofDriver = Path.of(givenUp.aeron().context().aeronDirectoryName());
        // As after this process has been stopped for a while.
        givenUp.aeron().close();
        final SharedAeron next = SharedAeron.acquire(null, PATIENCE_NS);
        assertNotSame(givenUp, next);

        givenUp.release();

        awaitEnd(ofDriver);
        assertWorks(next);
        next.release();
    }

    @Test
    void shouldJoinTheDriverThatTookThePlaceOfOneThatWasKilled() throws IOException
    {
        try (MediaDriver killed = launchDriver())
        {
            final SharedAeron past = SharedAeron.acquire(directory, PATIENCE_NS);
            // The one that was killed cannot say so: it goes on as nobody knows it any more.
            try (MediaDriver next = launchDriver())
            {
                final SharedAeron present = SharedAeron.acquire(directory, PATIENCE_NS);
                assertNotSame(past, present);
                assertSame(present, SharedAeron.acquire(directory, PATIENCE_NS));
                assertWorks(present);
                past.release();
                assertWorks(present);
                present.release();
                present.release();
                assertNotSame(killed, next);
            }
        }
    }

    @Test
    void shouldSayThatNoDriverRuns()
    {
        assertRefused("no media driver runs");
    }

    @Test
    void shouldSayThatADriverDoesNotGetDoneWithStarting() throws IOException
    {
        write(0, 0, 4 * 1024 * 1024);
        assertRefused("not initialised");
    }

    @Test
    void shouldSayThatADriverIsOfAnotherVersion() throws IOException
    {
        write(0x7F_00_00, 0, 4 * 1024 * 1024);
        assertRefused("version");
    }

    @Test
    void shouldSayThatTheFileOfADriverIsDamaged() throws IOException
    {
        write(CncFileDescriptor.CNC_VERSION, 1024 * 1024, 4096);
        assertRefused("");
        write(CncFileDescriptor.CNC_VERSION, -1, 4096);
        assertRefused("");
    }

    private void write(final int version, final int commandsLength, final int lengthBytes) throws IOException
    {
        final ByteBuffer bytes = ByteBuffer.allocate(lengthBytes).order(ByteOrder.nativeOrder());
        bytes.putInt(CncFileDescriptor.cncVersionOffset(0), version);
        bytes.putInt(CncFileDescriptor.toDriverBufferLengthOffset(0), commandsLength);
        Files.write(directory.resolve(CncFileDescriptor.CNC_FILE), bytes.array());
    }

    private void assertRefused(final String reason)
    {
        final IOException failure = assertThrows(IOException.class,
            () -> new AeronWireFactory().open("aeron:ipc?dir=" + directory, Duration.ofNanos(REFUSED_NS)));
        assertTrue(failure.getMessage().contains("directory=" + directory), failure::getMessage);
        assertTrue(failure.getMessage().contains(reason), failure::getMessage);
    }

    private MediaDriver launchDriver()
    {
        return MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(directory.toString())
            .dirDeleteOnStart(true)
            .warnIfDirectoryExists(false)
            .termBufferSparseFile(true)
            .imageLivenessTimeoutNs(2 * PATIENCE_NS)
            .clientLivenessTimeoutNs(2 * PATIENCE_NS)
            .publicationUnblockTimeoutNs(4 * PATIENCE_NS)
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(YieldingIdleStrategy.INSTANCE));
    }

    private static void assertWorks(final SharedAeron shared)
    {
        try (Subscription subscription = shared.aeron().addSubscription("aeron:ipc", 1);
            Publication publication = shared.aeron().addPublication("aeron:ipc", 1))
        {
            await(() -> publication.isConnected() && subscription.isConnected());
        }
    }

    private static void awaitEnd(final Path ofDriver)
    {
        await(() -> !Files.exists(ofDriver));
    }

    private static void await(final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(deadlineNs - System.nanoTime() > 0, "not so in time");
            LockSupport.parkNanos(LOOK_NS);
        }
    }
}
