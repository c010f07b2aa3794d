/**
 * VelocityDB's engine beside other embedded ordered stores: one harness, one small interface ({@link
 * org.velocitydb.perf.peers.EmbeddedStore}), one adapter for each store, the same records and the same work for all.
 *
 * <p>{@link org.velocitydb.perf.peers.PeerBenchmark} is the program. It gives every store, set of works and round a
 * process of its own ({@link org.velocitydb.perf.peers.PeerProcess}), so that neither memory nor compiled code of one
 * store is charged to another, and lets the stores take turns, so that a slow hour of the machine hits all of them.
 */
package org.velocitydb.perf.peers;
