/**
 * The node: what stands between the transport's frames and the engine's store. It is an assembly of agents ({@link
 * org.velocitydb.server.node.VelocityNode}) and, for each event loop, one handler that decodes requests, reads from the
 * store on the spot, sends writes to the writer's ring and encodes the answers as they come back.
 *
 * <p>Nothing here knows of threads, files or sockets but through what the context gives it, so the same node runs in
 * production and on the one thread of a simulation.
 */
package org.velocitydb.server.node;
