package org.velocitydb.transport.aeron;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.aeron.CncFileDescriptor;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.velocitydb.protocol.aeron.AeronDefaults;
import org.velocitydb.transport.network.NetworkException;

/**
 * The directory of a media driver: whose it is, and whether somebody works in it. A driver says so in its file {@link
 * CncFileDescriptor#CNC_FILE}, which may just be coming or going, be left by a driver that was killed, or be anything
 * else; Aeron's own look at it waits for seconds, or throws what it does not say. Whatever is there, one look at it
 * takes no time and ends in a {@link State} or a {@link NetworkException} that names the directory.
 */
final class DriverDirectory
{
    /** What one look finds. */
    enum State
    {
        /** No driver, or one that has ended or whose heartbeat is old. */
        VACANT,
        /** A driver that is not done with starting; one that was killed while it did looks the same for ever. */
        STARTING,
        /** A driver whose heartbeat is young. */
        RUNNING
    }

    /** Heartbeats come once a second. */
    private static final long OTHER_TIMEOUT_MS = 3_000;
    private static final long NAP_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** A little more than the time-out: after as many naps the heartbeat of whoever was killed before them is old. */
    private static final int NAPS_MAX = 31;
    /** What a driver makes in its directory. One that was killed while it deleted it leaves any of them. */
    private static final Set<String> DRIVER_FILES = Set.of(
        CncFileDescriptor.CNC_FILE, "loss-report.dat", "publications", "images");

    private final Path path;

    DriverDirectory(final Path path)
    {
        this.path = path;
    }

    /** Looks once. A driver whose heartbeat is older counts as none. */
    State look(final long heartbeatTimeoutMs)
    {
        final Path file = path.resolve(CncFileDescriptor.CNC_FILE);
        try
        {
            if (Files.size(file) < CncFileDescriptor.END_OF_METADATA_OFFSET)
            {
                return State.STARTING;
            }
            final MappedByteBuffer bytes = IoUtil.mapExistingFile(file.toFile(), CncFileDescriptor.CNC_FILE);
            try
            {
                return state(bytes, heartbeatTimeoutMs);
            }
            finally
            {
                BufferUtil.free(bytes);
            }
        }
        catch (final NoSuchFileException ex)
        {
            return State.VACANT;
        }
        catch (final IOException | RuntimeException ex)
        {
            throw new NetworkException(
                "cannot tell whether a media driver runs: directory=" + path + ", cause=" + ex, ex);
        }
    }

    private static State state(final ByteBuffer bytes, final long heartbeatTimeoutMs)
    {
        final UnsafeBuffer metaData = CncFileDescriptor.createMetaDataBuffer(bytes);
        // Written last, by a volatile store: whoever sees it sees the lengths.
        final int version = metaData.getIntVolatile(CncFileDescriptor.cncVersionOffset(0));
        if (version == 0)
        {
            return State.STARTING;
        }
        CncFileDescriptor.checkVersion(version);
        final int commandsLength = metaData.getInt(CncFileDescriptor.toDriverBufferLengthOffset(0));
        // A length out of range is not left to Aeron: with its bounds checks turned off it would read beyond the file.
        if (commandsLength <= 0 || commandsLength > bytes.capacity() - CncFileDescriptor.END_OF_METADATA_OFFSET ||
            !CncFileDescriptor.isCncFileLengthSufficient(metaData, bytes.capacity()))
        {
            throw new IllegalStateException(
                CncFileDescriptor.CNC_FILE + " is damaged: length=" + bytes.capacity() + ", commandsLength=" +
                    commandsLength);
        }
        final long heartbeatMs = new ManyToOneRingBuffer(
            CncFileDescriptor.createToDriverBuffer(bytes, metaData)).consumerHeartbeatTime();
        if (heartbeatMs == 0)
        {
            return State.STARTING;
        }
        return SystemEpochClock.INSTANCE.time() - heartbeatMs <= heartbeatTimeoutMs ? State.RUNNING : State.VACANT;
    }

    /**
     * Waits until a driver may be started here, for which Aeron deletes the directory whether or not somebody works in
     * it. A driver that was killed looks alive until its last heartbeat is old, or for ever where it had not got as far
     * as a first one; so a driver that is not done with starting in all the time that this waits is taken for dead.
     */
    void awaitVacancy()
    {
        checkNothingElseIsThere();
        final State state = await(OTHER_TIMEOUT_MS, Set.of(State.VACANT));
        if (state == State.RUNNING)
        {
            throw new NetworkException("another media driver runs: directory=" + path, null);
        }
    }

    /** Waits for a driver that is starting; where there is none, that is said at once. */
    void awaitDriver(final long heartbeatTimeoutMs)
    {
        final State state = await(heartbeatTimeoutMs, Set.of(State.VACANT, State.RUNNING));
        if (state != State.RUNNING)
        {
            throw new NetworkException(
                (state == State.VACANT ? "no media driver runs" : "the media driver does not get done with starting") +
                    ": directory=" + path,
                null);
        }
    }

    private State await(final long heartbeatTimeoutMs, final Set<State> awaited)
    {
        State state = look(heartbeatTimeoutMs);
        for (int naps = 0; naps < NAPS_MAX && !awaited.contains(state); naps++)
        {
            LockSupport.parkNanos(NAP_NS);
            state = look(heartbeatTimeoutMs);
        }
        return state;
    }

    /** A directory that is named by mistake would be deleted with all that somebody has in it. */
    private void checkNothingElseIsThere()
    {
        try (Stream<Path> all = Files.list(path))
        {
            final List<String> others = all.map((file) -> file.getFileName().toString())
                .filter((name) -> !DRIVER_FILES.contains(name))
                .toList();
            if (!others.isEmpty() && !Files.exists(path.resolve(CncFileDescriptor.CNC_FILE)))
            {
                throw new NetworkException(
                    "not a media driver's directory, and an embedded driver would delete it: directory=" + path +
                        ", it holds=" + others.get(0),
                    null);
            }
        }
        catch (final NoSuchFileException ex)
        {
            // It is yet to be made.
        }
        catch (final IOException | UncheckedIOException ex)
        {
            throw new NetworkException("cannot look into the directory: directory=" + path + ", cause=" + ex, ex);
        }
    }

    /** Where anybody may make directories, somebody may have made the default one before us, to hear what we say. */
    void checkOwner()
    {
        try
        {
            if (AeronDefaults.isStrangers(path))
            {
                throw new NetworkException("the directory is somebody else's: directory=" + path, null);
            }
        }
        catch (final IOException ex)
        {
            throw new NetworkException("cannot tell whose directory it is: directory=" + path + ", cause=" + ex, ex);
        }
    }

    /** Before anybody is told of the directory, and so before there is anything in it to be read. */
    void closeToOthers() throws IOException
    {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix"))
        {
            return;
        }
        try (Stream<Path> all = Files.walk(path).filter(Files::isDirectory))
        {
            for (final Path directory : (Iterable<Path>) all::iterator)
            {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
        }
    }
}
