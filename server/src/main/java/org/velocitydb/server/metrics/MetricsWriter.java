package org.velocitydb.server.metrics;

/**
 * Writes metrics in the Prometheus text exposition format 0.0.4: for each metric a line of HELP, one of TYPE, and its
 * samples. Used by one thread for one page.
 *
 * <pre>
 *   # HELP velocitydb_commands_total Commands that were answered.
 *   # TYPE velocitydb_commands_total counter
 *   velocitydb_commands_total 17
 * </pre>
 */
public final class MetricsWriter
{
    /** What an HTTP answer calls this format. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String PREFIX = "velocitydb_";
    private static final String COUNTER_SUFFIX = "_total";

    private final StringBuilder text = new StringBuilder();
    private String family = "";

    /**
     * A count that only grows.
     *
     * @param name  in lower case, with its unit; {@code _total} is put behind it.
     * @param help  a sentence.
     * @param value of it.
     */
    public void counter(final String name, final String help, final long value)
    {
        counters(name, help);
        sample("", Long.toString(value));
    }

    /**
     * A count of seconds that only grows.
     *
     * @param name without its unit; {@code _seconds_total} is put behind it.
     * @param help a sentence.
     * @param ns   nanoseconds.
     */
    public void secondsCounter(final String name, final String help, final long ns)
    {
        counters(name + "_seconds", help);
        sample("", seconds(ns));
    }

    /**
     * Something that goes up and down.
     *
     * @param name  in lower case, with its unit.
     * @param help  a sentence.
     * @param value of it.
     */
    public void gauge(final String name, final String help, final long value)
    {
        gauges(name, help);
        sample("", Long.toString(value));
    }

    /**
     * A time that goes up and down.
     *
     * @param name without its unit; {@code _seconds} is put behind it.
     * @param help a sentence.
     * @param ns   nanoseconds.
     */
    public void secondsGauge(final String name, final String help, final long ns)
    {
        gauges(name + "_seconds", help);
        sample("", seconds(ns));
    }

    /**
     * Begins a family of counts, told apart by a label.
     *
     * @param name in lower case, with its unit; {@code _total} is put behind it.
     * @param help a sentence.
     */
    public void counters(final String name, final String help)
    {
        begin(name + COUNTER_SUFFIX, "counter", help);
    }

    /**
     * Begins a family of gauges, told apart by a label.
     *
     * @param name in lower case, with its unit.
     * @param help a sentence.
     */
    public void gauges(final String name, final String help)
    {
        begin(name, "gauge", help);
    }

    /**
     * A member of the family that was begun last.
     *
     * @param label      that tells it apart.
     * @param labelValue any text.
     * @param value      of it.
     */
    public void labelled(final String label, final String labelValue, final long value)
    {
        sample("{" + label + "=\"" + escaped(labelValue) + "\"}", Long.toString(value));
    }

    /**
     * How often something took place, and how long it took in all.
     *
     * @param name  without its unit; {@code _seconds} is put behind it.
     * @param help  a sentence.
     * @param count of it.
     * @param sumNs of it.
     */
    public void summary(final String name, final String help, final long count, final long sumNs)
    {
        begin(name + "_seconds", "summary", help);
        sample("_sum", seconds(sumNs));
        sample("_count", Long.toString(count));
    }

    /**
     * How something is distributed.
     *
     * @param name   in lower case, with its unit.
     * @param help   a sentence.
     * @param bounds of the buckets but the last, which has none; each value is at most its bucket's bound.
     * @param counts of the buckets, one more than bounds.
     * @param sum    of all values.
     */
    public void histogram(
        final String name, final String help, final double[] bounds, final long[] counts, final double sum)
    {
        begin(name, "histogram", help);
        long total = 0;
        for (int i = 0; i < counts.length; i++)
        {
            total += counts[i];
            final String bound = i < bounds.length ? number(bounds[i]) : "+Inf";
            sample("_bucket{le=\"" + bound + "\"}", Long.toString(total));
        }
        sample("_sum", number(sum));
        sample("_count", Long.toString(total));
    }

    private void begin(final String name, final String type, final String help)
    {
        family = PREFIX + name;
        text.append("# HELP ").append(family).append(' ')
            .append(help.replace("\\", "\\\\").replace("\n", "\\n")).append('\n')
            .append("# TYPE ").append(family).append(' ').append(type).append('\n');
    }

    private void sample(final String suffix, final String value)
    {
        text.append(family).append(suffix).append(' ').append(value).append('\n');
    }

    private static String escaped(final String value)
    {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String seconds(final long ns)
    {
        return number(ns / 1e9);
    }

    private static String number(final double value)
    {
        return value == (long) value ? Long.toString((long) value) : Double.toString(value);
    }

    /**
     * The page.
     *
     * @return all that was written.
     */
    @Override
    public String toString()
    {
        return text.toString();
    }
}
