/**
 * The whole node on one thread, from one seed: event loop, ring, writer, journal, engine and logins are stepped as
 * agents over a simulated network, disk and clock, while random clients use them, the disk crashes at random
 * operations, and a model says what the answers may be.
 */
package org.velocitydb.server.simulation;
