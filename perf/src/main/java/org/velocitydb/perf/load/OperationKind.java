package org.velocitydb.perf.load;

/**
 * What the operations of a workload are.
 */
enum OperationKind
{
    /** Reads of keys that are there. */
    GET,
    /** Writes of one key each. */
    PUT,
    /** One of either in turn. */
    MIXED
}
