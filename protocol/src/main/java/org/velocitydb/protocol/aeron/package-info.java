/**
 * How a client and a server find each other over Aeron; from then on the frames are those of version 2.
 */
package org.velocitydb.protocol.aeron;
