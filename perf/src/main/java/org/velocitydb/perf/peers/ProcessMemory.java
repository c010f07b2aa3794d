package org.velocitydb.perf.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

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
    private static final String TRIM_COMMAND = "systemTrimNativeHeap";
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

    /**
     * Gives back to the system what the C library keeps of memory that was freed, the compiler's above all; a JVM that
     * cannot (before 17.0.9, or with another C library) leaves it where it is.
     *
     * @throws JMException when the JVM can, and fails.
     */
    static void trim() throws JMException
    {
        final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        final ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
        for (final MBeanOperationInfo command : server.getMBeanInfo(commands).getOperations())
        {
            if (TRIM_COMMAND.equals(command.getName()))
            {
                server.invoke(commands, TRIM_COMMAND, null, null);
            }
        }
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
