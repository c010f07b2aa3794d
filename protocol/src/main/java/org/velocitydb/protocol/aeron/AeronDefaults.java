package org.velocitydb.protocol.aeron;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Where client and server look for each other when nobody says otherwise.
 */
public final class AeronDefaults
{
    /** Stream of the requests; the number of the TCP port, for memory's sake. */
    public static final int STREAM_ID = 5432;

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private AeronDefaults()
    {
    }

    /**
     * The media driver's directory: one for each user of the machine, in shared memory where there is such a place.
     *
     * @return the directory, which need not exist.
     */
    public static Path directory()
    {
        final Path parent = Files.isDirectory(SHARED_MEMORY)
            ? SHARED_MEMORY
            : Path.of(System.getProperty("java.io.tmpdir"));
        return parent.resolve("velocitydb-" + System.getProperty("user.name"));
    }

    /**
     * Whether somebody else made the default directory. Where it lies anybody may make one, and call it by the name of
     * another user in order to hear what that user's server and clients say to each other.
     *
     * @param directory in which a media driver runs or is to run.
     * @return true if it is the default one, exists, and does not belong to the user of this process; a directory that
     *         was chosen may be anybody's.
     * @throws IOException when that cannot be told.
     */
    public static boolean isStrangers(final Path directory) throws IOException
    {
        if (!directory.equals(directory()) || !Files.exists(directory, LinkOption.NOFOLLOW_LINKS))
        {
            return false;
        }
        // Java does not say who we are, but the owner of what we make does.
        final Path ours = Files.createTempFile(directory.getParent(), "velocitydb-", null);
        try
        {
            return !Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(ours));
        }
        finally
        {
            Files.delete(ours);
        }
    }
}
