/**
 * Event loops: frames in, frames out, and every limit on the way. It knows frames, not keys; what a frame means is the
 * business of the {@link org.velocitydb.transport.SessionHandler}.
 *
 * <p>The ideas: an {@link org.velocitydb.transport.EventLoop} is an agent that owns its sessions, so that nothing in
 * here takes a lock; a frame is handed over in place, whole and with its checksum verified; answers gather in the
 * session and leave with one write at the end of the duty cycle; and whoever is too fast (a peer that sends without
 * reading, a handler that cannot keep up) is answered by not being read from, which TCP carries back to the sender.
 */
package org.velocitydb.transport;
