/**
 * Tests of the server as its users have it: a process of its own, real files, real sockets. Each starts
 * {@code velocity} in a directory of its own, waits for conditions with a bound, and ends every process that it
 * started.
 */
package org.velocitydb.server.system;
