package org.velocitydb.protocol.aeron;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whose the default directory is.
 */
class AeronDefaultsTest
{
    private static final int SOMEBODY = 12_345;

    @TempDir
    private Path chosen;
    private final String user = System.getProperty("user.name");

    @BeforeEach
    void before()
    {
        System.setProperty("user.name", "test-defaults-" + ProcessHandle.current().pid());
    }

    @AfterEach
    void after() throws IOException
    {
        Files.deleteIfExists(AeronDefaults.directory());
        System.setProperty("user.name", user);
    }

    @Test
    void shouldTakeADirectoryThatWeMadeForOurs() throws IOException
    {
        assertFalse(AeronDefaults.isStrangers(AeronDefaults.directory()));
        Files.createDirectory(AeronDefaults.directory());

        assertFalse(AeronDefaults.isStrangers(AeronDefaults.directory()));
    }

    @Test
    void shouldKnowADirectoryOrALinkOfSomebodyElse() throws IOException
    {
        Files.createDirectory(AeronDefaults.directory());
        giveAway(AeronDefaults.directory());
        assertTrue(AeronDefaults.isStrangers(AeronDefaults.directory()));

        Files.delete(AeronDefaults.directory());
        Files.createSymbolicLink(AeronDefaults.directory(), chosen);
        giveAway(AeronDefaults.directory());
        assertTrue(AeronDefaults.isStrangers(AeronDefaults.directory()));
    }

    @Test
    void shouldLeaveItToTheUserWhoseDirectoryIsChosen() throws IOException
    {
        giveAway(chosen);

        assertFalse(AeronDefaults.isStrangers(chosen));
    }

    /** Only the superuser can. */
    private static void giveAway(final Path path) throws IOException
    {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("unix"));
        assumeTrue(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(0));
        Files.setAttribute(path, "unix:uid", SOMEBODY, LinkOption.NOFOLLOW_LINKS);
    }
}
