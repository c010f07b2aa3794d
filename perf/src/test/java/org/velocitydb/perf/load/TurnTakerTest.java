package org.velocitydb.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.velocitydb.perf.load.TakeTurns.NamedServer;
import org.velocitydb.protocol.Durability;

import picocli.CommandLine.TypeConversionException;

class TurnTakerTest
{
    private static final int TURN_COUNT = 5;
    private static final int OPERATION_COUNT = 1_000;

    @Test
    void shouldCompareTurnByTurnSoThatASlowSpellOfTheMachineCountsForNeither() throws IOException
    {
        try (TurnTaker first = taker("first"); TurnTaker other = taker("other"))
        {
            // Twice as fast in most turns, while the machine is up to ten times slower for some of them.
            final long[] firstMs = { 10, 100, 10, 100, 50 };
            final long[] otherMs = { 20, 200, 20, 50, 450 };
            for (int i = 0; i < TURN_COUNT; i++)
            {
                first.count(turn(firstMs[i], 100));
                other.count(turn(otherMs[i], 200));
            }

            assertEquals(2.0, first.ratioTo(other), 0.001);
            assertEquals(0.5, other.ratioTo(first), 0.001);
            assertEquals(20_000, first.medianRate(), 0.001);
            assertEquals(first.medianRate(), other.medianRate(), 0.001, "rates alone would tell nothing");
        }
    }

    @Test
    void shouldTakeThePercentilesOverAllTurns() throws IOException
    {
        try (TurnTaker taker = taker("it"))
        {
            taker.count(turn(10, 100));
            taker.count(turn(10, 300));
            taker.count(turn(10, 300));

            assertEquals(100, taker.percentileUs(30), 1);
            assertEquals(300, taker.percentileUs(50), 1);
        }
    }

    @Test
    void shouldReadAServerWithAndWithoutALogin()
    {
        assertEquals(
            new NamedServer("velocity", LoadProtocol.VELOCITY, "measure", 5432),
            NamedServer.parse("velocity=velocity:measure@5432"));
        assertEquals(new NamedServer("redis", LoadProtocol.RESP, null, 6379), NamedServer.parse("redis=resp:6379"));
        for (final String wrong : new String[]{ "redis", "redis=6379", "redis=resp:", "redis=telnet:23", "=resp:1" })
        {
            assertThrows(TypeConversionException.class, () -> NamedServer.parse(wrong), wrong);
        }
    }

    private static TurnTaker taker(final String name) throws IOException
    {
        final LoadTarget nobody = new LoadTarget(
            LoadProtocol.ECHO, new InetSocketAddress("127.0.0.1", 1), null, null, Durability.NONE);
        return TurnTaker.connect(name, nobody, new EchoWorkload(OperationKind.GET), 0, TURN_COUNT);
    }

    private static LoadResult turn(final long elapsedMs, final long latencyUs)
    {
        final Histogram latencyNs = new Histogram(3);
        latencyNs.recordValueWithCount(TimeUnit.MICROSECONDS.toNanos(latencyUs), OPERATION_COUNT);
        return new LoadResult("get", 1, 1, TimeUnit.MILLISECONDS.toNanos(elapsedMs), latencyNs);
    }
}
