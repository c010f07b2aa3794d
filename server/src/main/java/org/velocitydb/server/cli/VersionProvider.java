package org.velocitydb.server.cli;

import picocli.CommandLine.IVersionProvider;

/**
 * The version from the jar's manifest.
 */
final class VersionProvider implements IVersionProvider
{
    private static final String UNPACKED = "development";

    @Override
    public String[] getVersion()
    {
        final String version = VersionProvider.class.getPackage().getImplementationVersion();
        return new String[]{
            "VelocityDB " + (version == null ? UNPACKED : version),
            "Java " + System.getProperty("java.runtime.version") };
    }
}
