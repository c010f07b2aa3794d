package org.velocitydb.server.node;

/**
 * How often a limit of the node was met. What the transport limits has counters of its own.
 */
enum LimitCounter
{
    /** Requests refused because their connection sent too many a second. */
    RATE_LIMITED_CONNECTION,
    /** Requests refused because their user sent too many a second. */
    RATE_LIMITED_USER,
    /** Requests refused because the server got too many a second. */
    RATE_LIMITED_SERVER,
    /** Handshakes refused because their connection asked for too many. */
    HANDSHAKES_LIMITED,
    /** Times that a request waited because its connection had as many outstanding as it may. */
    OUTSTANDING_LIMITED,
    /** Results refused because they have too many rows or bytes. */
    RESULTS_TOO_LARGE
}
