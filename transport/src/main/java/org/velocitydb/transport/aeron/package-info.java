/**
 * Connections over Aeron, behind the seam of {@link org.velocitydb.transport.network}: an event loop, its sessions and
 * its handler do not know them from TCP.
 *
 * <p>A connection is a pair of Aeron streams. The client's publication begins with a message that says where the
 * answers are to go ({@link org.velocitydb.protocol.aeron.ConnectMessage}); the server makes a publication there. From
 * then on each carries a stream of bytes, cut into messages anywhere, so a frame may be longer than a message.
 *
 * <p>Aeron has nothing to block on, so the loop that polls it waits in short naps instead
 * ({@link org.velocitydb.transport.aeron.AeronEndpoint}).
 */
package org.velocitydb.transport.aeron;
