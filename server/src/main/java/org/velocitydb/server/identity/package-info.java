/**
 * Who a server is: a key pair made on its first start, and the fingerprint by which clients know it again.
 */
package org.velocitydb.server.identity;
