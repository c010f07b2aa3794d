package org.velocitydb.server.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserFileMonitorTest
{
    private static final long PERIOD_MS = 1000;
    private static final Argon2Phc PHC = Argon2Phc.unmatchable(new SecureRandom());

    @TempDir
    private Path directory;
    private Path file;
    private final List<String> problems = new ArrayList<>();
    private UserFileMonitor monitor;
    private long nowMs = Long.MAX_VALUE - PERIOD_MS;

    @BeforeEach
    void before()
    {
        file = directory.resolve("velocity.toml");
        monitor = new UserFileMonitor(file, UserDirectory.EMPTY, PERIOD_MS, problems::add);
    }

    @Test
    void shouldTakeUpAUserThatIsAdded() throws IOException
    {
        new UserFile(file).put("alice", PHC);
        assertTrue(changedAfterPeriod());
        new UserFile(file).put("bob", PHC);
        assertTrue(changedAfterPeriod());

        assertEquals(Set.of("alice", "bob"), monitor.users().names());
        assertEquals(List.of(), problems);
    }

    @Test
    void shouldLookNoMoreOftenThanOncePerPeriod() throws IOException
    {
        assertFalse(monitor.changed(nowMs));
        new UserFile(file).put("alice", PHC);

        assertFalse(monitor.changed(nowMs + PERIOD_MS - 1));
        assertTrue(monitor.changed(nowMs + PERIOD_MS));
    }

    @Test
    void shouldSayThatNothingChangedWhenNothingDid() throws IOException
    {
        new UserFile(file).put("alice", PHC);
        assertTrue(changedAfterPeriod());

        assertFalse(changedAfterPeriod());
        Files.writeString(file, Files.readString(file));
        assertFalse(changedAfterPeriod());
    }

    @Test
    void shouldKeepTheUsersWhenTheFileBreaksAndSaySoOnce() throws IOException
    {
        new UserFile(file).put("alice", PHC);
        assertTrue(changedAfterPeriod());

        Files.writeString(file, "[users]\nalice = \"secret123\"\n");
        assertFalse(changedAfterPeriod());
        assertFalse(changedAfterPeriod());
        assertFalse(changedAfterPeriod());

        assertEquals(Set.of("alice"), monitor.users().names());
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).contains("velocity.toml:2: bad user: users.alice"), problems::toString);
        assertFalse(problems.get(0).contains("secret123"), problems::toString);
    }

    @Test
    void shouldKeepTheUsersWhenTheFileIsGoneAndTakeItUpWhenItIsBack() throws IOException
    {
        new UserFile(file).put("alice", PHC);
        assertTrue(changedAfterPeriod());

        Files.delete(file);
        assertFalse(changedAfterPeriod());
        assertFalse(changedAfterPeriod());
        assertEquals(Set.of("alice"), monitor.users().names());
        assertEquals(1, problems.size(), problems::toString);

        new UserFile(file).put("bob", PHC);
        assertTrue(changedAfterPeriod());
        assertEquals(Set.of("bob"), monitor.users().names());
    }

    @Test
    void shouldSayNothingOfAFileThatNeverWas()
    {
        assertFalse(changedAfterPeriod());
        assertEquals(List.of(), problems);
    }

    @Test
    void shouldNotReadAFileWithoutEnd() throws IOException
    {
        Files.write(file, new byte[(int) UserFileMonitor.MAX_FILE_LENGTH + 1]);

        assertFalse(changedAfterPeriod());
    }

    private boolean changedAfterPeriod()
    {
        nowMs += PERIOD_MS;
        return monitor.changed(nowMs);
    }
}
