/**
 * The Redis protocol as bytes: where a request ends ({@link org.velocitydb.server.resp.RespScanner}), what it says
 * ({@link org.velocitydb.server.resp.RespRequest}, {@link org.velocitydb.server.resp.RespCommand}), and how an answer
 * is written ({@link org.velocitydb.server.resp.RespWriter}). What is done about a request is the node's business.
 */
package org.velocitydb.server.resp;
