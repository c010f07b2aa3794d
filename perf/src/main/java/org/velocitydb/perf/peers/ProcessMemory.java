package org.velocitydb.perf.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The memory of this process that is in RAM now, as Linux accounts for it in {@code /proc/self/status}.
 *
 * @param residentBytes  all of it (VmRSS): with the pages of files that are mapped, which the others keep in the page
 *                       cache without being charged.
 * @param anonymousBytes of it, what is no file's page (RssAnon).
 */
record ProcessMemory(long residentBytes, long anonymousBytes)
{
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long BYTES_PER_KIB = 1024;

    /**
     * Reads it.
     *
     * @return the memory; zeros on a system without that file.
     * @throws IOException when the file cannot be read.
     */
    static ProcessMemory read() throws IOException
    {
        long residentBytes = 0;
        long anonymousBytes = 0;
        if (Files.exists(STATUS))
        {
            for (final String line : Files.readAllLines(STATUS))
            {
                if (line.startsWith("VmRSS:"))
                {
                    residentBytes = bytes(line);
                }
                else if (line.startsWith("RssAnon:"))
                {
                    anonymousBytes = bytes(line);
                }
            }
        }
        return new ProcessMemory(residentBytes, anonymousBytes);
    }

    private static long bytes(final String line)
    {
        return Long.parseLong(line.replaceAll("\\D+", "")) * BYTES_PER_KIB;
    }

    ProcessMemory minus(final ProcessMemory other)
    {
        return new ProcessMemory(residentBytes - other.residentBytes, anonymousBytes - other.anonymousBytes);
    }
}
