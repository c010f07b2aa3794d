package org.velocitydb.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsWriterTest
{
    private final MetricsWriter metrics = new MetricsWriter();

    @Test
    void shouldWriteEveryKindOfMetricAsTheFormatWantsIt()
    {
        metrics.counter("commands", "Commands.", 17);
        metrics.secondsGauge("longest", "A time.", 1_500_000);
        metrics.counters("closed", "By reason, with \\ and\nnew lines.");
        metrics.labelled("reason", "a \"quoted\" \\ one\n", 3);
        metrics.labelled("reason", "b", 4);
        metrics.summary("force", "Forces.", 2, 3_000_000_000L);
        metrics.histogram("size", "Sizes.", new double[]{ 1e-6, 3 }, new long[]{ 1, 0, 5 }, 12.5);

        assertEquals(
            """
                # HELP velocitydb_commands_total Commands.
                # TYPE velocitydb_commands_total counter
                velocitydb_commands_total 17
                # HELP velocitydb_longest_seconds A time.
                # TYPE velocitydb_longest_seconds gauge
                velocitydb_longest_seconds 0.0015
                # HELP velocitydb_closed_total By reason, with \\\\ and\\nnew lines.
                # TYPE velocitydb_closed_total counter
                velocitydb_closed_total{reason="a \\"quoted\\" \\\\ one\\n"} 3
                velocitydb_closed_total{reason="b"} 4
                # HELP velocitydb_force_seconds Forces.
                # TYPE velocitydb_force_seconds summary
                velocitydb_force_seconds_sum 3
                velocitydb_force_seconds_count 2
                # HELP velocitydb_size Sizes.
                # TYPE velocitydb_size histogram
                velocitydb_size_bucket{le="1.0E-6"} 1
                velocitydb_size_bucket{le="3"} 1
                velocitydb_size_bucket{le="+Inf"} 6
                velocitydb_size_sum 12.5
                velocitydb_size_count 6
                """,
            metrics.toString());
        final Map<String, Double> samples = ExpositionParser.parse(metrics.toString());
        assertEquals(17, samples.get("velocitydb_commands_total"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a 1\n",
        "# TYPE a gauge\na 1\n",
        "# HELP a x\n# TYPE a gauge\na 1",
        "# HELP a x\n# TYPE a gauge\na  1\n",
        "# HELP a x\n# TYPE a gauge\na one\n",
        "# HELP a x\n# TYPE a gauge\na 1\na 1\n",
        "# HELP a x\n# TYPE a gauge\nb 1\n",
        "# HELP a x\n# TYPE a counter\na 1\n",
        "# HELP a_total x\n# TYPE a_total counter\na_total -1\n",
        "# HELP a x\n# TYPE a gauge\na{b=\"c\" 1\n",
        "# HELP a x\n# TYPE a gauge\na{b=c} 1\n",
        "# HELP a x\n# TYPE a gauge\n\na 1\n",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n" })
    void shouldBeReadByAParserThatRefusesWhatIsNotOfTheFormat(final String page)
    {
        assertThrows(AssertionError.class, () -> ExpositionParser.parse(page));
    }
}
