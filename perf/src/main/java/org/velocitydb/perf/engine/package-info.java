/**
 * Micro-benchmarks of the storage engine's structures, each against what the JDK offers for the same work.
 */
package org.velocitydb.perf.engine;
