package org.velocitydb.perf.baseline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/**
 * How fast one append is made durable on this disk, one after the other, into a file that was allocated before: a write
 * and an fdatasync, or a write of whole blocks past the page cache that returns when it is on disk. Run:
 * {@code java -cp perf/target/velocitydb-perf.jar org.velocitydb.perf.baseline.DiskBaseline [DIRECTORY [APPENDS]]}.
 */
public final class DiskBaseline
{
    private static final int[] LENGTHS = { 128, 4096, 65536 };
    private static final int DIRECT_LENGTH = 4096;
    private static final int APPEND_COUNT_DEFAULT = 20_000;
    private static final int FILE_LENGTH = 64 * 1024 * 1024;

    /** How an append is made durable. */
    public enum Append
    {
        /** A write into the page cache, then fdatasync. */
        FDATASYNC,
        /** O_DIRECT and O_DSYNC: one call. The length is a multiple of the file system's block. */
        DIRECT
    }

    /**
     * What was measured.
     *
     * @param appendCount appends.
     * @param elapsedNs   for all of them.
     * @param latencyNs   of each.
     */
    public record Result(int appendCount, long elapsedNs, Histogram latencyNs)
    {
        private static final double NS_PER_S = 1e9;
        private static final double NS_PER_US = 1e3;

        @Override
        public String toString()
        {
            return String.format(
                Locale.ROOT, "rate=%.0f/s p50=%.1fus p99=%.1fus p99.9=%.1fus", appendCount * NS_PER_S / elapsedNs,
                latencyNs.getValueAtPercentile(50) / NS_PER_US, latencyNs.getValueAtPercentile(99) / NS_PER_US,
                latencyNs.getValueAtPercentile(99.9) / NS_PER_US);
        }
    }

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
            System.out.println(
                "append+fdatasync length=" + lengthBytes + " " +
                    measure(directory, lengthBytes, Append.FDATASYNC, appendCount, Long.MAX_VALUE));
        }
        System.out.println(
            "append+direct block=" + DIRECT_LENGTH + " " +
                measure(directory, DIRECT_LENGTH, Append.DIRECT, appendCount, Long.MAX_VALUE));
    }

    /**
     * Measures until either bound is reached.
     *
     * @param directory      to write in.
     * @param lengthBytes    of an append.
     * @param append         how.
     * @param appendCountMax appends at most.
     * @param durationMaxNs  time at most.
     * @return what was measured.
     * @throws IOException when the file cannot be written.
     */
    public static Result measure(
        final Path directory, final int lengthBytes, final Append append, final int appendCountMax,
        final long durationMaxNs)
        throws IOException
    {
        final Path file = Files.createTempFile(directory, "disk-baseline", ".tmp");
        try
        {
            preallocate(file);
            final Set<OpenOption> options = append == Append.DIRECT
                ? Set.of(StandardOpenOption.WRITE, StandardOpenOption.DSYNC, directOption())
                : Set.of(StandardOpenOption.WRITE);
            try (FileChannel channel = FileChannel.open(file, options))
            {
                final int blockLength = Math.toIntExact(Files.getFileStore(file).getBlockSize());
                final ByteBuffer record = ByteBuffer.allocateDirect(lengthBytes + 2 * blockLength)
                    .alignedSlice(blockLength)
                    .limit(lengthBytes)
                    .slice();
                return append(channel, record, append == Append.FDATASYNC, appendCountMax, durationMaxNs);
            }
        }
        finally
        {
            Files.delete(file);
        }
    }

    /**
     * The option, which the JDK's module {@code jdk.unsupported} exports; by its name, since newer compilers warn of
     * every other use and the build lets no warning pass.
     */
    private static OpenOption directOption() throws IOException
    {
        try
        {
            for (final Object option : Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants())
            {
                if (option.toString().equals("DIRECT"))
                {
                    return (OpenOption) option;
                }
            }
        }
        catch (final ClassNotFoundException ex)
        {
            throw new IOException("this JDK has no direct writes", ex);
        }
        throw new IOException("this JDK has no direct writes");
    }

    private static Result append(
        final FileChannel channel, final ByteBuffer record, final boolean isForced, final int appendCountMax,
        final long durationMaxNs)
        throws IOException
    {
        final int lengthBytes = record.capacity();
        final Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        long position = 0;
        int count = 0;
        final long startNs = System.nanoTime();
        long beforeNs = startNs;
        while (count < appendCountMax && beforeNs - startNs < durationMaxNs)
        {
            record.clear();
            channel.write(record, position);
            if (isForced)
            {
                channel.force(false);
            }
            final long nowNs = System.nanoTime();
            histogram.recordValue(nowNs - beforeNs);
            beforeNs = nowNs;
            count++;
            position = position + 2L * lengthBytes > FILE_LENGTH ? 0 : position + lengthBytes;
        }
        return new Result(count, beforeNs - startNs, histogram);
    }

    private static void preallocate(final Path file) throws IOException
    {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE))
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
}
