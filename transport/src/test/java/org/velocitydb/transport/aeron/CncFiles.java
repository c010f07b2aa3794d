package org.velocitydb.transport.aeron;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.aeron.CncFileDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What may be found in the place of the file in which a media driver says that it is there.
 */
final class CncFiles
{
    /** As long as a driver's. */
    static final int LENGTH = 4 * 1024 * 1024;
    /** A version that no driver has had. */
    static final int OTHER_VERSION = 0x7F_00_00;

    private static final int COMMANDS_LENGTH = 1024 * 1024 + 768;

    private CncFiles()
    {
    }

    /** By a driver that has made the file and nothing else. */
    static void halfStarted(final Path directory) throws IOException
    {
        Files.createDirectories(directory);
        Files.write(file(directory), new byte[LENGTH]);
    }

    static void tooShort(final Path directory) throws IOException
    {
        Files.createDirectories(directory);
        Files.write(file(directory), new byte[5]);
    }

    static void ofAnotherVersion(final Path directory) throws IOException
    {
        halfStarted(directory);
        version(directory, OTHER_VERSION);
    }

    /** It says that its parts are longer than the file. */
    static void cutOff(final Path directory) throws IOException
    {
        Files.createDirectories(directory);
        Files.write(file(directory), new byte[64 * 1024]);
        try (FileChannel file = FileChannel.open(file(directory), StandardOpenOption.READ, StandardOpenOption.WRITE))
        {
            final UnsafeBuffer bytes = new UnsafeBuffer(file.map(FileChannel.MapMode.READ_WRITE, 0, file.size()));
            bytes.putInt(CncFileDescriptor.toDriverBufferLengthOffset(0), COMMANDS_LENGTH);
            bytes.putInt(CncFileDescriptor.cncVersionOffset(0), CncFileDescriptor.CNC_VERSION);
        }
    }

    /** Returns the version that was there. */
    static int version(final Path directory, final int version) throws IOException
    {
        try (FileChannel file = FileChannel.open(file(directory), StandardOpenOption.READ, StandardOpenOption.WRITE))
        {
            final MappedByteBuffer bytes = file.map(FileChannel.MapMode.READ_WRITE, 0, file.size());
            return new UnsafeBuffer(bytes).getAndSetInt(CncFileDescriptor.cncVersionOffset(0), version);
        }
    }

    private static Path file(final Path directory)
    {
        return directory.resolve(CncFileDescriptor.CNC_FILE);
    }
}
