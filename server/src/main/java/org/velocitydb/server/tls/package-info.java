/**
 * The server's side of TLS: its certificate, its own or the one made from the host key, and what client certificates
 * are judged by. Records and handshakes are the JDK's business and the transport's.
 */
package org.velocitydb.server.tls;
