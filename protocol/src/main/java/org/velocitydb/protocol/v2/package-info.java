/**
 * Version 2: many requests at a time on one connection, answered as they are ready and matched by correlation id. Each
 * message has one class with its drawing, a flyweight that checks and reads it, and static methods that write it.
 *
 * <pre>
 *  connection = HELLO SERVER_HELLO *( open ) login *( request ) [ DISCONNECT ]
 *  open       = PING PONG | HELLO SERVER_HELLO | failed AUTH ERROR
 *  login      = AUTH AUTH_OK
 *  request    = GET       ( GET_RESULT                                   | ERROR )
 *             | MULTI_GET ( *( MULTI_GET_RESULT+MORE ) MULTI_GET_RESULT  | *( MULTI_GET_RESULT+MORE ) ERROR )
 *             | WRITE     ( WRITE_RESULT                                 | ERROR )
 *             | SCAN      ( *( SCAN_RESULT+MORE ) SCAN_RESULT            | *( SCAN_RESULT+MORE ) ERROR )
 *             | SQL       ( *( SQL_RESULT+MORE ) SQL_RESULT              | *( SQL_RESULT+MORE ) ERROR )
 *             | STATS     ( STATS_RESULT                                 | ERROR )
 *             | open | login
 * </pre>
 *
 * <p>Requests need not wait for each other's answers. Frames of different answers may be interleaved, frames of one
 * answer keep their order.
 */
package org.velocitydb.protocol.v2;
