package org.velocitydb.server.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SimulationTest
{
    private static final int SEED_COUNT = 150;

    @Test
    void shouldKeepItsPromisesInEveryRun()
    {
        int crashes = 0;
        long observations = 0;
        long definitions = 0;
        for (long seed = 0; seed < SEED_COUNT; seed++)
        {
            final Simulation.Result result = Simulation.runSeed(seed);
            crashes += result.crashes();
            observations += result.observations();
            definitions += result.definitions();
        }
        assertTrue(crashes >= SEED_COUNT, "crashes: " + crashes);
        assertTrue(observations > SEED_COUNT * 10L, "observations: " + observations);
        assertTrue(definitions > SEED_COUNT * 5L, "tables made and dropped: " + definitions);
    }

    @Test
    void shouldGiveTheSameRunForTheSameSeed()
    {
        for (long seed = 1_000; seed < 1_010; seed++)
        {
            assertEquals(Simulation.runSeed(seed), Simulation.runSeed(seed), "seed=" + seed);
        }
    }
}
