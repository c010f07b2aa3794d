package org.velocitydb.perf.load;

/** What a server that is put under load speaks. */
enum LoadProtocol
{
    /** Binary calls of version 2. */
    VELOCITY,
    /** SQL over version 2. */
    SQL,
    /** That of Redis. */
    RESP,
    /** Any bytes: an EchoServer that was told their lengths. */
    ECHO
}
