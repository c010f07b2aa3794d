package org.velocitydb.perf.peers;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one work gave in one round. Travels from the process that measured to the one that reports as a flat JSON object
 * on a line of its own; Sled's program writes the same.
 *
 * @param system         that was measured.
 * @param work           that it did.
 * @param operations     that it did, 0 where only space was measured.
 * @param elapsedNs      for all of them.
 * @param p50Ns          median latency.
 * @param p99Ns          99th percentile.
 * @param p999Ns         99.9th percentile.
 * @param maxNs          longest.
 * @param residentBytes  memory of the process after the work.
 * @param anonymousBytes of it, what is no file's page.
 * @param diskBytes      space of the store after the work.
 */
record Measurement(
    PeerSystem system,
    Work work,
    long operations,
    long elapsedNs,
    long p50Ns,
    long p99Ns,
    long p999Ns,
    long maxNs,
    long residentBytes,
    long anonymousBytes,
    long diskBytes)
{
    private static final double NS_PER_S = 1e9;
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\\s*(?:\"([^\"]*)\"|(-?\\d+))");

    static Measurement of(
        final PeerSystem system, final Work work, final Timing timing, final ProcessMemory memory,
        final long diskBytes)
    {
        return new Measurement(
            system, work, timing.operations(), timing.elapsedNs(), timing.latencyNs().getValueAtPercentile(50),
            timing.latencyNs().getValueAtPercentile(99), timing.latencyNs().getValueAtPercentile(99.9),
            timing.latencyNs().getMaxValue(), memory.residentBytes(), memory.anonymousBytes(), diskBytes);
    }

    static Measurement ofSpace(
        final PeerSystem system, final Work work, final ProcessMemory memory, final long diskBytes)
    {
        return new Measurement(
            system, work, 0, 0, 0, 0, 0, 0, memory.residentBytes(), memory.anonymousBytes(), diskBytes);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @param line of a child's output.
     * @return the measurement.
     * @throws IllegalArgumentException when the line is something else.
     */
    static Measurement ofJson(final String line)
    {
        final Map<String, String> fields = new LinkedHashMap<>();
        final Matcher matcher = FIELD.matcher(line);
        while (matcher.find())
        {
            fields.put(matcher.group(1), matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
        }
        return new Measurement(
            PeerSystem.valueOf(text(fields, "system", line).toUpperCase(Locale.ROOT)),
            Work.ofName(text(fields, "work", line)), number(fields, "operations", line),
            number(fields, "elapsedNs", line), number(fields, "p50Ns", line), number(fields, "p99Ns", line),
            number(fields, "p999Ns", line), number(fields, "maxNs", line), number(fields, "residentBytes", line),
            number(fields, "anonymousBytes", line), number(fields, "diskBytes", line));
    }

    private static String text(final Map<String, String> fields, final String name, final String line)
    {
        final String text = fields.get(name);
        if (text == null)
        {
            throw new IllegalArgumentException("field is missing: name=" + name + ", line=" + line);
        }
        return text;
    }

    private static long number(final Map<String, String> fields, final String name, final String line)
    {
        return Long.parseLong(text(fields, name, line));
    }

    double operationsPerSecond()
    {
        return elapsedNs == 0 ? 0 : operations * NS_PER_S / elapsedNs;
    }

    String toJson()
    {
        return String.format(
            Locale.ROOT,
            "{\"system\":\"%s\",\"work\":\"%s\",\"operations\":%d,\"elapsedNs\":%d,\"p50Ns\":%d,\"p99Ns\":%d," +
                "\"p999Ns\":%d,\"maxNs\":%d,\"residentBytes\":%d,\"anonymousBytes\":%d,\"diskBytes\":%d}",
            system, work, operations, elapsedNs, p50Ns, p99Ns, p999Ns, maxNs, residentBytes, anonymousBytes, diskBytes);
    }
}
