package org.velocitydb.server.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * All of the outside that a command sees.
 *
 * @param in               what is typed or piped.
 * @param out              results alone.
 * @param err              everything else.
 * @param terminal         who sits there.
 * @param environment      variables.
 * @param workingDirectory that relative paths begin in.
 * @param nodeLauncher     starts a server.
 * @param sqlConnector     reaches one.
 * @param benchmarkTargets opens what is measured.
 */
record CommandContext(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Terminal terminal,
    Map<String, String> environment,
    Path workingDirectory,
    NodeLauncher nodeLauncher,
    SqlConnector sqlConnector,
    BenchmarkTargets benchmarkTargets)
{
    CommandContext
    {
        Objects.requireNonNull(in, "in");
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(err, "err");
        Objects.requireNonNull(terminal, "terminal");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(workingDirectory, "workingDirectory");
        Objects.requireNonNull(nodeLauncher, "nodeLauncher");
        Objects.requireNonNull(sqlConnector, "sqlConnector");
        Objects.requireNonNull(benchmarkTargets, "benchmarkTargets");
    }

    /** Who sits before the program, if anybody. */
    interface Terminal
    {
        /**
         * Whether somebody reads and types.
         *
         * @return false where input or output is a file or a pipe.
         */
        boolean isInteractive();

        /**
         * Asks for a password without showing it.
         *
         * @param prompt to show.
         * @return what was typed, null at the end of input; only where somebody is there.
         */
        char[] readPassword(String prompt);
    }
}
