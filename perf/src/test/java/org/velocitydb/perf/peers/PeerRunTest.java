package org.velocitydb.perf.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * All works run, tiny, so that they do not rot.
 */
class PeerRunTest
{
    /** Reads settings as the programs do. */
    @Command
    private static final class Settings
    {
        @Mixin
        private BenchmarkSettings settings;
    }

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(WorkSet.class)
    void shouldMeasureEachWorkOfASet(final WorkSet set) throws Exception
    {
        final Settings parsed = new Settings();
        new CommandLine(parsed).parseArgs(
            "--records", "2500", "--small-records", "100", "--seconds", "0.05", "--warm-up-seconds", "0.01",
            "--settle-seconds", "0.5", "--threads",
            "4", "--outstanding", "10");
        final Set<Work> works = EnumSet.noneOf(Work.class);
        Arrays.stream(Work.values()).filter(work -> work.set() == set).forEach(works::add);
        final PeerSystem system = set == WorkSet.DISK ? PeerSystem.DISK : PeerSystem.VELOCITY;
        final List<Measurement> measurements = new ArrayList<>();

        PeerProcess.measure(new PeerRun(system, works, directory, parsed.settings, measurements::add));

        assertEquals(works, measurements.stream().map(Measurement::work).collect(Collectors.toSet()));
        for (final Measurement measurement : measurements)
        {
            assertEquals(measurement, Measurement.ofJson(measurement.toJson()));
            final boolean isSpace = measurement.work() == Work.DISK_SPACE || measurement.work() == Work.SMALL_SPACE;
            assertEquals(isSpace, measurement.operations() == 0);
            assertTrue(measurement.maxNs() >= measurement.p50Ns());
        }
    }
}
