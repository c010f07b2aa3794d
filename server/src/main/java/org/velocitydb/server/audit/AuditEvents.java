package org.velocitydb.server.audit;

/**
 * Names that stand in the log for what happened, and of the members that verification reads. Frozen.
 */
final class AuditEvents
{
    /** First line of each file. */
    static final String FILE = "file";
    static final String FORMAT = "format";
    static final long FORMAT_VERSION = 1;
    static final String FILE_NUMBER = "number";
    static final String OLDEST_NUMBER = "oldest";

    /** The server has begun to log. */
    static final String START = "start";
    /** Where, behind the last whole line, bytes were found that a crash had left; they end before this line. */
    static final String TORN_OFFSET = "torn_offset";
    static final String TORN_LENGTH = "torn_bytes";
    static final String TORN_HASH = "torn_sha256";

    /** The server has ended as it should. */
    static final String STOP = "stop";
    /** So many events could not be logged. */
    static final String DROPPED = "dropped";
    static final String COUNT = "count";
    /** The log could not be written for a while. */
    static final String FAILURE = "failure";

    private AuditEvents()
    {
    }
}
