package org.velocitydb.perf.peers;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes results down: as a Markdown table for each work, and as JSON.
 */
final class Report
{
    private static final double NS_PER_US = 1e3;
    private static final double BYTES_PER_MIB = 1024 * 1024;
    private static final double WHOLE_RATE_MIN = 100;

    private Report()
    {
    }

    static String toMarkdown(final Results results)
    {
        final StringBuilder text = new StringBuilder();
        for (final Work work : results.works())
        {
            text.append("\n### ").append(work).append(": ").append(work.title()).append("\n\n")
                .append("| system | ops/s | velocity / it | p50 us | p99 us | p99.9 us | max us | resident MiB |")
                .append(" of it anonymous | disk MiB |\n|---|---|---|---|---|---|---|---|---|---|\n");
            final List<Measurement> medians = results.medians(work);
            final double ours = medians.stream()
                .filter(median -> median.system() == PeerSystem.VELOCITY)
                .mapToDouble(Measurement::operationsPerSecond)
                .findAny()
                .orElse(0);
            medians.forEach(median -> text.append(row(median, ours)));
        }
        return text.toString();
    }

    private static String row(final Measurement median, final double ours)
    {
        final double rate = median.operationsPerSecond();
        return String.format(
            Locale.ROOT, "| %s | %s | %s | %s | %s | %s | %s | %.1f | %.1f | %.1f |%n", median.system(), rate(rate),
            ours == 0 || rate == 0 ? "" : String.format(Locale.ROOT, "%.2f", ours / rate), us(median, median.p50Ns()),
            us(median, median.p99Ns()), us(median, median.p999Ns()), us(median, median.maxNs()),
            median.residentBytes() / BYTES_PER_MIB, median.anonymousBytes() / BYTES_PER_MIB,
            median.diskBytes() / BYTES_PER_MIB);
    }

    private static String rate(final double rate)
    {
        if (rate == 0)
        {
            return "";
        }
        return String.format(Locale.ROOT, rate < WHOLE_RATE_MIN ? "%.2f" : "%.0f", rate);
    }

    private static String us(final Measurement median, final long ns)
    {
        return median.operations() == 0 ? "" : String.format(Locale.ROOT, "%.1f", ns / NS_PER_US);
    }

    static String toJson(final Results results, final BenchmarkSettings settings)
    {
        return "{\"settings\":\"" + String.join(" ", settings.toArguments()) + "\",\n\"java\":\"" +
            Runtime.version() + "\",\n\"processors\":" + Runtime.getRuntime().availableProcessors() +
            ",\n\"medians\":[\n" +
            results.works().stream()
                .flatMap(work -> results.medians(work).stream())
                .map(Measurement::toJson)
                .collect(Collectors.joining(",\n")) +
            "],\n\"rounds\":[\n" +
            results.works().stream()
                .flatMap(work -> results.rounds(work).stream())
                .map(Measurement::toJson)
                .collect(Collectors.joining(",\n")) +
            "]}\n";
    }
}
