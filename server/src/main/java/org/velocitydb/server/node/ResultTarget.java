package org.velocitydb.server.node;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.transport.Session;

/**
 * Whom a result is for, and until when.
 *
 * @param session       to answer.
 * @param correlationId of the request; 0 in version 1.
 * @param expiryNs      when the result is given up, on the node's monotonic clock.
 * @param expiryCode    what it is answered then.
 */
record ResultTarget(Session session, long correlationId, long expiryNs, ErrorCode expiryCode)
{
}
