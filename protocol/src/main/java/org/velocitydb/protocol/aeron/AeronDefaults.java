package org.velocitydb.protocol.aeron;

import java.nio.file.Files;
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
}
