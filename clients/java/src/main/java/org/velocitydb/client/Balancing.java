package org.velocitydb.client;

/**
 * Which of several servers gets a request. Servers do not share their data: whoever spreads requests over several has
 * seen to it that each of them can answer.
 */
public enum Balancing
{
    /** The first in the order given that can be reached: the others are there for when it is gone. */
    FIRST_REACHABLE,
    /** One after the other. */
    ROUND_ROBIN,
    /** The one with the fewest requests of this pool outstanding. */
    LEAST_OUTSTANDING
}
