package org.velocitydb.perf.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

import com.sun.nio.file.ExtendedOpenOption;

import org.HdrHistogram.Histogram;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.journal.Journal;
import org.velocitydb.journal.JournalContext;
import org.velocitydb.journal.SyncMethod;
import org.velocitydb.journal.storage.FileStorage;

/**
 * How fast the journal makes a record durable, in both ways, against a bare direct synchronous write of the same
 * blocks.
 * The three take turns of some appends each, so that whatever else the disk does falls on all. Run: {@code java
 * --add-opens java.base/jdk.internal.misc=ALL-UNNAMED -cp
 * perf/target/velocitydb-perf.jar org.velocitydb.perf.engine.JournalBenchmark [DIRECTORY [TURNS]]}.
 */
public final class JournalBenchmark
{
    private static final int[] PAYLOAD_LENGTHS = { 128, 4096, 65536, 262144 };
    private static final int TURN_COUNT_DEFAULT = 40;
    private static final int APPENDS_PER_TURN = 100;
    private static final int WARM_UP_TURN_COUNT = 4;
    private static final int BLOCK_LENGTH = 4096;
    private static final int FILE_LENGTH = 128 * 1024 * 1024;
    private static final int RECORD_ALIGNMENT = 8;

    /** One of the ways. */
    private interface Appender extends AutoCloseable
    {
        void append() throws IOException;

        /** What is another thread's work in a store; not measured. */
        void tidyUp();

        @Override
        void close() throws IOException;
    }

    private JournalBenchmark()
    {
    }

    /**
     * Measures and prints three lines for each length.
     *
     * @param args directory to write in (default: the working directory), turns.
     * @throws IOException when the files cannot be written.
     */
    public static void main(final String[] args) throws IOException
    {
        final Path directory = Path.of(args.length > 0 ? args[0] : ".");
        final int turnCount = args.length > 1 ? Integer.parseInt(args[1]) : TURN_COUNT_DEFAULT;
        for (final int payloadLength : PAYLOAD_LENGTHS)
        {
            measure(directory, payloadLength, turnCount);
        }
    }

    private static void measure(final Path directory, final int payloadLength, final int turnCount) throws IOException
    {
        final String[] names = { "journal buffered", "journal direct", "raw direct" };
        final Histogram[] histograms = new Histogram[names.length];
        final Path place = Files.createTempDirectory(directory, "journal-benchmark");
        try (Appender buffered = new JournalAppender(place.resolve("buffered"), SyncMethod.BUFFERED, payloadLength);
            Appender direct = new JournalAppender(place.resolve("direct"), SyncMethod.DIRECT, payloadLength);
            Appender raw = new RawAppender(place.resolve("raw"), payloadLength))
        {
            final Appender[] appenders = { buffered, direct, raw };
            for (int i = 0; i < names.length; i++)
            {
                histograms[i] = new Histogram(3);
            }
            for (int turn = 0; turn < WARM_UP_TURN_COUNT + turnCount; turn++)
            {
                for (int i = 0; i < names.length; i++)
                {
                    takeTurn(appenders[i], turn < WARM_UP_TURN_COUNT ? new Histogram(3) : histograms[i]);
                }
            }
        }
        finally
        {
            IoUtil.delete(place.toFile(), true);
        }
        for (int i = 0; i < names.length; i++)
        {
            print(names[i], payloadLength, histograms[i], histograms[names.length - 1]);
        }
    }

    private static void takeTurn(final Appender appender, final Histogram histogram) throws IOException
    {
        appender.tidyUp();
        for (int i = 0; i < APPENDS_PER_TURN; i++)
        {
            final long startNs = System.nanoTime();
            appender.append();
            histogram.recordValue(System.nanoTime() - startNs);
        }
    }

    private static void print(
        final String name, final int payloadLength, final Histogram histogram, final Histogram raw)
    {
        System.out.printf(
            Locale.ROOT,
            "%-17s length=%-7d mean=%.1fus p50=%.1fus p90=%.1fus p99=%.1fus speed/raw by p50=%.2f mean=%.2f%n",
            name, payloadLength, histogram.getMean() / 1e3, histogram.getValueAtPercentile(50) / 1e3,
            histogram.getValueAtPercentile(90) / 1e3, histogram.getValueAtPercentile(99) / 1e3,
            (double) raw.getValueAtPercentile(50) / histogram.getValueAtPercentile(50),
            raw.getMean() / histogram.getMean());
    }

    private static final class JournalAppender implements Appender
    {
        private final Journal journal;
        private final int payloadLength;
        private final UnsafeBuffer buffer;

        JournalAppender(final Path directory, final SyncMethod syncMethod, final int payloadLength)
        {
            this.payloadLength = payloadLength;
            buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(Journal.RECORD_HEADER_LENGTH + payloadLength));
            journal = Journal.open(
                new JournalContext().storage(new FileStorage(directory)).segmentLength(FILE_LENGTH)
                    .syncMethod(syncMethod),
                1, (payload, offset, length, firstSequence, entryCount, timeMs) ->
                {
                });
            if (journal.syncMethod() != syncMethod)
            {
                throw new IllegalStateException(journal.syncMethodReason());
            }
        }

        @Override
        public void append()
        {
            final long sequence = journal.appendedSequence() + 1;
            buffer.putLong(Journal.RECORD_HEADER_LENGTH, sequence);
            journal.tryReserve(payloadLength);
            journal.commit(buffer, Journal.RECORD_HEADER_LENGTH, payloadLength, sequence, 1, sequence);
        }

        @Override
        public void tidyUp()
        {
            journal.purge(journal.durableSequence());
            for (int work = 1; work > 0;)
            {
                work = journal.prepare();
            }
        }

        @Override
        public void close()
        {
            journal.close();
        }
    }

    /** Writes the blocks that the journal would. */
    private static final class RawAppender implements Appender
    {
        private final FileChannel channel;
        private final ByteBuffer blocks;
        private final long recordLength;
        private long position;

        RawAppender(final Path file, final int payloadLength) throws IOException
        {
            recordLength = (Journal.RECORD_HEADER_LENGTH + payloadLength + RECORD_ALIGNMENT - 1) / RECORD_ALIGNMENT *
                RECORD_ALIGNMENT;
            try (FileChannel filler = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))
            {
                final ByteBuffer zeros = ByteBuffer.allocateDirect(1024 * 1024);
                for (long at = 0; at < FILE_LENGTH; at += zeros.capacity())
                {
                    filler.write(zeros.clear(), at);
                }
                filler.force(true);
            }
            channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.DSYNC, ExtendedOpenOption.DIRECT);
            blocks = ByteBuffer.allocateDirect(payloadLength + 4 * BLOCK_LENGTH).alignedSlice(BLOCK_LENGTH);
        }

        @Override
        public void append() throws IOException
        {
            final long from = position / BLOCK_LENGTH * BLOCK_LENGTH;
            final long to = (position + recordLength + BLOCK_LENGTH - 1) / BLOCK_LENGTH * BLOCK_LENGTH;
            blocks.clear().limit((int) (to - from));
            blocks.putLong(0, position);
            channel.write(blocks, from);
            position = to + recordLength > FILE_LENGTH - BLOCK_LENGTH ? 0 : position + recordLength;
        }

        @Override
        public void tidyUp()
        {
            // There is one file, and it begins anew.
        }

        @Override
        public void close() throws IOException
        {
            channel.close();
        }
    }
}
