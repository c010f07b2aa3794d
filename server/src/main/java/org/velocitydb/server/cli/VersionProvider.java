package org.velocitydb.server.cli;

import picocli.CommandLine.IVersionProvider;

/**
 * The version from the jar's manifest.
 */
final class VersionProvider implements IVersionProvider
{
    private static final String UNPACKED = "development";

    static String version()
    {
        final String version = VersionProvider.class.getPackage().getImplementationVersion();
        return version == null ? UNPACKED : version;
    }

    @Override
    public String[] getVersion()
    {
        return new String[]{
            "VelocityDB " + version(),
            "Java " + System.getProperty("java.runtime.version") };
    }
}
