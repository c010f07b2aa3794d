package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.client.VelocityClient;

/**
 * The audit log of a real server: through kills, and as its command reads it.
 */
final class AuditTest
{
    private static final String FILE = "data/audit/audit-0000000000000001.jsonl";
    private static final int LIFE_COUNT = 3;
    private static final int WRITE_COUNT = 300;

    @TempDir
    private Path directory;

    @BeforeEach
    void before() throws IOException
    {
        ServerFiles.write(directory, "[audit]\nenabled = true\nwhat = \"all\"\n");
    }

    @Test
    void shouldHaveAnIntactLogAfterKills() throws IOException
    {
        for (int life = 0; life < LIFE_COUNT; life++)
        {
            try (VelocityProcess server = VelocityProcess.startServer(directory);
                VelocityClient client = server.login())
            {
                for (int i = 0; i < WRITE_COUNT; i++)
                {
                    client.insert("life " + life + " key " + i, "a value nobody may see");
                }
                final String last = "life " + life + " key " + (WRITE_COUNT - 1) + "\"";
                Await.until(() -> "the last write is not in the log", () -> log().contains(last));
                // What comes now may or may not be in the log, and the last line of it may be torn.
                client.insert("life " + life + " last", "a value nobody may see");
                server.kill();
            }
            assertIntact(verify());
        }

        final String log = log();
        assertFalse(log.contains("nobody may see"));
        assertFalse(log.contains(ServerFiles.PASSWORD));
        assertEquals(LIFE_COUNT, log.lines().filter(line -> line.contains("\"event\":\"login\"")).count());
        assertTrue(
            log.lines().filter(line -> line.contains("\"key\":\"life ")).count() >= LIFE_COUNT * WRITE_COUNT);
    }

    @Test
    void shouldLogEverythingThatASigtermEndsAndFindWhatIsChangedAfterwards() throws IOException
    {
        try (VelocityProcess server = VelocityProcess.startServer(directory);
            VelocityClient client = server.login())
        {
            for (int i = 0; i < WRITE_COUNT; i++)
            {
                client.insert("key " + i, "value");
            }
            server.terminate().awaitExit();
        }
        final List<String> lines = Files.readAllLines(directory.resolve(FILE));
        for (final String line : lines)
        {
            assertTrue(Json.object(line).containsKey("seq"), line);
        }
        assertEquals(WRITE_COUNT, lines.stream().filter(line -> line.contains("\"key\":\"key ")).count());
        assertTrue(lines.get(lines.size() - 1).contains("\"event\":\"stop\""), lines.get(lines.size() - 1));
        assertIntact(verify());

        lines.set(100, lines.get(100).replace("\"user\":\"" + ServerFiles.USER, "\"user\":\"nobody"));
        Files.write(directory.resolve(FILE), lines);

        final VelocityProcess found = verify();
        assertEquals(5, found.awaitExit(), found::toString);
        assertTrue(
            found.out().startsWith("error: audit-0000000000000001.jsonl:101: the line is not as written: offset="),
            found::toString);
        assertTrue(found.out().contains("damaged: 1 error, 0 notes"), found::toString);
    }

    private VelocityProcess verify()
    {
        return VelocityProcess.run(directory, "audit", "verify", "--data-dir", "data");
    }

    private static void assertIntact(final VelocityProcess verification)
    {
        assertEquals(0, verification.awaitExit(), verification::toString);
        assertTrue(verification.out().contains("intact: 0 errors"), verification::toString);
    }

    private String log()
    {
        try
        {
            return Files.readString(directory.resolve(FILE));
        }
        catch (final IOException ex)
        {
            throw new AssertionError(ex);
        }
    }
}
