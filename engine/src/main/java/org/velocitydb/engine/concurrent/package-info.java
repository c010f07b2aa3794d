/**
 * How the engine's threads meet without locks: a signal that wakes a parked agent, epochs that say when memory may go,
 * and numbers that one thread writes and all may read.
 */
package org.velocitydb.engine.concurrent;
