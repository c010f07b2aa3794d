/**
 * The seam to the network: the few things that the event loops need from TCP, small enough that a simulated network can
 * honour every line of them.
 *
 * <p>Three ideas: nothing here blocks but {@link org.velocitydb.transport.network.Poller#await(long)}; readiness is
 * level-triggered, so what was not read or written is reported again; and a
 * {@link org.velocitydb.transport.network.Connection} is only a stream of bytes, which another may wrap to encrypt it.
 */
package org.velocitydb.transport.network;
