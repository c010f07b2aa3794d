package org.velocitydb.perf.baseline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

import org.HdrHistogram.Histogram;

/**
 * How fast one append is made durable on this disk: a write into a pre-allocated file and an fdatasync, one after the
 * other. Run: {@code java -cp perf/target/velocitydb-perf.jar
 * org.velocitydb.perf.baseline.DiskBaseline [DIRECTORY [APPENDS]]}.
 */
public final class DiskBaseline
{
    private static final int[] LENGTHS = { 128, 4096, 65536 };
    private static final int APPEND_COUNT_DEFAULT = 20_000;
    private static final int FILE_LENGTH = 64 * 1024 * 1024;

    private DiskBaseline()
    {
    }

    /**
     * Measures and prints a line for each length.
     *
     * @param args directory to write in (default: the working directory), appends per length.
     * @throws IOException when the file cannot be written.
     */
    public static void main(final String[] args) throws IOException
    {
        final Path directory = Path.of(args.length > 0 ? args[0] : ".");
        final int appendCount = args.length > 1 ? Integer.parseInt(args[1]) : APPEND_COUNT_DEFAULT;
        for (final int lengthBytes : LENGTHS)
        {
            measure(directory, lengthBytes, appendCount);
        }
    }

    private static void measure(final Path directory, final int lengthBytes, final int appendCount) throws IOException
    {
        final Path file = Files.createTempFile(directory, "disk-baseline", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE))
        {
            preallocate(channel);
            final Histogram histogram = new Histogram(3);
            final ByteBuffer record = ByteBuffer.allocateDirect(lengthBytes);
            long position = 0;
            final long startNs = System.nanoTime();
            for (int i = 0; i < appendCount; i++)
            {
                final long beforeNs = System.nanoTime();
                record.clear();
                channel.write(record, position);
                channel.force(false);
                histogram.recordValue(System.nanoTime() - beforeNs);
                position = position + 2L * lengthBytes > FILE_LENGTH ? 0 : position + lengthBytes;
            }
            final double seconds = (System.nanoTime() - startNs) / 1e9;
            System.out.printf(
                Locale.ROOT, "append+fdatasync length=%d rate=%.0f/s p50=%.1fus p99=%.1fus p99.9=%.1fus%n",
                lengthBytes, appendCount / seconds, histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3, histogram.getValueAtPercentile(99.9) / 1e3);
        }
        finally
        {
            Files.delete(file);
        }
    }

    private static void preallocate(final FileChannel channel) throws IOException
    {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(1024 * 1024);
        for (long position = 0; position < FILE_LENGTH; position += zeros.capacity())
        {
            zeros.clear();
            channel.write(zeros, position);
        }
        channel.force(true);
    }
}
