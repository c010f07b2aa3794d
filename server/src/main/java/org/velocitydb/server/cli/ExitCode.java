package org.velocitydb.server.cli;

/**
 * What the process answers. Frozen: scripts depend on them.
 */
public final class ExitCode
{
    /** Done. */
    public static final int OK = 0;
    /** It could not be done; the message says why. */
    public static final int FAILURE = 1;
    /** The command line itself is wrong. */
    public static final int USAGE = 2;
    /** The configuration file is refused. */
    public static final int CONFIGURATION = 3;
    /** Another process has the data directory. */
    public static final int LOCKED = 4;
    /** What is on disk is not what was written. */
    public static final int CORRUPTION = 5;

    private ExitCode()
    {
    }
}
