/**
 * Version 1, as the original system published it: one request, one response, in order.
 *
 * <pre>
 *  connection = HELLO SERVER_INFO *( login | PING PONG ) *( request ) [ DISCONNECT ]
 *  login      = AUTH_REQUEST AUTH_RESPONSE             ; "OK", or the reason in words
 *  request    = login | PING PONG | HELLO SERVER_INFO
 *             | COMMAND ( RESPONSE | ERROR )           ; after a successful login only
 *             | STATS ( RESPONSE | ERROR )             ; after a successful login only
 * </pre>
 *
 * <p>Whatever cannot be read gets an ERROR where one can be framed, then the connection is closed.
 */
package org.velocitydb.protocol.v1;
