package org.velocitydb.perf.peers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import picocli.CommandLine.Option;

/**
 * How much is measured, in the words of the command line. The program hands them on to the processes that measure.
 */
final class BenchmarkSettings
{
    private static final String RECORDS = "Records of a full store. Default: ${DEFAULT-VALUE}.";
    private static final String SMALL_RECORDS = "Records of the small store. Default: ${DEFAULT-VALUE}.";
    private static final String SECONDS = "Measured for each work that does not end by itself." +
        " Default: ${DEFAULT-VALUE}.";
    private static final String WARM_UP = "The same, before it is measured. Default: ${DEFAULT-VALUE}.";
    private static final String SETTLE = "Longest wait for a store to settle. Default: ${DEFAULT-VALUE}.";
    private static final String SEED = "Of keys, values and order. Default: ${DEFAULT-VALUE}.";
    private static final String BATCH = "Records of a batch. Default: ${DEFAULT-VALUE}.";
    private static final String SCAN = "Records of a scan. Default: ${DEFAULT-VALUE}.";
    private static final String THREADS = "Of durable-64. Default: ${DEFAULT-VALUE}.";
    private static final String OUTSTANDING = "Puts that durable-async has not heard of. Default: ${DEFAULT-VALUE}.";
    private static final double NS_PER_S = 1e9;

    @Option(names = "--records", defaultValue = "2000000", description = RECORDS)
    private int recordCount;

    @Option(names = "--small-records", defaultValue = "10000", description = SMALL_RECORDS)
    private int smallRecordCount;

    @Option(names = "--seconds", defaultValue = "3", description = SECONDS)
    private double seconds;

    @Option(names = "--warm-up-seconds", defaultValue = "2", description = WARM_UP)
    private double warmUpSeconds;

    @Option(names = "--settle-seconds", defaultValue = "120", description = SETTLE)
    private double settleSeconds;

    @Option(names = "--seed", defaultValue = "1", description = SEED)
    private int seed;

    @Option(names = "--batch", defaultValue = "1000", description = BATCH)
    private int batchCount;

    @Option(names = "--scan-length", defaultValue = "100", description = SCAN)
    private int scanCount;

    @Option(names = "--threads", defaultValue = "64", description = THREADS)
    private int threadCount;

    @Option(names = "--outstanding", defaultValue = "1000", description = OUTSTANDING)
    private int outstandingCount;

    /**
     * The settings as options.
     *
     * @return name, value, name, value and so on.
     */
    List<String> toArguments()
    {
        final List<String> arguments = new ArrayList<>();
        Collections.addAll(
            arguments, "--records", Integer.toString(recordCount), "--small-records",
            Integer.toString(smallRecordCount),
            "--seconds", Double.toString(seconds), "--warm-up-seconds", Double.toString(warmUpSeconds),
            "--settle-seconds", Double.toString(settleSeconds),
            "--seed", Integer.toString(seed), "--batch", Integer.toString(batchCount), "--scan-length",
            Integer.toString(scanCount), "--threads", Integer.toString(threadCount), "--outstanding",
            Integer.toString(outstandingCount));
        return arguments;
    }

    int recordCount()
    {
        return recordCount;
    }

    int smallRecordCount()
    {
        return smallRecordCount;
    }

    long durationNs()
    {
        return (long) (seconds * NS_PER_S);
    }

    long warmUpNs()
    {
        return (long) (warmUpSeconds * NS_PER_S);
    }

    long settleNs()
    {
        return (long) (settleSeconds * NS_PER_S);
    }

    int seed()
    {
        return seed;
    }

    int batchCount()
    {
        return batchCount;
    }

    int scanCount()
    {
        return scanCount;
    }

    int threadCount()
    {
        return threadCount;
    }

    int outstandingCount()
    {
        return outstandingCount;
    }
}
