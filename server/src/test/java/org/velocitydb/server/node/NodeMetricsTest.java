package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.velocitydb.server.metrics.ExpositionParser;
import org.velocitydb.server.metrics.MetricsWriter;

class NodeMetricsTest
{
    @Test
    void shouldTellWhatTheNodeHasDoneInAFormThatAStrictParserTakes()
    {
        try (SteppedNode node = new SteppedNode((context) -> context.loopCount(2)))
        {
            final TestClient2 client = node.login();
            client.put("a", "1");
            client.put("b", "2");
            client.take(2);
            final TestClient2 wrong = node.connect();
            wrong.hello();
            wrong.auth(SteppedNode.USER, "wrong");
            wrong.take(2);

            final Map<String, Double> samples = samples(node);

            assertEquals(1, samples.get("velocitydb_ready"));
            assertEquals(2, samples.get("velocitydb_connections"));
            assertEquals(2, samples.get("velocitydb_commands_total"));
            assertEquals(2, samples.get("velocitydb_group_commands_sum"));
            assertEquals(2, samples.get("velocitydb_write_duration_seconds_count"));
            assertEquals(1, samples.get("velocitydb_logins_total{outcome=\"accepted\"}"));
            assertEquals(1, samples.get("velocitydb_logins_total{outcome=\"refused\"}"));
            assertEquals(0, samples.get("velocitydb_connections_closed_total{reason=\"killed\"}"));
            assertTrue(samples.get("velocitydb_journal_force_seconds_count") >= 1);
            assertTrue(samples.get("velocitydb_memory_bytes{part=\"command_ring\"}") > 0);
        }
    }

    @Test
    void shouldPutEachLatencyIntoTheBucketOfTheSmallestBoundThatIsNotLess()
    {
        final LatencyHistogram histogram = new LatencyHistogram();
        for (final long us : new long[]{ 0, 1, 2, 3, 4, 5, 1L << 25, (1L << 25) + 1, Long.MAX_VALUE / 2 })
        {
            histogram.record(us);
        }
        final long[] counts = new long[LatencyHistogram.BOUND_COUNT + 1];
        histogram.addTo(counts);

        assertEquals(2, counts[0], "0 and 1 are at most 1");
        assertEquals(1, counts[1], "2 is at most 2");
        assertEquals(2, counts[2], "3 and 4 are at most 4");
        assertEquals(1, counts[3], "5 is at most 8");
        assertEquals(1, counts[25], "2^25 is at most the last bound");
        assertEquals(2, counts[26], "the others are more");
    }

    static Map<String, Double> samples(final SteppedNode node)
    {
        final MetricsWriter metrics = new MetricsWriter();
        node.node().writeMetrics(metrics);
        return ExpositionParser.parse(metrics.toString());
    }
}
