package org.velocitydb.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * What the section {@code [database]} says of the tables on disk.
 *
 * @param compression              how tables are compressed: for level 0 and on; the last holds for all further levels.
 * @param bloomFalsePositiveRate   of the reads of absent keys, the part that looks into a table for nothing; more than
 *                                 0, less than 1.
 * @param compactionThreshold      flushed tables that set off a compaction.
 * @param compactionBytesPerSecond what compactions copy in a second at most, or {@link #NO_COMPACTION_RATE}.
 */
public record TableConfig(
    List<BlockCompression> compression,
    double bloomFalsePositiveRate,
    int compactionThreshold,
    long compactionBytesPerSecond)
{
    /** {@link #compactionBytesPerSecond()} where there is no bound. */
    public static final long NO_COMPACTION_RATE = Long.MAX_VALUE;

    static final TableConfig DEFAULTS = new TableConfig(
        ConfigKey.Defaults.COMPRESSION, ConfigKey.Defaults.BLOOM_FALSE_POSITIVE_RATE,
        ConfigKey.Defaults.COMPACTION_THRESHOLD, NO_COMPACTION_RATE);

    private static final int MAX_COMPRESSION_LEVELS = 7;
    private static final double MIN_FALSE_POSITIVE_RATE = 0.000001;
    private static final double MAX_FALSE_POSITIVE_RATE = 0.5;
    private static final int MIN_COMPACTION_THRESHOLD = 2;
    private static final int MAX_COMPACTION_THRESHOLD = 64;
    private static final long MIN_COMPACTION_RATE = 1L << 20;
    /** More than any disk gives, so a larger number is a slip of the pen. */
    private static final long MAX_COMPACTION_RATE = 64L << 30;

    /**
     * Keeps a copy of the list.
     *
     * @param compression              see above.
     * @param bloomFalsePositiveRate   see above.
     * @param compactionThreshold      see above.
     * @param compactionBytesPerSecond see above.
     */
    public TableConfig
    {
        compression = List.copyOf(compression);
    }

    TableConfig withCompression(final List<BlockCompression> levels)
    {
        return new TableConfig(levels, bloomFalsePositiveRate, compactionThreshold, compactionBytesPerSecond);
    }

    TableConfig withBloomFalsePositiveRate(final double value)
    {
        return new TableConfig(compression, value, compactionThreshold, compactionBytesPerSecond);
    }

    TableConfig withCompactionThreshold(final int tables)
    {
        return new TableConfig(compression, bloomFalsePositiveRate, tables, compactionBytesPerSecond);
    }

    TableConfig withCompactionRate(final long bytesPerSecond)
    {
        return new TableConfig(compression, bloomFalsePositiveRate, compactionThreshold, bytesPerSecond);
    }

    TableConfig with(final ConfigKey key, final ConfigValue value)
    {
        return switch (key)
        {
            case COMPRESSION -> withCompression(levels(value));
            case BLOOM_FALSE_POSITIVE_RATE -> withBloomFalsePositiveRate(
                value.number(MIN_FALSE_POSITIVE_RATE, MAX_FALSE_POSITIVE_RATE));
            case COMPACTION_THRESHOLD -> withCompactionThreshold(
                value.count(MIN_COMPACTION_THRESHOLD, MAX_COMPACTION_THRESHOLD));
            case COMPACTION_RATE -> withCompactionRate(value.lengthBytes(MIN_COMPACTION_RATE, MAX_COMPACTION_RATE));
            default -> throw new IllegalArgumentException("not about tables: key=" + key);
        };
    }

    private static List<BlockCompression> levels(final ConfigValue value)
    {
        final List<ConfigValue> names = value.elements();
        if (names.isEmpty() || names.size() > MAX_COMPRESSION_LEVELS)
        {
            throw new RejectedValueException("not a list of that length");
        }
        final List<BlockCompression> levels = new ArrayList<>();
        for (final ConfigValue name : names)
        {
            final BlockCompression kind = BlockCompression.of(name.text());
            if (kind == null)
            {
                throw new RejectedValueException("not a compression");
            }
            levels.add(kind);
        }
        return levels;
    }

    String text(final ConfigKey key)
    {
        return switch (key)
        {
            case COMPRESSION -> BlockCompression.text(compression);
            case BLOOM_FALSE_POSITIVE_RATE -> Double.toString(bloomFalsePositiveRate);
            case COMPACTION_THRESHOLD -> Integer.toString(compactionThreshold);
            case COMPACTION_RATE -> compactionBytesPerSecond == NO_COMPACTION_RATE
                ? "unlimited"
                : ConfigValue.quoted(Lengths.format(compactionBytesPerSecond));
            default -> throw new IllegalArgumentException("not about tables: key=" + key);
        };
    }
}
