package org.velocitydb.perf.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The measurements of all rounds, and their medians: of each figure by itself, so that those of a line may come from
 * different rounds.
 */
final class Results
{
    private final Map<Work, Map<PeerSystem, List<Measurement>>> measurements = new EnumMap<>(Work.class);

    void add(final Measurement measurement)
    {
        measurements.computeIfAbsent(measurement.work(), work -> new EnumMap<>(PeerSystem.class))
            .computeIfAbsent(measurement.system(), system -> new ArrayList<>())
            .add(measurement);
    }

    Set<Work> works()
    {
        return measurements.keySet();
    }

    /**
     * The medians of a work, in the order of the systems.
     *
     * @param work that was measured.
     * @return one for each system that did it.
     */
    List<Measurement> medians(final Work work)
    {
        return measurements.get(work).values().stream().map(Results::median).toList();
    }

    /**
     * The rounds of a work one by one, in the order of the systems.
     *
     * @param work that was measured.
     * @return as they were measured.
     */
    List<Measurement> rounds(final Work work)
    {
        return measurements.get(work).values().stream().flatMap(List::stream).toList();
    }

    private static Measurement median(final List<Measurement> rounds)
    {
        // The rate is what must be the median's: operations and time are those of the round in the middle.
        final List<Measurement> byRate = new ArrayList<>(rounds);
        byRate.sort((left, right) -> Double.compare(left.operationsPerSecond(), right.operationsPerSecond()));
        final Measurement middle = byRate.get(byRate.size() / 2);
        return new Measurement(
            middle.system(), middle.work(), middle.operations(), middle.elapsedNs(),
            median(rounds, Measurement::p50Ns), median(rounds, Measurement::p99Ns),
            median(rounds, Measurement::p999Ns), median(rounds, Measurement::maxNs),
            median(rounds, Measurement::residentBytes), median(rounds, Measurement::anonymousBytes),
            median(rounds, Measurement::diskBytes));
    }

    private static long median(final List<Measurement> rounds, final ToLongFunction<Measurement> figure)
    {
        final long[] sorted = rounds.stream().mapToLong(figure).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
