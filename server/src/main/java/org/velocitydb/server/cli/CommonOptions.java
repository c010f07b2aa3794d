package org.velocitydb.server.cli;

import picocli.CommandLine.Option;

/**
 * What every command understands.
 */
final class CommonOptions
{
    @Option(names = { "-h", "--help" }, usageHelp = true, description = HelpText.HELP)
    private boolean isHelpRequested;

    @Option(names = { "-V", "--version" }, versionHelp = true, description = HelpText.VERSION)
    private boolean isVersionRequested;

    @Option(names = { "-v", "--verbose" }, description = HelpText.VERBOSE)
    private boolean isVerbose;

    boolean isVerbose()
    {
        return isVerbose;
    }

    boolean isAnswered()
    {
        return isHelpRequested || isVersionRequested;
    }
}
