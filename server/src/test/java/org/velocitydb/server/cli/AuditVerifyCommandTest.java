package org.velocitydb.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.server.audit.AuditContext;
import org.velocitydb.server.audit.AuditLog;
import org.velocitydb.server.audit.AuditScope;
import org.velocitydb.server.audit.LoopAudit;

final class AuditVerifyCommandTest
{
    private static final String FILE = "audit-0000000000000001.jsonl";

    @TempDir
    private Path directory;

    private CommandLineFixture velocity;
    private Path audit;

    @BeforeEach
    void before()
    {
        velocity = new CommandLineFixture(directory);
        audit = directory.resolve("velocitydb").resolve("audit");
        log();
    }

    /** A file, start, connection, stop: four lines the first time, three more each further time. */
    private void log()
    {
        try (AuditLog log = AuditLog.open(new AuditContext().storage(new FileStorage(audit)).scope(AuditScope.ALL)
            .errorHandler(ex ->
            {
                throw new AssertionError(ex);
            })))
        {
            final LoopAudit loop = log.newLoop();
            loop.connected(1, new InetSocketAddress("127.0.0.1", 4242));
        }
    }

    @Test
    void shouldSayHowFarAnIntactLogGoes()
    {
        assertEquals(ExitCode.OK, velocity.run("audit", "verify"), velocity.out());

        assertTrue(
            velocity.out().matches(
                "files     1\nlines     4, sequences 1 to 4\nlast      4:[0-9a-f]{64}\nintact: 0 errors, 0 notes\n"),
            velocity.out());
        assertEquals("", velocity.err());
    }

    @Test
    void shouldFindALineThatWasNotedEarlier() throws IOException
    {
        velocity.run("audit", "verify");
        final String last = velocity.out().lines().filter(line -> line.startsWith("last")).findFirst().orElseThrow()
            .substring("last      ".length());
        log();
        assertEquals(ExitCode.OK, velocity.run("audit", "verify", "--expect", last), velocity.out());

        final String text = Files.readString(audit.resolve(FILE));
        Files.writeString(audit.resolve(FILE), text.substring(0, text.indexOf("{\"seq\":4,")));

        assertEquals(ExitCode.OK, velocity.run("audit", "verify"), velocity.out());
        assertEquals(ExitCode.CORRUPTION, velocity.run("audit", "verify", "--expect", last), velocity.out());
        assertTrue(velocity.out().contains("the line that was noted is missing: sequence=4, last sequence=3"),
            velocity.out());
        assertEquals(ExitCode.USAGE, velocity.run("audit", "verify", "--expect", "4"));
    }

    @Test
    void shouldReadFilesThatLieElsewhere() throws IOException
    {
        Files.copy(audit.resolve(FILE), directory.resolve("monday.jsonl"));

        assertEquals(ExitCode.OK, velocity.run("audit", "verify", "monday.jsonl"), velocity.out());
        Files.writeString(
            directory.resolve("monday.jsonl"),
            Files.readString(directory.resolve("monday.jsonl")).replaceFirst("127\\.0\\.0\\.1", "127.0.0.2"));

        assertEquals(ExitCode.CORRUPTION, velocity.run("audit", "verify", "monday.jsonl"), velocity.out());
        assertTrue(velocity.out().startsWith("error: monday.jsonl:3: the line is not as written: "), velocity.out());
    }

    @Test
    void shouldRefuseWhatIsNotThere() throws IOException
    {
        assertEquals(ExitCode.FAILURE, velocity.run("audit", "verify", "--data-dir", "absent"));
        assertTrue(velocity.err().startsWith("velocity: no such directory: "), velocity.err());
        assertEquals(ExitCode.FAILURE, velocity.run("audit", "verify", "absent.jsonl"));
        Files.createDirectories(directory.resolve("empty/audit"));
        assertEquals(ExitCode.FAILURE, velocity.run("audit", "verify", "--data-dir", "empty"));
        assertTrue(velocity.err().startsWith("velocity: no audit log here: "), velocity.err());
        assertEquals(ExitCode.USAGE, velocity.run("audit"));
    }
}
