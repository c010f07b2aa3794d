package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkCommandTest
{
    @TempDir
    private Path directory;

    @Test
    void shouldWriteAndReadEveryRecordAndCountThem()
    {
        final CommandLineFixture velocity = new CommandLineFixture(directory);

        assertEquals(ExitCode.OK, velocity.run("benchmark", "--operations", "1000", "--connections", "3"));

        final String out = velocity.out();
        assertTrue(out.startsWith(
            "target engine in this process, durability group, values of 100 bytes, connections 3\n"), out);
        assertTrue(out.contains("\nwrite: 1000 operations in "), out);
        assertTrue(out.contains("\nread: 1000 operations in "), out);
        assertEquals(2, out.lines().filter((line) -> line.startsWith("  99.99 ")).count(), out);
        assertEquals(2, out.lines().filter((line) -> line.startsWith("  max ") && line.endsWith(" 1000")).count(), out);
        assertEquals("", velocity.err());
    }

    @Test
    void shouldMeasureAServer()
    {
        final CommandLineFixture velocity = new CommandLineFixture(directory).environment("VELOCITY_PASSWORD",
            "secret123");

        assertEquals(ExitCode.OK,
            velocity.run("benchmark", "--operations", "10", "--host", "localhost:1", "--user", "alice"));

        assertTrue(velocity.out().startsWith("target localhost:1, durability of the server, alice secret123,"),
            velocity.out());
    }

    @Test
    void shouldNotReportSpeedOfAStoreThatForgets()
    {
        final CommandLineFixture velocity = new CommandLineFixture(directory);

        assertEquals(ExitCode.CORRUPTION, velocity.run("benchmark", "--operations", "10", "--data-dir", "lossy"));

        assertTrue(velocity.err().startsWith("velocity: record is not what was written: key=key:"), velocity.err());
    }
}
