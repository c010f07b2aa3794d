package org.velocitydb.perf.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.HdrHistogram.Histogram;
import org.velocitydb.perf.peers.EmbeddedStore.Writers;

/**
 * The tail of random gets in an idle store, beside a writer at full speed, and beside two threads that touch no store
 * but only compute. Where cores are fewer than threads the last is what the machine itself does to a reader, by taking
 * the core away; what the tail beside the writer has more than that is the engine's. Run:
 * {@code java --add-opens java.base/jdk.internal.misc=ALL-UNNAMED -cp perf/target/velocitydb-perf.jar
 * org.velocitydb.perf.peers.ReadTails DIRECTORY}.
 */
public final class ReadTails
{
    private static final int RECORD_COUNT = 1_000_000;
    private static final int BATCH_COUNT = 1_000;
    private static final int ROUND_COUNT = 7;
    private static final long PHASE_NS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);
    /** As many as a writer at full speed keeps busy: itself, and flush or compaction. */
    private static final int COMPUTING_THREADS = 2;
    /** More than the cores' own caches, as a memtable is. */
    private static final int COMPUTED_WORDS = 1 << 23;

    /** What goes on beside the reader. */
    private enum Beside
    {
        NOTHING, COMPUTING, WRITING
    }

    private final AtomicBoolean isEnded = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Path directory;

    private ReadTails(final Path directory)
    {
        this.directory = directory;
    }

    /**
     * Fills a store, measures it in rounds and prints a line for each and the medians.
     *
     * @param args directory in which the store is made and deleted.
     * @throws Exception what the store throws, or when a wrong answer was read.
     */
    public static void main(final String[] args) throws Exception
    {
        final Path directory = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "."), "read-tails");
        try
        {
            new ReadTails(directory).run();
        }
        finally
        {
            Directories.delete(directory);
        }
    }

    private void run() throws Exception
    {
        final List<List<Histogram>> rounds = new ArrayList<>();
        for (final Beside unused : Beside.values())
        {
            rounds.add(new ArrayList<>());
        }
        try (EmbeddedStore store = VelocityStore.open(directory, Writers.ONE);
            StoreSession reading = store.newSession();
            StoreSession writing = store.newSession())
        {
            final RecordLoop reader = new RecordLoop(reading, PeerRecords.random(1), RECORD_COUNT, 1);
            final RecordLoop writer = new RecordLoop(writing, PeerRecords.random(1), RECORD_COUNT, 2);
            writer.fillInBatches(BATCH_COUNT);
            for (int round = 0; round <= ROUND_COUNT; round++)
            {
                // What the last round wrote is compacted before the idle store is measured.
                Directories.awaitSettled(directory, store, SETTLE_NS);
                for (final Beside beside : Beside.values())
                {
                    final Histogram latencyNs = measure(beside, reader, writer);
                    // The first round is the compiler's.
                    if (round > 0)
                    {
                        rounds.get(beside.ordinal()).add(latencyNs);
                        print(round + "", beside, latencyNs);
                    }
                }
            }
        }
        finally
        {
            threads.shutdown();
        }
        printMedians(rounds);
    }

    private Histogram measure(final Beside beside, final RecordLoop reader, final RecordLoop writer) throws Exception
    {
        isEnded.set(false);
        final List<Future<?>> others = new ArrayList<>();
        if (beside == Beside.COMPUTING)
        {
            for (int i = 0; i < COMPUTING_THREADS; i++)
            {
                others.add(threads.submit(this::compute));
            }
        }
        if (beside == Beside.WRITING)
        {
            others.add(threads.submit(() -> Timing.forNs(PHASE_NS, writer.putAny())));
        }
        final Timing reads = Timing.forNs(PHASE_NS, reader.getFound());
        isEnded.set(true);
        for (final Future<?> other : others)
        {
            other.get();
        }
        return reads.latencyNs();
    }

    private long compute()
    {
        final long[] words = new long[COMPUTED_WORDS];
        long state = 1;
        while (!isEnded.get())
        {
            state = state * 0x5851f42d4c957f2dL + 0x14057b7ef767814fL;
            words[(int) (state >>> 41)] += state;
        }
        return words[0];
    }

    private static void print(final String round, final Beside beside, final Histogram latencyNs)
    {
        print(
            round, beside, latencyNs.getTotalCount(), latencyNs.getValueAtPercentile(50),
            latencyNs.getValueAtPercentile(99), latencyNs.getValueAtPercentile(99.9), latencyNs.getMaxValue(),
            pauseCount(latencyNs));
    }

    private static void printMedians(final List<List<Histogram>> rounds)
    {
        for (final Beside beside : Beside.values())
        {
            final List<Histogram> all = rounds.get(beside.ordinal());
            print(
                "median", beside, median(all, Histogram::getTotalCount), median(all, 50), median(all, 99),
                median(all, 99.9), median(all, Histogram::getMaxValue), median(all, ReadTails::pauseCount));
        }
    }

    private static void print(
        final String round, final Beside beside, final long count, final long p50Ns, final long p99Ns,
        final long p999Ns, final long maxNs, final long pauseCount)
    {
        System.out.printf(
            Locale.ROOT, "%-6s beside %-9s gets=%d p50=%.1fus p99=%.1fus p99.9=%.1fus max=%.1fus over 5 ms: %d%n",
            round,
            beside, count, p50Ns / 1e3, p99Ns / 1e3, p999Ns / 1e3, maxNs / 1e3, pauseCount);
    }

    private static long pauseCount(final Histogram latencyNs)
    {
        return latencyNs.getTotalCount() - latencyNs.getCountBetweenValues(0, PAUSE_NS);
    }

    private static long median(final List<Histogram> all, final double percentile)
    {
        return median(all, histogram -> histogram.getValueAtPercentile(percentile));
    }

    /** What a figure of one phase is. */
    @FunctionalInterface
    private interface Figure
    {
        long of(Histogram latencyNs);
    }

    private static long median(final List<Histogram> all, final Figure figure)
    {
        final long[] values = all.stream().mapToLong(figure::of).sorted().toArray();
        return values[values.length / 2];
    }
}
