package org.velocitydb.server.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.velocitydb.server.config.ServerLimits;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.toml.TomlException;
import org.velocitydb.server.toml.TomlProblem;

/**
 * Whatever is in a file, reading it as a configuration ends: with a configuration, or with problems that say where.
 */
class ConfigFuzzTest
{
    @FuzzTest(maxDuration = "30s")
    void shouldReadOrRefuseAnyFile(final byte[] data)
    {
        try
        {
            final VelocityConfig config = VelocityConfig.parse("velocity.toml", data);
            final ServerLimits limits = config.server().limits();
            assertTrue(limits.maxConnections() >= 1 && limits.maxFrameLength() >= 1, config.toString());
        }
        catch (final TomlException ex)
        {
            assertFalse(ex.problems().isEmpty(), "refused without a reason");
            for (final TomlProblem problem : ex.problems())
            {
                assertTrue(problem.line() >= 1, problem.toString());
                assertFalse(problem.toString().isBlank());
            }
        }
    }
}
