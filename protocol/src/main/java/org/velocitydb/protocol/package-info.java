/**
 * What both ends of a connection must agree on: error codes, limits and checksums here, the two versions' frames and
 * messages in packages of their own. It needs nothing but the JDK.
 *
 * <p>Everything is read and written in place, by absolute offsets into buffers whose order the caller has set to
 * little-endian once and whose limit is not before the bytes in question. Decoders are flyweights: <code>tryWrap</code>
 * checks every nested length before anything else may be asked, and returns a {@link org.velocitydb.protocol.Fault};
 * accessors are valid until the buffer's bytes change.
 */
package org.velocitydb.protocol;
